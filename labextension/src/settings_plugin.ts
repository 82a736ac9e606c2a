import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { Settings } from './settings';
import { ISettings } from './tokens';

const ID = 'jupyter-sm-guard:settings';

function activate(
  _: JupyterFrontEnd,
  registry: ISettingRegistry | null
): ISettings {
  const settings = new Settings();
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
  optional: [ISettingRegistry],
  activate
};

export default plugin;
