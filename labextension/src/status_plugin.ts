import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { StatusItem } from './status';
import { CommandIDs, DOMAIN, IGuard } from './tokens';

const RANK = 40;

function activate(
  app: JupyterFrontEnd,
  guard: IGuard,
  translator: ITranslator | null,
  statusBar: IStatusBar | null
): void {
  if (statusBar === null) {
    return;
  }
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const item = new StatusItem(guard, trans, () => {
    if (app.commands.hasCommand(CommandIDs.showPanel)) {
      void app.commands.execute(CommandIDs.showPanel);
    }
  });
  statusBar.registerStatusItem('jupyter-sm-guard:status', {
    item,
    align: 'right',
    rank: RANK,
    priority: 1 // stays where a narrow window or high zoom hides others
  });
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:status',
  description: 'Says in the status bar where this machine stands.',
  autoStart: true,
  requires: [IGuard],
  optional: [ITranslator, IStatusBar],
  activate
};

export default plugin;
