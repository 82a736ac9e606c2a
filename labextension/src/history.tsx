import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId, useState } from 'react';

import { LongList } from './long_list';
import { momentOf } from './time';
import { UnfoldButton } from './unfold';
import { receivedOf } from './verdict';
import { CHANGES, type IDrawn } from './view';
import type { Change } from './wire';
import { waivedWord } from './words';

/** All verdicts that became others while this server watched. */
export function ServerHistory(props: IDrawn): React.JSX.Element | null {
  const { trans, guard, view, onView } = props;
  const content = useId();
  const changes = receivedOf(guard.state)?.latest.history ?? [];
  if (changes.length === 0) {
    return null;
  }
  return (
    <div className="jp-SmGuard-history">
      <UnfoldButton
        label={trans.__('History of this server')}
        content={content}
        open={view.history}
        onToggle={history => {
          onView({ history, changes: CHANGES });
        }}
      />
      {view.history && (
        <div id={content}>
          <Changes {...props} changes={changes} />
        </div>
      )}
    </div>
  );
}

interface IChangesProps extends IDrawn {
  changes: readonly Change[];
}

function Changes(props: IChangesProps): React.JSX.Element {
  const { trans, view, onView, changes } = props;
  return (
    <LongList
      trans={trans}
      className="jp-SmGuard-changes"
      label={trans.__('History of this server')}
      items={changes}
      shown={view.changes}
      step={CHANGES}
      onShown={shown => {
        onView({ changes: shown });
      }}
      draw={change => (
        <li key={nameOf(change)} tabIndex={-1}>
          <strong>{change.check}</strong>{' '}
          <Changed trans={trans} change={change} />
        </li>
      )}
    />
  );
}

interface ICheckHistoryProps extends Pick<IDrawn, 'trans' | 'guard'> {
  check: string;
}

/** What became of one control while this server watched. */
export function CheckHistory(props: ICheckHistoryProps): React.JSX.Element {
  const { trans, guard, check } = props;
  const [shown, setShown] = useState(CHANGES);
  const all = receivedOf(guard.state)?.latest.history ?? [];
  const changes = all.filter(change => change.check === check);
  if (changes.length === 0) {
    return (
      <p>{trans.__('No change since this Jupyter server was started.')}</p>
    );
  }
  return (
    <LongList
      trans={trans}
      className="jp-SmGuard-changes"
      label={trans.__('History')}
      items={changes}
      shown={shown}
      step={CHANGES}
      onShown={setShown}
      draw={change => (
        <li key={nameOf(change)} tabIndex={-1}>
          <Changed trans={trans} change={change} />
        </li>
      )}
    />
  );
}

function nameOf({ check, at, after, after_waived }: Change): string {
  return `${check} ${at} ${after} ${String(after_waived)}`;
}

// Stands for the time in a sentence until that is an element of its own.
const HERE = '\u0000';

interface IChangedProps {
  trans: TranslationBundle;
  change: Change;
}

function Changed({ trans, change }: IChangedProps): React.JSX.Element {
  const { at, before, before_waived, after, after_waived } = change;
  const word = waivedWord(trans, after, after_waived);
  const sentence =
    before === null
      ? trans.__('%1 since %2, the first check', word, HERE)
      : trans.__(
          '%1 since %2; before that: %3',
          word,
          HERE,
          waivedWord(trans, before, before_waived)
        );
  const [lead, ...tail] = sentence.split(HERE);
  return (
    <>
      {lead}
      <time dateTime={at}>{trans.__('%1 (UTC)', momentOf(at))}</time>
      {tail}
    </>
  );
}
