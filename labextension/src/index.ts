import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import announcer from './announcer_plugin';
import banner from './banner_plugin';
import guard from './guard_plugin';
import lint from './lint_plugin';
import list from './lint_list_plugin';
import marks from './lint_marks_plugin';
import notice from './notice_plugin';
import panel from './panel_plugin';
import run from './run_plugin';
import settings from './settings_plugin';
import status from './status_plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  guard,
  settings,
  panel,
  status,
  banner,
  notice,
  announcer,
  lint,
  marks,
  list,
  run
];

export default plugins;
