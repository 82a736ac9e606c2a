import type {
  ILintAnswer,
  ILintCell,
  ILintEdit,
  ILintFinding,
  ILintRequest,
  ILintSource,
  ILintText,
  IRuleNote
} from './lint_tokens';

/** What a document's cells were when they were sent, and what was answered about them. */
export class LintResults {
  /** The text of each cell as it was last sent. */
  readonly sent = new Map<string, string>();

  shown(id: string): readonly ILintFinding[] {
    return this._shown.get(id) ?? [];
  }

  /** The cells that have findings. */
  get found(): Iterable<string> {
    return this._shown.keys();
  }

  note(check: string): IRuleNote | null {
    return this._notes.get(check) ?? null;
  }

  isMandatory(check: string): boolean {
    return this._mandatory.has(check);
  }

  /** Makes the edits, where the text is still the one that was linted; says whether it was. */
  edit(
    cells: readonly ILintText[],
    cell: ILintText,
    finding: ILintFinding,
    edits: readonly ILintEdit[]
  ): boolean {
    const isThere = this.shown(cell.id).includes(finding);
    if (!isThere || edits.length === 0 || !this._fits(cells, edits)) {
      return false;
    }
    for (const each of cells) {
      const own = edits.filter(({ cell: id }) => id === each.id);
      if (own.length > 0) {
        each.edit(own.sort((a, b) => b.start - a.start));
      }
    }
    return true;
  }

  /** Takes an answer; gives the cells whose findings are other ones now. */
  take(
    request: ILintRequest,
    answer: ILintAnswer,
    source: ILintSource
  ): ILintText[] {
    if (request.base === null) {
      this._told.clear();
    }
    this._mandatory = new Set(answer.mandatory);
    for (const [check, note] of Object.entries(answer.rules)) {
      this._notes.set(check, note);
    }
    for (const [id, findings] of Object.entries(answer.cells)) {
      this._told.set(id, findings);
    }
    if (request.order !== null) {
      this._forget(new Set(request.order));
    }
    const touched = new Set(Object.keys(answer.cells));
    for (const { id } of request.cells) {
      touched.add(id);
    }
    return source.cellsOf(touched).filter(cell => this._show(cell));
  }

  private _fits(
    cells: readonly ILintText[],
    edits: readonly ILintEdit[]
  ): boolean {
    const byId = new Map(cells.map(cell => [cell.id, cell]));
    return edits.every(({ cell: id, start, end, old }) => {
      const source = byId.get(id)?.source();
      return (
        source !== undefined &&
        source === this.sent.get(id) &&
        source.slice(start, end) === old
      );
    });
  }

  /** Shows what was told of a cell, where its text is still the one that it was told of. */
  private _show(cell: ILintText): boolean {
    const told = this._told.get(cell.id) ?? [];
    const nothing = told.length === 0 && this.shown(cell.id).length === 0;
    if (nothing || cell.source() !== this.sent.get(cell.id)) {
      return false;
    }
    if (told.length === 0) {
      this._shown.delete(cell.id);
    } else {
      this._shown.set(cell.id, told);
    }
    return true;
  }

  private _forget(there: ReadonlySet<string>): void {
    for (const known of [this.sent, this._shown, this._told]) {
      for (const id of [...known.keys()].filter(key => !there.has(key))) {
        known.delete(id);
      }
    }
  }

  private readonly _told = new Map<string, readonly ILintFinding[]>();
  private readonly _shown = new Map<string, readonly ILintFinding[]>();
  private readonly _notes = new Map<string, IRuleNote>();
  private _mandatory: ReadonlySet<string> = new Set();
}

/** A cell as it is sent. */
export function wired(cell: ILintText, source: string): ILintCell {
  return {
    id: cell.id,
    type: cell.type,
    source,
    language: cell.language(),
    outputs: cell.outputs(),
    tags: cell.tags()
  };
}
