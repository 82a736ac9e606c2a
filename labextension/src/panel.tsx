import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { CompactRow, FindingRow } from './finding';
import { Header } from './header';
import { shieldIcon } from './icons';
import { Asides, Integrity } from './notices';
import { Overall } from './overall';
import { StateCards } from './states';
import { useTick } from './tick';
import type { IGuard, IReceived } from './tokens';
import { findingsAt, isDoubtful, isJudged, receivedOf } from './verdict';

const TICK_MS = 20_000;

/** The side panel; it draws nothing before it is shown for the first time. */
export class Panel extends ReactWidget {
  constructor(
    private readonly _guard: IGuard,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'jp-sm-guard-panel';
    this.addClass('jp-SmGuardPanel');
    this.title.icon = shieldIcon;
    this.title.caption = this._trans.__('SageMaker Guard');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this._trans.__('SageMaker Guard'));
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._wasShown = true;
    this.update();
  }

  protected override onAfterAttach(msg: Message): void {
    this._wasShown ||= this.isVisible;
    super.onAfterAttach(msg);
  }

  protected render(): React.JSX.Element | null {
    if (!this._wasShown) {
      return null;
    }
    return (
      <UseSignal signal={this._guard.changed}>
        {() => (
          <Body
            trans={this._trans}
            guard={this._guard}
            open={this._open}
            onToggle={this._toggle}
          />
        )}
      </UseSignal>
    );
  }

  private readonly _toggle = (check: string): void => {
    if (!this._open.delete(check)) {
      this._open.add(check);
    }
    this.update();
  };

  // Here and not in the component, which is unmounted when the panel moves to the other side.
  private readonly _open = new Set<string>();
  private _wasShown = false;
}

interface IBodyProps {
  trans: TranslationBundle;
  guard: IGuard;
  open: ReadonlySet<string>;
  onToggle: (check: string) => void;
}

function Body(props: IBodyProps): React.JSX.Element {
  const { trans, guard } = props;
  useTick(TICK_MS);
  const received = receivedOf(guard.state);
  return (
    <div
      className="jp-SmGuard-body"
      data-doubtful={isDoubtful(guard.state, Date.now())}
    >
      <Header trans={trans} guard={guard} />
      <Overall trans={trans} state={guard.state} />
      <StateCards trans={trans} state={guard.state} />
      {received !== null && (
        <>
          <Integrity trans={trans} report={received.latest.report} />
          <Findings {...props} received={received} />
          <Asides trans={trans} report={received.latest.report} />
        </>
      )}
      <p className="jp-SmGuard-footer">
        {trans.__(
          'Reported by software running as the notebook user; attest with AWS Config or Security Hub.'
        )}
      </p>
    </div>
  );
}

interface IFindingsProps extends IBodyProps {
  received: IReceived;
}

function Findings(props: IFindingsProps): React.JSX.Element {
  const { trans, received, open, onToggle } = props;
  const judged = isJudged(received.latest.report.resource.kind);
  const findings = findingsAt(received, Date.now());
  return (
    <ul className="jp-SmGuard-findings" aria-label={trans.__('Controls')}>
      {findings.map(finding =>
        !judged && finding.status === 'NOT_APPLICABLE' ? (
          <CompactRow key={finding.check} trans={trans} finding={finding} />
        ) : (
          <FindingRow
            key={finding.check}
            trans={trans}
            finding={finding}
            open={open.has(finding.check)}
            onToggle={() => {
              onToggle(finding.check);
            }}
          />
        )
      )}
    </ul>
  );
}
