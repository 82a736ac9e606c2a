import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { copyText } from './copy';
import { CommandIDs, type Form, type IGuard } from './tokens';
import { troubleOf } from './trouble';
import { troubleSentence } from './words';

type Copied = Exclude<Form, 'ask'>;
const SHOWN_MS = 4000;

/** The commands that pass the report on. */
export function addReportCommands(
  { commands }: JupyterFrontEnd,
  guard: IGuard,
  trans: TranslationBundle,
  ask: () => void
): void {
  const format = {
    type: 'string',
    default: 'markdown',
    oneOf: [
      { const: 'text', title: trans.__('Text') },
      { const: 'markdown', title: trans.__('Markdown') },
      { const: 'json', title: trans.__('JSON') }
    ]
  };
  commands.addCommand(CommandIDs.copyReport, {
    label: trans.__('Copy Report on SageMaker Controls'),
    caption: trans.__('As Markdown, for a ticket'),
    describedBy: { args: { type: 'object', properties: { format } } },
    execute: args => copyReport(guard, trans, formOf(args.format))
  });
  commands.addCommand(CommandIDs.askAdmin, {
    label: trans.__('Ask My Admin About SageMaker Controls'),
    caption: trans.__('A message about what is wrong, to be sent by you'),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: ask
  });
}

function formOf(format: unknown): Copied {
  return format === 'text' || format === 'json' ? format : 'markdown';
}

async function copyReport(
  { server }: IGuard,
  trans: TranslationBundle,
  form: Copied
): Promise<void> {
  try {
    if (await copyText(await server.written(form))) {
      Notification.success(trans.__('The report is on the clipboard.'), {
        autoClose: SHOWN_MS
      });
    } else {
      Notification.error(
        trans.__('The browser did not let this page copy. Try it in the panel.')
      );
    }
  } catch (error) {
    const sentence = troubleSentence(trans, troubleOf(error));
    Notification.error(trans.__('Not copied: %1.', sentence));
  }
}
