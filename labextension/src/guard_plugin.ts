import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { Api } from './api';
import { Guard } from './guard';
import { IGuard } from './tokens';

const CHANGED = 'https://jupyter-sm-guard.readthedocs.io/events/report_changed';

function activate(app: JupyterFrontEnd): IGuard {
  const { serviceManager } = app;
  const guard = new Guard(new Api(serviceManager.serverSettings));

  // Whoever may emit events on this server can emit this one: it means "read again", no more.
  serviceManager.events.stream.connect((_, event) => {
    if (event.schema_id === CHANGED) {
      guard.reload();
    }
  });
  serviceManager.connectionFailure.connect(() => {
    if (guard.state.kind !== 'error') {
      guard.reload();
    }
  });
  // JupyterLab does not reconnect its event stream in a hidden page: what it missed, we read now.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
      guard.reload();
    }
  });
  window.addEventListener('online', () => {
    guard.reload();
  });

  guard.reload();
  return guard;
}

const plugin: JupyterFrontEndPlugin<IGuard> = {
  id: 'jupyter-sm-guard:guard',
  description:
    'Follows the report that the Jupyter server makes on this machine.',
  autoStart: true,
  provides: IGuard,
  activate
};

export default plugin;
