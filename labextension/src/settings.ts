import { Signal, type ISignal } from '@lumino/signaling';

import type { IChoices, ISettings } from './tokens';

type Values = Readonly<Record<string, unknown>>;

/** What the user and the admin chose in JupyterLab's settings. */
export class Settings implements ISettings {
  get choices(): IChoices {
    return this._choices;
  }

  get changed(): ISignal<ISettings, void> {
    return this._changed;
  }

  /** Takes what the settings hold; what is not of the schema counts as not set. */
  take(values: Values): void {
    this._choices = chosen(values);
    this._changed.emit();
  }

  private _choices = chosen({});
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
    lintOnSave: values.lintOnSave === true,
    lintBeforeRun: values.lintBeforeRun === true
  };
}

/** One of the words; the first where it is none of them. */
function word<T extends string>(value: unknown, first: T, ...others: T[]): T {
  return others.find(other => other === value) ?? first;
}
