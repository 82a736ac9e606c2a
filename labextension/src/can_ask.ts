import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookCellExecutor } from '@jupyterlab/notebook';

/** Whether we can ask before a cell runs. Before 4.2 JupyterLab has no such token. Who else runs
 * cells in a way of their own has turned JupyterLab's executor off, and is left in charge. */
export const canAsk =
  (INotebookCellExecutor as unknown) !== undefined &&
  !PageConfig.Extension.isDisabled(
    '@jupyterlab/notebook-extension:cell-executor'
  );
