import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { Settings } from './settings';
import { IGuard, ISettings } from './tokens';
import { receivedOf } from './verdict';

const ID = 'jupyter-sm-guard:settings';

function activate(
  _: JupyterFrontEnd,
  guard: IGuard,
  registry: ISettingRegistry | null
): ISettings {
  const settings = new Settings();
  const fix = (): void => {
    const received = receivedOf(guard.state);
    if (received !== null) {
      settings.fix(received.latest.fixed);
    }
  };
  guard.changed.connect(fix);
  fix();
  if (registry !== null) {
    void follow(registry, settings);
  }
  return settings;
}

async function follow(
  registry: ISettingRegistry,
  settings: Settings
): Promise<void> {
  try {
    const stored = await registry.load(ID);
    stored.changed.connect(() => {
      settings.take(stored.composite);
    });
    settings.take(stored.composite);
  } catch {
    // A server that does not hand out our schema: the defaults are good ones.
  }
}

const plugin: JupyterFrontEndPlugin<ISettings> = {
  id: ID,
  description: 'Holds what is chosen in the settings of SageMaker Guard.',
  autoStart: true,
  provides: ISettings,
  requires: [IGuard],
  optional: [ISettingRegistry],
  activate
};

export default plugin;
