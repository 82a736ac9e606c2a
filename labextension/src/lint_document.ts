import { UUID } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

import { suppression } from './lint_suppress';
import type {
  ILintAnswer,
  ILintCell,
  ILintDocument,
  ILintEdit,
  ILintFinding,
  ILintGroup,
  ILintRequest,
  ILintSource,
  ILintText,
  IRuleNote
} from './lint_tokens';
import { ConflictError } from './trouble';
import type { Severity } from './wire';

/** Nothing is sent before the user has paused for so long. */
const PAUSE_MS = 200;
/** After a request that failed; doubles each time, up to the longest. */
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 300_000;

/** What may be chosen of a document's linting. */
export interface ILintChoices {
  profile: 'default' | 'strict' | null;
  off: readonly string[];
  severities: readonly Severity[];
}

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
    const every = this._shown.get(cell.id) ?? [];
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
    return this._notes.get(check) ?? null;
  }

  isMandatory(check: string): boolean {
    return this._mandatory.has(check);
  }

  fix(cell: ILintText, finding: ILintFinding): boolean {
    return finding.fix !== null && this._edit(cell, finding, finding.fix.edits);
  }

  suppress(cell: ILintText, finding: ILintFinding, reason: string): boolean {
    const edit = suppression(cell, cell.source(), finding, reason);
    return this._edit(cell, finding, [edit]);
  }

  /** Makes the edits where the text is still the one that was linted. */
  private _edit(
    cell: ILintText,
    finding: ILintFinding,
    edits: readonly ILintEdit[]
  ): boolean {
    const cells = new Map(this.source.cells().map(each => [each.id, each]));
    const fits = ({ cell: id, start, end, old }: ILintEdit): boolean => {
      const source = cells.get(id)?.source();
      return (
        source !== undefined &&
        source === this._sent.get(id) &&
        source.slice(start, end) === old
      );
    };
    const isThere = this._shown.get(cell.id)?.includes(finding) ?? false;
    if (!isThere || !edits.every(fits)) {
      return false;
    }
    for (const id of new Set(edits.map(edit => edit.cell))) {
      const own = edits.filter(edit => edit.cell === id);
      cells.get(id)?.edit(own.sort((a, b) => b.start - a.start));
    }
    return true;
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
      this._sent.set(cell.id, cell.source());
    }
    return {
      document: this._key,
      path: this.source.path,
      kind: this.source.kind,
      base: this._base,
      revision: this._revision,
      order,
      cells: chosen.map(cell => wired(cell, this._sent.get(cell.id) ?? '')),
      profile: this._choices.profile,
      off: [...this._choices.off]
    };
  }

  private _isNew(id: string): boolean {
    return this._dirty.has(id) || !this._sent.has(id);
  }

  private _take(request: ILintRequest, answer: ILintAnswer): void {
    if (this._isDisposed) {
      return;
    }
    if (request.base === null) {
      this._told.clear();
    }
    this._base = answer.revision;
    this._mandatory = new Set(answer.mandatory);
    for (const [check, note] of Object.entries(answer.rules)) {
      this._notes.set(check, note);
    }
    for (const [id, findings] of Object.entries(answer.cells)) {
      this._told.set(id, findings);
    }
    const touched = new Set(Object.keys(answer.cells));
    for (const cell of request.cells) {
      touched.add(cell.id);
    }
    this._show(touched, request.order !== null);
  }

  /** Shows what was told of cells whose text is still the one that it was told of. */
  private _show(touched: ReadonlySet<string>, structure: boolean): void {
    const cells = this.source.cells();
    if (structure) {
      const there = new Set(cells.map(({ id }) => id));
      for (const known of [this._sent, this._shown, this._told]) {
        for (const id of [...known.keys()].filter(key => !there.has(key))) {
          known.delete(id);
        }
      }
    }
    const other = cells.filter(({ id }) => touched.has(id));
    const changed = other.filter(cell => {
      const told = this._told.get(cell.id) ?? [];
      const shown = this._shown.get(cell.id) ?? [];
      if (
        (told.length === 0 && shown.length === 0) ||
        cell.source() !== this._sent.get(cell.id)
      ) {
        return false;
      }
      this._shown.set(cell.id, told);
      return true;
    });
    if (changed.length > 0 || structure) {
      this._changed.emit(changed);
    }
  }

  private readonly _key = UUID.uuid4();
  private readonly _changed = new Signal<this, readonly ILintText[]>(this);
  private readonly _dirty = new Set<string>();
  private readonly _sent = new Map<string, string>();
  private readonly _told = new Map<string, readonly ILintFinding[]>();
  private readonly _shown = new Map<string, readonly ILintFinding[]>();
  private readonly _notes = new Map<string, IRuleNote>();
  private _mandatory: ReadonlySet<string> = new Set();
  private _base: number | null = null;
  private _revision = 0;
  private _structure = false;
  private _asking = false;
  private _again = false;
  private _wait = FIRST_WAIT_MS;
  private _timer = 0;
  private _isDisposed = false;
}

function wired(cell: ILintText, source: string): ILintCell {
  return {
    id: cell.id,
    type: cell.type,
    source,
    language: cell.language(),
    outputs: cell.outputs(),
    tags: cell.tags()
  };
}
