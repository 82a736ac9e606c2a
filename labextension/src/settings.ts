import { Signal, type ISignal } from '@lumino/signaling';

import type { IChoices, ISettings } from './tokens';
import type { Fixed } from './wire';

const DEFAULTS: IChoices = { banner: true, notices: true, statusBar: 'always' };

/** What the user chose in JupyterLab's settings, and over that what the admin's policy fixed. */
export class Settings implements ISettings {
  get choices(): IChoices {
    const { banner, notices, statusBar } = this._choices;
    return {
      banner: this._fixed?.banner ?? banner,
      notices: this._fixed?.notices ?? notices,
      statusBar: barOf(this._fixed?.status_bar) ?? statusBar
    };
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
      statusBar: barOf(statusBar) ?? DEFAULTS.statusBar
    };
    this._changed.emit();
  }

  /** Takes what the policy fixed; what is null in it stays the user's. */
  fix(fixed: Fixed): void {
    const before = JSON.stringify(this._fixed);
    this._fixed = fixed;
    if (JSON.stringify(fixed) !== before) {
      this._changed.emit();
    }
  }

  private _choices = DEFAULTS;
  private _fixed: Fixed | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

function barOf(value: unknown): IChoices['statusBar'] | null {
  return value === 'always' || value === 'attention' || value === 'never'
    ? value
    : null;
}
