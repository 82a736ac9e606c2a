import { Signal, type ISignal } from '@lumino/signaling';

import type { IChoices, ISettings } from './tokens';

const DEFAULTS: IChoices = { banner: true, notices: true, statusBar: 'always' };

/** What the user and the admin chose in JupyterLab's settings. */
export class Settings implements ISettings {
  get choices(): IChoices {
    return this._choices;
  }

  get changed(): ISignal<ISettings, void> {
    return this._changed;
  }

  /** Takes what the settings hold; what is not of the schema counts as not set. */
  take(values: Readonly<Record<string, unknown>>): void {
    const { banner, notices, statusBar } = values;
    this._choices = {
      banner: typeof banner === 'boolean' ? banner : DEFAULTS.banner,
      notices: typeof notices === 'boolean' ? notices : DEFAULTS.notices,
      statusBar:
        statusBar === 'attention' || statusBar === 'never'
          ? statusBar
          : DEFAULTS.statusBar
    };
    this._changed.emit();
  }

  private _choices = DEFAULTS;
  private readonly _changed = new Signal<this, void>(this);
}
