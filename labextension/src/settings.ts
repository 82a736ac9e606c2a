import { Signal, type ISignal } from '@lumino/signaling';

import type { IChoices, ISettings } from './tokens';
import type { Fixed } from './wire';

type Values = Readonly<Record<string, unknown>>;

/** What the user chose in JupyterLab's settings, and over that what the admin's policy fixed. */
export class Settings implements ISettings {
  get choices(): IChoices {
    const { banner, notices, statusBar, lintOnSave } = this._choices;
    return {
      ...this._choices,
      banner: this._fixed?.banner ?? banner,
      notices: this._fixed?.notices ?? notices,
      statusBar: barOf(this._fixed?.status_bar) ?? statusBar,
      lintOnSave: onSaveOf(this._fixed?.lint_on_save) ?? lintOnSave
    };
  }

  get changed(): ISignal<ISettings, void> {
    return this._changed;
  }

  /** Takes what the settings hold; what is not of the schema counts as not set. */
  take(values: Values): void {
    this._choices = chosen(values);
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

  private _choices = chosen({});
  private _fixed: Fixed | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

function chosen(values: Values): IChoices {
  const off = values.lintOff;
  return {
    banner: values.banner !== false,
    notices: values.notices !== false,
    statusBar: word(values.statusBar, 'always', 'attention', 'never'),
    lint: word(values.lint, 'marks', 'list', 'off'),
    lintProfile: word(values.lintProfile, 'project', 'default', 'strict'),
    lintSeverity: word(
      values.lintSeverity,
      'low',
      'medium',
      'high',
      'critical'
    ),
    lintOff: Array.isArray(off)
      ? off.filter((name): name is string => typeof name === 'string')
      : [],
    lintOnSave: word(values.lintOnSave, 'off', 'report')
  };
}

/** One of the words; the first where it is none of them. */
function word<T extends string>(value: unknown, first: T, ...others: T[]): T {
  return others.find(other => other === value) ?? first;
}

function onSaveOf(value: unknown): IChoices['lintOnSave'] | null {
  return value === 'off' || value === 'report' ? value : null;
}

function barOf(value: unknown): IChoices['statusBar'] | null {
  return value === 'always' || value === 'attention' || value === 'never'
    ? value
    : null;
}
