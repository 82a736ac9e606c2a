import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILintDocument, ILinter } from './lint_tokens';
import type { ISettings } from './tokens';

const TOAST_MS = 5000;
const SAVES = ['docmanager:save', 'docmanager:save-as'];

let toast = '';

/** By the command that saves: autosave is nothing that the user did. */
export function reportSaves(
  app: JupyterFrontEnd,
  linter: ILinter,
  settings: ISettings | null,
  trans: TranslationBundle,
  show: () => void
): void {
  app.commands.commandExecuted.connect((_, { id, result }) => {
    if (SAVES.includes(id) && settings?.choices.lintOnSave === 'report') {
      void result.then(() => {
        report(trans, linter.current, show);
      });
    }
  });
}

/** Says what a document that was saved has; one toast, which the next one replaces. */
function report(
  trans: TranslationBundle,
  document: ILintDocument | null,
  show: () => void
): void {
  const groups = document?.groups() ?? [];
  const count = groups.reduce((sum, { findings }) => sum + findings.length, 0);
  Notification.dismiss(toast);
  if (count > 0) {
    const words = trans._n(
      'Saved, with %1 finding of the linter.',
      'Saved, with %1 findings of the linter.',
      count
    );
    toast = Notification.warning(words, {
      autoClose: TOAST_MS,
      actions: [{ label: trans.__('Show the list'), callback: show }]
    });
  }
}
