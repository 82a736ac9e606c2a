import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  ILintEdit,
  ILintFinding,
  ILintSource,
  ILintText,
  Kind
} from './lint_tokens';

/** What is linted of text files, by the name's ending. */
export function scriptKind(path: string): Kind | null {
  const name = path.toLowerCase();
  return name.endsWith('.py')
    ? 'python'
    : name.endsWith('.sh')
      ? 'shell'
      : null;
}

/** A script in a text editor: one cell. */
export class ScriptSource implements ILintSource {
  constructor(
    private readonly _context: DocumentRegistry.IContext<DocumentRegistry.ICodeModel>,
    readonly kind: Kind,
    private readonly _editors: () => Iterable<CodeEditor.IEditor>
  ) {
    this._cell = new ScriptText(this._context.model, kind);
    this._context.model.contentChanged.connect(this._onContent);
  }

  get path(): string {
    return this._context.path;
  }

  get changed(): ISignal<ILintSource, ILintText | null> {
    return this._changed;
  }

  cells(): readonly ILintText[] {
    return [this._cell];
  }

  cellsOf(ids: Iterable<string>): ILintText[] {
    return [...ids].includes(this._cell.id) ? [this._cell] : [];
  }

  cellOf(model: object): ILintText | null {
    return model === this._cell.model ? this._cell : null;
  }

  dispose(): void {
    this._context.model.contentChanged.disconnect(this._onContent);
    Signal.clearData(this);
  }

  cursor(): { cell: ILintText; offset: number } | null {
    const [editor] = this._editors();
    return editor === undefined
      ? null
      : {
          cell: this._cell,
          offset: editor.getOffsetAt(editor.getCursorPosition())
        };
  }

  reveal(_: ILintText, finding: ILintFinding): Promise<void> {
    const [editor] = this._editors();
    const at = editor?.getPositionAt(finding.start);
    if (editor !== undefined && at) {
      editor.focus();
      editor.setCursorPosition(at);
    }
    return Promise.resolve();
  }

  private readonly _onContent = (): void => {
    this._changed.emit(this._cell);
  };

  private readonly _cell: ILintText;
  private readonly _changed = new Signal<this, ILintText | null>(this);
}

class ScriptText implements ILintText {
  constructor(
    readonly model: DocumentRegistry.ICodeModel,
    private readonly _kind: Kind
  ) {}

  readonly id = '';
  readonly index = 0;
  readonly type = 'code';

  source(): string {
    return this.model.sharedModel.getSource();
  }

  language(): string {
    return this._kind;
  }

  outputs(): string[] {
    return [];
  }

  tags(): string[] {
    return [];
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
