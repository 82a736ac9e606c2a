import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  ILintEdit,
  ILintFinding,
  ILintSource,
  ILintText
} from './lint_tokens';
import { reveal } from './notebook_reveal';

/** Of each cell so many text outputs are looked at, and so much of each. */
const OUTPUTS = 20;
const LONGEST_OUTPUT = 100_000;

/** A notebook that is open, in however many views. */
export class NotebookSource implements ILintSource {
  constructor(
    private readonly _context: DocumentRegistry.IContext<INotebookModel>,
    private readonly _panels: () => Iterable<NotebookPanel>
  ) {
    this._model.cells.changed.connect(this._onCells);
    this._model.metadataChanged.connect(this._onMetadata);
    this._follow();
  }

  readonly kind = 'notebook';

  get path(): string {
    return this._context.path;
  }

  get changed(): ISignal<ILintSource, ILintText | null> {
    return this._changed;
  }

  cells(): readonly ILintText[] {
    return this._cells;
  }

  cellsOf(ids: Iterable<string>): ILintText[] {
    return Array.from(ids, id => this._byId.get(id) ?? []).flat();
  }

  cellOf(model: object): ILintText | null {
    return this._byModel.get(model) ?? null;
  }

  dispose(): void {
    this._model.cells.changed.disconnect(this._onCells);
    this._model.metadataChanged.disconnect(this._onMetadata);
    for (const { model } of this._cells) {
      model.contentChanged.disconnect(this._onContent);
    }
    Signal.clearData(this);
  }

  /** In the first view that has the notebook. */
  async reveal(cell: ILintText, finding: ILintFinding): Promise<void> {
    const [panel] = this._panels();
    if (panel !== undefined) {
      await reveal(panel, cell.index, finding);
    }
  }

  cursor(): { cell: ILintText; offset: number } | null {
    const [panel] = this._panels();
    const active = panel?.content.activeCell;
    const cell = active ? this.cellOf(active.model) : null;
    const editor = active?.editor;
    return cell === null
      ? null
      : { cell, offset: editor?.getOffsetAt(editor.getCursorPosition()) ?? 0 };
  }

  private get _model(): INotebookModel {
    return this._context.model;
  }

  private readonly _onCells = (): void => {
    this._follow();
    this._changed.emit(null);
  };

  private _follow(): void {
    const known = new Map(this._cells.map(text => [text.model, text]));
    this._cells = Array.from(this._model.cells, (cell, index) => {
      const before = known.get(cell);
      known.delete(cell);
      const text = before ?? new CellText(cell, this._language);
      text.index = index;
      if (before === undefined) {
        cell.contentChanged.connect(this._onContent);
      }
      return text;
    });
    for (const gone of known.keys()) {
      gone.contentChanged.disconnect(this._onContent);
    }
    this._byModel = new Map(this._cells.map(text => [text.model, text]));
    this._byId = new Map(this._cells.map(text => [text.id, text]));
  }

  private readonly _onMetadata = (): void => {
    const language = languageOf(this._model);
    if (language !== this._language) {
      this._language = language;
      for (const text of this._cells) {
        text.spoken = language;
        this._changed.emit(text);
      }
    }
  };

  private readonly _onContent = (cell: ICellModel): void => {
    const text = this._byModel.get(cell);
    if (text !== undefined) {
      this._changed.emit(text);
    }
  };

  private _language = languageOf(this._model);
  private _cells: CellText[] = [];
  private _byModel = new Map<object, CellText>();
  private _byId = new Map<string, CellText>();
  private readonly _changed = new Signal<this, ILintText | null>(this);
}

class CellText implements ILintText {
  constructor(
    readonly model: ICellModel,
    public spoken: string
  ) {
    this.id = model.id;
  }

  readonly id: string;
  index = 0;

  get type(): string {
    return this.model.type;
  }

  source(): string {
    return this.model.sharedModel.getSource();
  }

  language(): string {
    return this.spoken;
  }

  tags(): string[] {
    const tags: unknown = this.model.getMetadata('tags');
    return Array.isArray(tags)
      ? tags.filter((tag): tag is string => typeof tag === 'string')
      : [];
  }

  outputs(): string[] {
    return this.type === 'code' ? outputsOf(this.model as ICodeCellModel) : [];
  }

  edit(edits: readonly ILintEdit[]): void {
    const { sharedModel } = this.model;
    sharedModel.transact(() => {
      for (const { start, end, text } of edits) {
        sharedModel.updateSource(start, end, text);
      }
    });
  }
}

function languageOf(notebook: INotebookModel): string {
  const info: unknown = notebook.getMetadata('language_info');
  const spec: unknown = notebook.getMetadata('kernelspec');
  const named = info as { name?: unknown } | undefined;
  const meant = spec as { language?: unknown } | undefined;
  const found = [named?.name, meant?.language].find(
    name => typeof name === 'string' && name !== ''
  );
  const language = typeof found === 'string' ? found.toLowerCase() : 'python';
  return /^(i?python[23]?|pyspark3?|sage)$/.test(language)
    ? 'python'
    : language;
}

function outputsOf({ outputs }: ICodeCellModel): string[] {
  const texts: string[] = [];
  for (let i = 0; i < Math.min(outputs.length, OUTPUTS); i++) {
    const parts = Object.entries(outputs.get(i).data)
      .filter(([kind]) => /^text\/|json$|jupyter\.(std|error)/.test(kind))
      .map(([, value]) => value)
      .filter((value): value is string => typeof value === 'string');
    texts.push(parts.join('\n').slice(0, LONGEST_OUTPUT));
  }
  return texts.some(text => text !== '') ? texts : [];
}
