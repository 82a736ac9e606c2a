import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Breakable } from './breakable';
import { Glyph } from './glyph';
import { standingIcons, statusIcons } from './icons';
import { verdictDetail, verdictSentence } from './sentences';
import type { State } from './tokens';
import {
  findingsAt,
  freshness,
  receivedOf,
  standing,
  tally,
  type Counted
} from './verdict';
import { countWord } from './words';

interface IOverallProps {
  trans: TranslationBundle;
  state: State;
}

/** The verdict on the whole machine; announcer.ts tells a screen reader when it changes. */
export function Overall({ trans, state }: IOverallProps): React.JSX.Element {
  const now = Date.now();
  const stands = standing(state, now);
  const sentence = verdictSentence(trans, state, now);
  const detail = verdictDetail(state, now);
  return (
    <div className="jp-SmGuard-overall" data-standing={stands}>
      <Glyph icon={standingIcons[stands]} tone={stands} />
      <div>
        <p className="jp-SmGuard-verdict" data-testid="sm-guard-verdict">
          {detail === null ? (
            sentence
          ) : (
            <>
              {trans.__('%1:', sentence)}{' '}
              <span>
                <Breakable text={detail} />
              </span>
            </>
          )}
        </p>
        <Counts trans={trans} state={state} />
      </div>
    </div>
  );
}

/** How many of each, where there is more than one kind of verdict to count. */
function Counts({ trans, state }: IOverallProps): React.JSX.Element | null {
  const received = receivedOf(state);
  const now = Date.now();
  if (
    received === null ||
    state.kind === 'error' ||
    freshness(received, now) === 'none'
  ) {
    return null;
  }
  const counts = tally(findingsAt(received, now));
  const present = (Object.keys(counts) as Counted[]).filter(
    status => counts[status] > 0
  );
  if (present.length < 2) {
    return null;
  }
  return (
    <ul className="jp-SmGuard-counts">
      {present.map(status => (
        <li key={status}>
          <Glyph icon={statusIcons[status]} tone={status} />
          {countWord(trans, status, counts[status])}
        </li>
      ))}
    </ul>
  );
}
