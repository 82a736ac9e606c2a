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
import { addReportCommands } from './report_commands';
import { CommandIDs, DOMAIN, IGuard } from './tokens';

const RANK = 700;
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };
/** In the command palette; to explain a control takes to be told which. */
const LISTED = [
  CommandIDs.showPanel,
  CommandIDs.refresh,
  CommandIDs.copyReport,
  CommandIDs.askAdmin
];
/** What an id of a control can be; it becomes part of an address. */
const CHECK = /^[A-Za-z0-9][A-Za-z0-9.]{0,79}$/;

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

  const show = (): void => {
    if (!panel.isVisible) {
      app.shell.activateById(panel.id); // some Notebooks close what is open
    }
    panel.takeFocus();
  };
  addPanelCommands(app, panel, trans, show);
  addReportCommands(app, guard, trans, () => {
    show();
    panel.look({ page: null, tool: 'ask' });
  });
  addRefresh(app, guard, trans);
  const category = trans.__('SageMaker Guard');
  for (const command of LISTED) {
    palette?.addItem({ command, category });
  }
}

function addPanelCommands(
  app: JupyterFrontEnd,
  panel: Panel,
  trans: TranslationBundle,
  show: () => void
): void {
  app.commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show SageMaker Guard'),
    caption: trans.__('Show which SageMaker controls this machine fails'),
    icon: shieldIcon,
    describedBy: NO_ARGUMENTS,
    execute: show
  });
  const check = {
    type: 'string',
    pattern: CHECK.source,
    description: trans.__('The id of a control, such as SageMaker.3')
  };
  app.commands.addCommand(CommandIDs.explain, {
    label: trans.__('Explain a SageMaker Control'),
    describedBy: {
      args: { type: 'object', properties: { check }, required: ['check'] }
    },
    execute: args => {
      if (typeof args.check !== 'string' || !CHECK.test(args.check)) {
        throw new Error(trans.__('This is not the id of a control.'));
      }
      panel.look({ page: args.check });
      show();
    }
  });
}

function addRefresh(
  app: JupyterFrontEnd,
  guard: IGuard,
  trans: TranslationBundle
): void {
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
