import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';

import { Noticer } from './notice';
import { CommandIDs, DOMAIN, IGuard, ISettings } from './tokens';
import type { Attention } from './wire';

const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

function activate(
  app: JupyterFrontEnd,
  guard: IGuard,
  settings: ISettings | null,
  translator: ITranslator | null,
  palette: ICommandPalette | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const { commands } = app;
  addCommands(app, guard, trans);
  const category = trans.__('SageMaker Guard');
  palette?.addItem({ command: CommandIDs.snooze, category });
  palette?.addItem({ command: CommandIDs.wake, category });
  const noticer = new Noticer({
    guard,
    settings,
    trans,
    onDetails: () => void commands.execute(CommandIDs.showPanel),
    onSnooze: () => void commands.execute(CommandIDs.snooze)
  });
  commands.commandExecuted.connect((_, { id }) => {
    if (id === CommandIDs.showPanel) {
      noticer.close();
    }
  });
}

function addCommands(
  { commands }: JupyterFrontEnd,
  guard: IGuard,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.snooze, {
    label: trans.__('Snooze Notices…'),
    caption: trans.__('No notices of SageMaker Guard for a while'),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => (attentionOf(guard)?.longest_snooze_days ?? 0) > 0,
    execute: async () => {
      const longest = attentionOf(guard)?.longest_snooze_days ?? 0;
      const { askForSnooze } = await import('./snooze');
      const wish = await askForSnooze(trans, longest);
      if (wish !== null) {
        await tried(trans, guard.server.snooze(wish.days, wish.reason));
        guard.reload();
      }
    }
  });
  commands.addCommand(CommandIDs.wake, {
    label: trans.__('End Snooze of Notices'),
    caption: trans.__(
      'Have SageMaker Guard say again when a control gets worse'
    ),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => (attentionOf(guard)?.snooze ?? null) !== null,
    execute: async () => {
      await tried(trans, guard.server.wake());
      guard.reload();
    }
  });
  guard.changed.connect(() => {
    commands.notifyCommandChanged(CommandIDs.snooze);
    commands.notifyCommandChanged(CommandIDs.wake);
  });
}

function attentionOf({ state }: IGuard): Attention | null {
  return state.kind === 'ready' ? state.latest.attention : null;
}

/** The user asked for it, so the user is told when it did not work. */
async function tried(
  trans: TranslationBundle,
  wish: Promise<void>
): Promise<void> {
  try {
    await wish;
  } catch {
    Notification.error(trans.__('The Jupyter server did not take that.'));
  }
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:notice',
  description: 'Says once when a control of this machine gets worse.',
  autoStart: true,
  requires: [IGuard],
  optional: [ISettings, ITranslator, ICommandPalette],
  activate
};

export default plugin;
