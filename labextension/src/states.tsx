import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import { standingIcons } from './icons';
import { KindCard } from './kind_card';
import type { State } from './tokens';
import { TroubleCard } from './trouble_card';
import { freshness, receivedOf } from './verdict';

interface IStateCardsProps {
  trans: TranslationBundle;
  state: State;
}

/** What the reader must know before the findings, if anything. */
export function StateCards({
  trans,
  state
}: IStateCardsProps): React.JSX.Element {
  const received = receivedOf(state);
  const fresh = received === null ? 'none' : freshness(received, Date.now());
  const waiting = state.kind !== 'error' && fresh === 'none';
  return (
    <>
      {state.kind === 'error' && (
        <TroubleCard
          trans={trans}
          trouble={state.trouble}
          version={state.version}
          outdated={state.last !== null}
        />
      )}
      {waiting && <LoadingCard trans={trans} state={state} />}
      {received !== null && fresh !== 'none' && (
        <KindCard trans={trans} kind={received.latest.report.resource.kind} />
      )}
      {(fresh === 'stale' || fresh === 'expired') && (
        <StaleCard trans={trans} expired={fresh === 'expired'} />
      )}
    </>
  );
}

function LoadingCard({ trans, state }: IStateCardsProps): React.JSX.Element {
  const idle = state.kind === 'ready' && !state.latest.running;
  return (
    <Card
      state="loading"
      icon={standingIcons.checking}
      title={
        idle ? trans.__('Not checked yet') : trans.__('Checking this machine')
      }
    >
      <p>
        {idle
          ? trans.__('Refresh starts the first check.')
          : trans.__(
              'This takes a few seconds. Nothing counts as passed before AWS has answered.'
            )}
      </p>
    </Card>
  );
}

interface IStaleCardProps {
  trans: TranslationBundle;
  expired: boolean;
}

function StaleCard({ trans, expired }: IStaleCardProps): React.JSX.Element {
  return (
    <Card
      state="stale"
      icon={standingIcons.stale}
      title={
        expired
          ? trans.__('This report is too old to count')
          : trans.__('This report is stale')
      }
    >
      <p>
        {expired
          ? trans.__(
              'It is older than 72 hours, so every control counts as unknown. Refresh to check again.'
            )
          : trans.__(
              'It is older than 24 hours; settings may have changed since. Refresh to check again.'
            )}
      </p>
    </Card>
  );
}
