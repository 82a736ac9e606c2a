import type {
  ILintDocument,
  ILinter,
  ILintFinding,
  ILintText
} from './lint_tokens';
import type { ISettings } from './tokens';

/** So long may the linter take before a cell runs without its word. */
const LIMIT_MS = 1000;
const SEVERE = ['CRITICAL', 'HIGH'];

type Ask = (
  document: ILintDocument,
  findings: readonly ILintFinding[]
) => Promise<boolean>;
interface IPlace {
  document: ILintDocument;
  cell: ILintText;
}

/** Asks before a cell runs that breaks, severely, a rule that the policy makes mandatory. */
export class RunGate {
  constructor(
    private readonly _linter: ILinter,
    private readonly _settings: ISettings,
    private readonly _ask: Ask
  ) {}

  /** True at once where there is nothing to ask. While one cell of a notebook waits, those that
   * are to run after it wait too; where it does not run, they do not. */
  mayRun(notebook: object, model: object): true | Promise<boolean> {
    const before = this._waiting.get(notebook);
    const isOn = this._settings.choices.lintBeforeRun === 'ask';
    const place = isOn ? this._linter.of(model) : null;
    if (before === undefined && (place === null || isFree(place))) {
      return true;
    }
    const answer = (before ?? Promise.resolve(true))
      .then(goes => (goes && place !== null ? this._decide(place) : goes))
      .catch(() => true)
      .finally(() => {
        if (this._waiting.get(notebook) === answer) {
          this._waiting.delete(notebook);
        }
      });
    this._waiting.set(notebook, answer);
    return answer;
  }

  private async _decide({ document, cell }: IPlace): Promise<boolean> {
    await document.settle(cell, LIMIT_MS);
    const findings = severe(document, cell);
    const source = cell.source();
    if (findings.length === 0 || this._agreed.get(cell.model) === source) {
      return true;
    }
    const goes = await this._ask(document, findings);
    if (goes) {
      this._agreed.set(cell.model, source);
    }
    return goes;
  }

  private readonly _waiting = new Map<object, Promise<boolean>>();
  /** What the user let run, by the cell's model: nobody is asked twice about the same. */
  private readonly _agreed = new WeakMap<object, string>();
}

function isFree({ document, cell }: IPlace): boolean {
  return document.isSettled(cell) && severe(document, cell).length === 0;
}

function severe(document: ILintDocument, cell: ILintText): ILintFinding[] {
  return document
    .findings(cell)
    .filter(
      ({ check, severity, output }) =>
        output === null &&
        SEVERE.includes(severity) &&
        document.isMandatory(check)
    );
}
