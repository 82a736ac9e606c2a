import { PageConfig } from '@jupyterlab/coreutils';

// JupyterLab and Notebook both keep their settings below the environment they are installed in.
const SETTINGS = /^((?:\/[\w.@+-]+)+)\/share\/jupyter\/lab\/settings\/?$/;

/** Whether there is no Jupyter server at all: JupyterLite runs in the browser alone. */
export function isServerless(): boolean {
  return PageConfig.getOption('appName') === 'JupyterLite';
}

/** The Python environment that serves this page, such as `/opt/conda`; null where the page does not
 * tell it, or tells something that would have to be quoted in a command. */
export function environment(): string | null {
  return SETTINGS.exec(PageConfig.getOption('appSettingsDir'))?.[1] ?? null;
}

/** The command as it is run in that environment, whatever the terminal's own one is. */
export function inEnvironment(command: string): string {
  const prefix = environment();
  return prefix === null ? command : `${prefix}/bin/${command}`;
}
