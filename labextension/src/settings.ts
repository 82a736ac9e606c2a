import { Signal, type ISignal } from '@lumino/signaling';

import type { IChoices, ISettings } from './tokens';
import type { Fixed } from './wire';

type Values = Readonly<Record<string, unknown>>;

/** What the user chose in JupyterLab's settings, and over that what the admin's policy fixed. */
export class Settings implements ISettings {
  get choices(): IChoices {
    return chosen({ ...this._values, ...this._fixed });
  }

  get fixed(): (keyof IChoices)[] {
    return Object.keys(this._fixed) as (keyof IChoices)[];
  }

  get changed(): ISignal<ISettings, void> {
    return this._changed;
  }

  /** Takes what the settings hold; what is not of the schema counts as not set. */
  take(values: Values): void {
    this._values = values;
    this._changed.emit();
  }

  /** Takes what the policy fixed; what is null in it, or of no known form, stays the user's. */
  fix(fixed: Fixed): void {
    const before = JSON.stringify(this._fixed);
    this._fixed = known(fixed);
    if (JSON.stringify(this._fixed) !== before) {
      this._changed.emit();
    }
  }

  private _values: Values = {};
  private _fixed: Partial<IChoices> = {};
  private readonly _changed = new Signal<this, void>(this);
}

/** The words that a choice is one of; the first where nothing is chosen. */
const WORDS = {
  statusBar: ['always', 'attention', 'never'],
  lint: ['marks', 'list', 'off'],
  lintProfile: ['project', 'default', 'strict'],
  lintSeverity: ['low', 'medium', 'high', 'critical'],
  lintOnSave: ['off', 'report'],
  lintBeforeRun: ['off', 'ask']
} as const;
type Worded = keyof typeof WORDS;

function chosen(values: Values): IChoices {
  const off = values.lintOff;
  const word = <K extends Worded>(key: K): (typeof WORDS)[K][number] =>
    wordOf(key, values[key]) ?? WORDS[key][0];
  return {
    banner: values.banner !== false,
    notices: values.notices !== false,
    statusBar: word('statusBar'),
    lint: word('lint'),
    lintProfile: word('lintProfile'),
    lintSeverity: word('lintSeverity'),
    lintOff: Array.isArray(off)
      ? off.filter((name): name is string => typeof name === 'string')
      : [],
    lintOnSave: word('lintOnSave'),
    lintBeforeRun: word('lintBeforeRun')
  };
}

function known(fixed: Fixed): Partial<IChoices> {
  const made = {
    banner: fixed.banner ?? undefined,
    notices: fixed.notices ?? undefined,
    statusBar: wordOf('statusBar', fixed.status_bar),
    lint: wordOf('lint', fixed.lint),
    lintProfile: wordOf('lintProfile', fixed.lint_profile),
    lintSeverity: wordOf('lintSeverity', fixed.lint_severity),
    lintOnSave: wordOf('lintOnSave', fixed.lint_on_save),
    lintBeforeRun: wordOf('lintBeforeRun', fixed.lint_before_run)
  };
  const said = Object.entries(made).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

function wordOf<K extends Worded>(
  key: K,
  value: unknown
): (typeof WORDS)[K][number] | undefined {
  const words: readonly string[] = WORDS[key];
  return typeof value === 'string' && words.includes(value)
    ? (value as (typeof WORDS)[K][number])
    : undefined;
}
