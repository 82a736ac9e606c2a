import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Widget } from '@lumino/widgets';

import type { IFileFinding } from './lint_tokens';

/** Opens a file where a finding is; Notebook 7 does so on a page of its own, at the file's start. */
export async function openAt(
  app: JupyterFrontEnd,
  path: string,
  { id, line }: IFileFinding
): Promise<void> {
  const opened: unknown = await app.commands.execute('docmanager:open', {
    path
  });
  const widget = opened as
    IDocumentWidget<Widget & { editor?: CodeEditor.IEditor }> | undefined;
  await widget?.context.ready;
  if (id !== null) {
    widget?.setFragment(`#cell-id=${id}`);
  }
  const editor = widget?.content.editor;
  if (editor !== undefined) {
    editor.setCursorPosition({ line: line - 1, column: 0 });
    editor.focus();
  }
}
