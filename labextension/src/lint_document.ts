import { UUID } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

import { LintResults, wired } from './lint_results';
import { suppression } from './lint_suppress';
import type {
  ILintAnswer,
  ILintChoices,
  ILintDocument,
  ILintFinding,
  ILintGroup,
  ILintRequest,
  ILintSource,
  ILintText,
  IRuleNote
} from './lint_tokens';
import { ConflictError } from './trouble';

/** Nothing is sent before the user has paused for so long. */
const PAUSE_MS = 200;
/** After a request that failed; doubles each time, up to the longest. */
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 300_000;

type Send = (request: ILintRequest) => Promise<ILintAnswer>;

/** Sends what has changed after each pause, one request at a time, and keeps what is answered. */
export class LintDocument implements ILintDocument {
  constructor(
    readonly source: ILintSource,
    private readonly _send: Send,
    private _choices: ILintChoices
  ) {
    source.changed.connect(this._onChange);
    this._plan(0);
  }

  get changed(): ISignal<ILintDocument, readonly ILintText[]> {
    return this._changed;
  }

  get troubled(): boolean {
    return this._wait > FIRST_WAIT_MS;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    this.source.dispose();
    Signal.clearData(this);
  }

  /** Everything anew, since something else than the text is another one. */
  again(choices: ILintChoices): void {
    this._choices = choices;
    this._base = null;
    this._wait = FIRST_WAIT_MS;
    this._plan(0);
  }

  findings(cell: ILintText): readonly ILintFinding[] {
    const { severities } = this._choices;
    const every = this._results.shown(cell.id);
    return every.filter(
      finding =>
        severities.includes(finding.severity) || this.isMandatory(finding.check)
    );
  }

  groups(): ILintGroup[] {
    return this.source
      .cells()
      .map((cell, index) => ({ cell, index, findings: this.findings(cell) }))
      .filter(group => group.findings.length > 0);
  }

  note(check: string): IRuleNote | null {
    return this._results.note(check);
  }

  isMandatory(check: string): boolean {
    return this._results.isMandatory(check);
  }

  fix(cell: ILintText, finding: ILintFinding): boolean {
    const edits = finding.fix?.edits ?? [];
    return this._results.edit(this.source.cells(), cell, finding, edits);
  }

  suppress(cell: ILintText, finding: ILintFinding, reason: string): boolean {
    const edit = suppression(cell, cell.source(), finding, reason);
    return this._results.edit(this.source.cells(), cell, finding, [edit]);
  }

  private readonly _onChange = (
    _: ILintSource,
    cell: ILintText | null
  ): void => {
    if (cell === null) {
      this._structure = true;
    } else {
      this._dirty.add(cell.id);
    }
    this._plan(this.troubled ? this._wait : PAUSE_MS);
  };

  private _plan(delay: number): void {
    window.clearTimeout(this._timer);
    if (!this._isDisposed) {
      this._timer = window.setTimeout(() => {
        void this._ask();
      }, delay);
    }
  }

  private async _ask(): Promise<void> {
    if (this._asking) {
      this._again = true;
      return;
    }
    this._asking = true;
    this._again = false;
    const request = this._request();
    try {
      const answer = await this._send(request);
      this._wait = FIRST_WAIT_MS;
      this._take(request, answer);
      this._again ||= answer.more;
    } catch (error) {
      this._base = null; // what the server knows now is not known here
      if (error instanceof ConflictError && this._wait === FIRST_WAIT_MS) {
        this._wait += 1;
        this._again = true;
      } else {
        this._wait = Math.min(2 * this._wait, LONGEST_WAIT_MS);
        this._plan(this._wait);
      }
    }
    this._asking = false;
    if (this._again) {
      this._plan(0);
    }
  }

  private _request(): ILintRequest {
    const cells = this.source.cells();
    const whole = this._base === null;
    const chosen = whole ? cells : cells.filter(({ id }) => this._isNew(id));
    const order = whole || this._structure ? cells.map(({ id }) => id) : null;
    this._dirty.clear();
    this._structure = false;
    this._revision += 1;
    for (const cell of chosen) {
      this._results.sent.set(cell.id, cell.source());
    }
    return {
      document: this._key,
      path: this.source.path,
      kind: this.source.kind,
      base: this._base,
      revision: this._revision,
      order,
      cells: chosen.map(cell =>
        wired(cell, this._results.sent.get(cell.id) ?? '')
      ),
      profile: this._choices.profile,
      off: [...this._choices.off]
    };
  }

  private _isNew(id: string): boolean {
    return this._dirty.has(id) || !this._results.sent.has(id);
  }

  private _take(request: ILintRequest, answer: ILintAnswer): void {
    if (!this._isDisposed) {
      this._base = answer.revision;
      const cells = this.source.cells();
      const changed = this._results.take(request, answer, cells);
      if (changed.length > 0 || request.order !== null) {
        this._changed.emit(changed);
      }
    }
  }

  private readonly _key = UUID.uuid4();
  private readonly _changed = new Signal<this, readonly ILintText[]>(this);
  private readonly _dirty = new Set<string>();
  private readonly _results = new LintResults();
  private _base: number | null = null;
  private _revision = 0;
  private _structure = false;
  private _asking = false;
  private _again = false;
  private _wait = FIRST_WAIT_MS;
  private _timer = 0;
  private _isDisposed = false;
}
