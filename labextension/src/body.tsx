import React from 'react';

import { Findings } from './findings';
import { Header } from './header';
import { ServerHistory } from './history';
import { Asides, Integrity } from './notices';
import { Overall } from './overall';
import { Page } from './page';
import { Snoozed } from './snoozed';
import { StateCards } from './states';
import { useTick } from './tick';
import { isDoubtful, receivedOf } from './verdict';
import { VersionCard } from './version_card';
import type { IDrawn } from './view';

const TICK_MS = 20_000;

interface IBodyProps extends IDrawn {
  /** Called when the page of a control is gone. */
  onPageGone: () => void;
}

/** Everything in the panel: the report, or the page of a control in its place. */
export function Body(props: IBodyProps): React.JSX.Element {
  const { trans, guard, view, onPageGone } = props;
  useTick(TICK_MS);
  return (
    <div
      className="jp-SmGuard-body"
      data-doubtful={isDoubtful(guard.state, Date.now())}
    >
      {view.page !== null && (
        <Page {...props} check={view.page} onGone={onPageGone} />
      )}
      {/* Hidden rather than gone: its buttons are where the focus comes back to. */}
      <div hidden={view.page !== null}>
        <Whole {...props} />
      </div>
      <p className="jp-SmGuard-footer">
        {receivedOf(guard.state)?.latest.report.collector
          ? trans.__(
              'Seen by the collector, shown by software running as the notebook user; attest with AWS Config or Security Hub.'
            )
          : trans.__(
              'Reported by software running as the notebook user; attest with AWS Config or Security Hub.'
            )}
      </p>
    </div>
  );
}

/** The report as a whole. */
function Whole(props: IDrawn): React.JSX.Element {
  const { trans, guard } = props;
  const received = receivedOf(guard.state);
  return (
    <>
      <Header {...props} />
      <Overall trans={trans} state={guard.state} />
      <StateCards trans={trans} state={guard.state} />
      {received !== null && (
        <>
          <VersionCard trans={trans} report={received.latest.report} />
          <Integrity trans={trans} report={received.latest.report} />
          <Findings {...props} received={received} />
          <Snoozed trans={trans} guard={guard} />
          <Asides trans={trans} report={received.latest.report} />
          <ServerHistory {...props} />
        </>
      )}
    </>
  );
}
