import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import { isServerless } from './environment';
import { standingIcons } from './icons';
import type { Trouble } from './tokens';
import { OtherVersion, TurnOn } from './trouble_steps';

interface ITroubleCardProps {
  trans: TranslationBundle;
  trouble: Trouble;
  /** The version that an unreadable answer claims to be of. */
  version: string | null;
  /** Whether a report from before the trouble is shown under the card. */
  outdated: boolean;
}

/** Why there is no report, and what to do about it. */
export function TroubleCard(props: ITroubleCardProps): React.JSX.Element {
  const { trans, trouble, version, outdated } = props;
  const words: Record<Trouble, string> = {
    missing: isServerless()
      ? trans.__(
          'JupyterLite runs in your browser alone: there is no machine to check. Open JupyterLab on the machine that you want to know about.'
        )
      : trans.__(
          'This page has the panel, but the Jupyter server does not answer for it.'
        ),
    forbidden: trans.__(
      'The Jupyter server refuses this user. Ask whoever runs the server for read access to jupyter_sm_guard. If you have been signed out, reload this page.'
    ),
    unreachable: trans.__(
      'It may have stopped, or your session may have ended. This panel keeps trying; if that does not help, reload the page.'
    ),
    unreadable: trans.__(
      'The panel shows no report that it does not fully understand.'
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
      {trouble === 'missing' && !isServerless() && <TurnOn trans={trans} />}
      {trouble === 'unreadable' && (
        <OtherVersion trans={trans} version={version} />
      )}
    </Card>
  );
}
