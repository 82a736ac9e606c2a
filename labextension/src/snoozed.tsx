import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import { dayOf } from './time';
import type { IGuard, Trouble } from './tokens';
import { troubleOf } from './trouble';
import { receivedOf } from './verdict';
import type { IDrawn } from './view';
import { troubleSentence } from './words';

/** That there are no notices for now, and the way to have them again. */
export function Snoozed({
  trans,
  guard
}: Pick<IDrawn, 'trans' | 'guard'>): React.JSX.Element | null {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const snooze = receivedOf(guard.state)?.latest.attention.snooze ?? null;
  if (snooze === null) {
    return null;
  }
  const { until, reason } = snooze;
  const press = ({ currentTarget }: React.MouseEvent<HTMLElement>): void => {
    void wake(guard, currentTarget).then(setTrouble);
  };
  return (
    <div className="jp-SmGuard-aside" data-testid="sm-guard-snoozed">
      <p>{trans.__('Notices snoozed until %1: %2', dayOf(until), reason)}</p>
      <button type="button" className="jp-SmGuard-button" onClick={press}>
        {trans.__('End snooze')}
      </button>
      <p role="status">{troubleWords(trans, trouble)}</p>
    </div>
  );
}

/** Ends the snooze; what was in the way, if anything. */
async function wake(
  guard: IGuard,
  button: HTMLElement
): Promise<Trouble | null> {
  try {
    await guard.server.wake();
  } catch (error) {
    return troubleOf(error);
  }
  // The button goes with the snooze; the reader is not to be left nowhere.
  button.closest<HTMLElement>('.jp-SmGuardPanel')?.focus();
  guard.reload();
  return null;
}

function troubleWords(
  trans: TranslationBundle,
  trouble: Trouble | null
): string {
  return trouble === null
    ? ''
    : trans.__('The snooze goes on: %1.', troubleSentence(trans, trouble));
}
