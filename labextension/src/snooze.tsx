import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

const LONGEST_NOTE = 100;

/** For how long, and why. */
export interface ISnooze {
  days: number;
  reason: string;
}

/** Asks for how long to be left in peace, and why; null when the user thinks better of it. */
export async function askForSnooze(
  trans: TranslationBundle,
  longestDays: number
): Promise<ISnooze | null> {
  const { button, value } = await showDialog({
    title: trans.__('Snooze notices'),
    body: new Form(trans, longestDays),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Snooze') })
    ],
    focusNodeSelector: 'input'
  });
  return button.accept ? value : null;
}

class Form extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    longestDays: number
  ) {
    super();
    this.addClass('jp-SmGuardSnooze');
    this._choices = [...new Set([1, Math.min(7, longestDays)])];
    this._reasons = [
      this._trans.__('My admin knows about it'),
      this._trans.__('I will fix it later'),
      this._trans.__('It does not matter for this work')
    ];
    this._reason = this._reasons[0] ?? '';
  }

  getValue(): ISnooze {
    const note = this._note.replace(/\s+/g, ' ').trim();
    const reason = note
      ? this._trans.__('%1 (%2)', this._reason, note)
      : this._reason;
    return { days: this._days, reason };
  }

  protected render(): React.JSX.Element {
    const trans = this._trans;
    return (
      <>
        <p>
          {trans.__(
            'No more notices for a while. Reports, the panel and the status bar stay as they are.'
          )}
        </p>
        <fieldset>
          <legend>{trans.__('For how long')}</legend>
          {this._choices.map(days => (
            <label key={days}>
              <input
                type="radio"
                name="sm-guard-days"
                defaultChecked={days === this._days}
                onChange={() => {
                  this._days = days;
                }}
              />
              {trans._n('%1 day', '%1 days', days)}
            </label>
          ))}
        </fieldset>
        {this._why()}
      </>
    );
  }

  private _why(): React.JSX.Element {
    const trans = this._trans;
    return (
      <>
        <label>
          {trans.__('Why')}
          <select
            onChange={event => {
              this._reason = event.target.value;
            }}
          >
            {this._reasons.map(reason => (
              <option key={reason}>{reason}</option>
            ))}
          </select>
        </label>
        <label>
          {trans.__('Note (optional)')}
          <input
            type="text"
            maxLength={LONGEST_NOTE}
            onChange={event => {
              this._note = event.target.value;
            }}
          />
        </label>
      </>
    );
  }

  private _days = 1;
  private _reason: string;
  private _note = '';
  private readonly _choices: readonly number[];
  private readonly _reasons: readonly string[];
}
