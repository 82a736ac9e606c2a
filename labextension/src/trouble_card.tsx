import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import { Command } from './copy';
import { standingIcons } from './icons';
import type { Trouble } from './tokens';

interface ITroubleCardProps {
  trans: TranslationBundle;
  trouble: Trouble;
  /** Whether a report from before the trouble is shown under the card. */
  outdated: boolean;
}

/** Why there is no report, and what to do about it. */
export function TroubleCard({
  trans,
  trouble,
  outdated
}: ITroubleCardProps): React.JSX.Element {
  const words: Record<Trouble, string> = {
    missing: trans.__(
      'This page has the panel, but the Jupyter server does not answer for it. In the environment of the Jupyter server, turn its extension on:'
    ),
    forbidden: trans.__(
      'The Jupyter server refuses this user. Ask whoever runs the server for read access to jupyter_sm_guard. If you have been signed out, reload this page.'
    ),
    unreachable: trans.__(
      'It may have stopped, or your session may have ended. This panel keeps trying; if that does not help, reload the page.'
    ),
    unreadable: trans.__(
      'It comes from another version of SageMaker Guard than this page. Reload the page; if that does not help, restart the Jupyter server.'
    ),
    failed: trans.__(
      'The Jupyter server met an error; its log says more. This panel keeps trying.'
    )
  };
  return (
    <Card
      state={trouble}
      icon={standingIcons.offline}
      title={trans.__('What you can do')}
    >
      <p>{words[trouble]}</p>
      {outdated && <p>{trans.__('What follows is the last report.')}</p>}
      {trouble === 'missing' && <TurnOn trans={trans} />}
    </Card>
  );
}

/** How to turn the server extension on. */
function TurnOn({
  trans
}: Pick<ITroubleCardProps, 'trans'>): React.JSX.Element {
  return (
    <>
      <Command
        trans={trans}
        command="jupyter server extension enable jupyter_sm_guard"
      />
      <p>{trans.__('Check that the list has it:')}</p>
      <Command trans={trans} command="jupyter server extension list" />
      <p>{trans.__('Then restart the server.')}</p>
    </>
  );
}
