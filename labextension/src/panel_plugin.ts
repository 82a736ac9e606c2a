import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';

import { refreshGlyph, shieldIcon } from './icons';
import { Panel } from './panel';
import { CommandIDs, DOMAIN, IGuard } from './tokens';

const RANK = 700;
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

function activate(
  app: JupyterFrontEnd,
  guard: IGuard,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const panel = new Panel(guard, trans);
  app.shell.add(panel, 'right', { rank: RANK });
  restorer?.add(panel, panel.id);

  addCommands(app, guard, panel, trans);
  const category = trans.__('SageMaker Guard');
  palette?.addItem({ command: CommandIDs.showPanel, category });
  palette?.addItem({ command: CommandIDs.refresh, category });
}

function addCommands(
  app: JupyterFrontEnd,
  guard: IGuard,
  panel: Panel,
  trans: TranslationBundle
): void {
  app.commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show SageMaker Guard'),
    caption: trans.__('Show which SageMaker controls this machine fails'),
    icon: shieldIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => {
      app.shell.activateById(panel.id);
    }
  });
  app.commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Check SageMaker Controls Again'),
    caption: trans.__('Have the Jupyter server judge this machine anew'),
    icon: refreshGlyph,
    describedBy: NO_ARGUMENTS,
    execute: () => {
      guard.refresh();
    }
  });
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:panel',
  description: 'Shows the findings on this machine in a side panel.',
  autoStart: true,
  requires: [IGuard],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate
};

export default plugin;
