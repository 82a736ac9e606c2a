import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import { StatusItem } from './status';
import { CommandIDs, DOMAIN, IGuard, ISettings, type IChoices } from './tokens';
import { standing } from './verdict';

const RANK = 40;

function activate(
  app: JupyterFrontEnd,
  guard: IGuard,
  settings: ISettings | null,
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
    priority: 1, // stays where a narrow window or high zoom hides others
    isActive: () => isShown(guard, settings?.choices.statusBar ?? 'always'),
    activeStateChanged: merged(guard, settings)
  });
}

function isShown(guard: IGuard, when: IChoices['statusBar']): boolean {
  const calm = ['passed', 'waived', 'not-applicable', 'checking'];
  const stands = standing(guard.state, Date.now());
  return when === 'always' || (when === 'attention' && !calm.includes(stands));
}

/** Says that the item may be shown or hidden now. */
function merged(
  guard: IGuard,
  settings: ISettings | null
): ISignal<object, void> {
  const changed = new Signal<object, void>({});
  const tell = (): void => {
    changed.emit();
  };
  guard.changed.connect(tell);
  settings?.changed.connect(tell);
  return changed;
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:status',
  description: 'Says in the status bar where this machine stands.',
  autoStart: true,
  requires: [IGuard],
  optional: [ISettings, ITranslator, IStatusBar],
  activate
};

export default plugin;
