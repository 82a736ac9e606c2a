import type { NotebookPanel } from '@jupyterlab/notebook';

import type { ILintFinding } from './lint_tokens';

/** Shows a place in a cell: the cursor in its editor, or the cell where it has none. */
export async function reveal(
  panel: NotebookPanel,
  index: number,
  finding: ILintFinding
): Promise<void> {
  const notebook = panel.content;
  const cell = notebook.widgets[index];
  if (cell === undefined) {
    return;
  }
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index);
  await cell.ready;
  if (finding.output === null && cell.model.type === 'code') {
    notebook.mode = 'edit';
    const { editor } = cell;
    const at = editor?.getPositionAt(finding.start);
    if (editor && at) {
      editor.focus();
      editor.setCursorPosition(at);
    }
  } else {
    cell.node.focus();
  }
}
