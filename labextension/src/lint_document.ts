import { PromiseDelegate, UUID } from '@lumino/coreutils';
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
import { Pace } from './lint_pace';
import { ConflictError } from './trouble';

type Send = (request: ILintRequest) => Promise<ILintAnswer>;

/** Sends what has changed after each pause, one request at a time, and keeps what is answered. */
export class LintDocument implements ILintDocument {
  constructor(
    readonly source: ILintSource,
    private readonly _send: Send,
    private _choices: ILintChoices
  ) {
    source.changed.connect(this._onChange);
    this._pace.now();
  }

  get changed(): ISignal<ILintDocument, readonly ILintText[]> {
    return this._changed;
  }

  get troubled(): boolean {
    return this._pace.isSlow;
  }

  dispose(): void {
    this._isDisposed = true;
    this._pace.dispose();
    this.source.dispose();
    Signal.clearData(this);
  }

  /** Everything anew, since something else than the text is another one. */
  again(choices: ILintChoices): void {
    this._choices = choices;
    this._base = null;
    this._pace.worked();
    this._pace.now();
  }

  findings(cell: ILintText): readonly ILintFinding[] {
    const { severities } = this._choices;
    const every = this._results.shown(cell.id);
    const isShown = ({ severity, check }: ILintFinding): boolean =>
      severities.includes(severity) || this.isMandatory(check);
    return every.every(isShown) ? every : every.filter(isShown);
  }

  isSettled({ id }: ILintText): boolean {
    return !this._isNew(id) && !this._asked?.has(id);
  }

  async settle(cell: ILintText, limitMs: number): Promise<void> {
    if (!this.isSettled(cell) && !this.troubled) {
      this._pace.now();
      const limit = new Promise(go => window.setTimeout(go, limitMs));
      await Promise.race([this._whenSettled(cell), limit]);
    }
  }

  groups(): ILintGroup[] {
    return this.source
      .cellsOf(this._results.found)
      .map(cell => ({ cell, findings: this.findings(cell) }))
      .filter(({ findings }) => findings.length > 0)
      .sort((a, b) => a.cell.index - b.cell.index);
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
    this._pace.afterPause();
  };

  private async _whenSettled(cell: ILintText): Promise<void> {
    while (!this.isSettled(cell) && !this.troubled) {
      await this._turn.promise;
    }
  }

  private async _ask(): Promise<void> {
    if (this._asked !== null) {
      this._again = true;
      return;
    }
    this._again = false;
    const request = this._request();
    this._asked = new Set(request.cells.map(({ id }) => id));
    try {
      const answer = await this._send(request);
      this._pace.worked();
      this._take(request, answer);
      this._again ||= answer.more;
    } catch (error) {
      this._base = null; // what the server knows now is not known here
      this._pace.failed(error instanceof ConflictError);
    }
    this._asked = null;
    this._turn.resolve();
    this._turn = new PromiseDelegate();
    if (this._again) {
      this._pace.now();
    }
  }

  private _request(): ILintRequest {
    const whole = this._base === null;
    const every = whole || this._structure ? this.source.cells() : null;
    const chosen =
      every?.filter(({ id }) => whole || this._isNew(id)) ??
      this.source.cellsOf(this._dirty);
    const order = every?.map(({ id }) => id) ?? null;
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
      const changed = this._results.take(request, answer, this.source);
      if (changed.length > 0 || request.order !== null) {
        this._changed.emit(changed);
      }
    }
  }

  private readonly _key = UUID.uuid4();
  private readonly _changed = new Signal<this, readonly ILintText[]>(this);
  private readonly _dirty = new Set<string>();
  private readonly _results = new LintResults();
  private _asked: ReadonlySet<string> | null = null;
  private _turn = new PromiseDelegate<void>();
  private _base: number | null = null;
  private _revision = 0;
  private _structure = false;
  private _again = false;
  private readonly _pace = new Pace(() => void this._ask());
  private _isDisposed = false;
}
