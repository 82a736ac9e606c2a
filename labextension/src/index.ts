import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import guard from './guard_plugin';
import panel from './panel_plugin';
import status from './status_plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [guard, panel, status];

export default plugins;
