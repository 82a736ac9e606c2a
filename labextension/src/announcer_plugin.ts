import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Announcer } from './announcer';
import { DOMAIN, IGuard } from './tokens';

function activate(
  _: JupyterFrontEnd,
  guard: IGuard,
  translator: ITranslator | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  document.body.append(...new Announcer(guard, trans).nodes);
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:announcer',
  description:
    'Tells a screen reader when the verdict on this machine changes.',
  autoStart: true,
  requires: [IGuard],
  optional: [ITranslator],
  activate
};

export default plugin;
