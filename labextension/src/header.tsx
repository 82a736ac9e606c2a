import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Glyph } from './glyph';
import { refreshGlyph } from './icons';
import type { IGuard, IReceived, Wish } from './tokens';
import { useTick } from './tick';
import { checkedAgo, momentOf } from './time';
import { Tools } from './tools';
import { ageOf, receivedOf } from './verdict';
import type { IDrawn } from './view';
import type { Report, Resource } from './wire';
import { kindWord, troubleSentence } from './words';

interface IRefreshProps {
  trans: TranslationBundle;
  guard: IGuard;
}

/** Which machine is judged, how long ago, and what can be done: judge it again, pass it on. */
export function Header(props: IDrawn): React.JSX.Element {
  const { trans, guard } = props;
  const received = receivedOf(guard.state);
  return (
    <div className="jp-SmGuard-header">
      <div className="jp-SmGuard-headline">
        <h2>{headline(trans, received)}</h2>
        <RefreshButton trans={trans} guard={guard} />
      </div>
      {received !== null && <Facts trans={trans} received={received} />}
      {received !== null && (
        <CollectorLine trans={trans} report={received.latest.report} />
      )}
      <WishLine trans={trans} wish={guard.wish} />
      {received !== null && <Tools {...props} />}
    </div>
  );
}

/** The name of a notebook instance; other machines are called "default" or the like. */
function nameOf({ kind, name }: Resource): string | null {
  return kind === 'notebook-instance' ? name : null;
}

function headline(
  trans: TranslationBundle,
  received: IReceived | null
): string {
  if (received === null) {
    return trans.__('SageMaker Guard');
  }
  const { age_s, report } = received.latest;
  const { resource } = report;
  if (age_s === null && resource.kind === 'unknown') {
    return trans.__('SageMaker Guard');
  }
  const kind = kindWord(trans, resource.kind);
  return (
    nameOf(resource) ??
    (resource.app === null
      ? kind
      : trans.__('%1\u00a0· %2', kind, resource.app))
  );
}

interface IFactsProps {
  trans: TranslationBundle;
  received: IReceived;
}

function Facts({ trans, received }: IFactsProps): React.JSX.Element {
  const { resource, observed_at } = received.latest.report;
  const age = ageOf(received, Date.now());
  const named = nameOf(resource) !== null;
  const facts: [string, string | null][] = [
    [trans.__('Kind'), named ? kindWord(trans, resource.kind) : null],
    [trans.__('App'), named ? resource.app : null],
    [trans.__('Region'), resource.region],
    [trans.__('Account'), resource.account]
  ];
  return (
    <dl className="jp-SmGuard-facts">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          )
      )}
      {age !== null && (
        <div>
          <dt>{trans.__('Age')}</dt>
          <dd>
            <time dateTime={observed_at} title={observed_at}>
              {checkedAgo(trans, age)}
            </time>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Checks again; with no server to check, it only asks whether there is one now. */
function RefreshButton({ trans, guard }: IRefreshProps): React.JSX.Element {
  const { state, wish } = guard;
  const busy =
    wish.kind === 'sent' || (state.kind === 'ready' && state.latest.running);
  const again = state.kind !== 'ready';
  const press = (): void => {
    if (again) {
      guard.reload();
    } else if (!busy) {
      guard.refresh();
    }
  };
  return (
    <button
      type="button"
      className="jp-SmGuard-button"
      data-testid="sm-guard-refresh"
      data-busy={busy}
      aria-disabled={busy}
      onClick={press}
    >
      <Glyph icon={refreshGlyph} />
      {busy
        ? trans.__('Checking…')
        : again
          ? trans.__('Try again')
          : trans.__('Refresh')}
    </button>
  );
}

interface ICollectorLineProps {
  trans: TranslationBundle;
  report: Report;
}

/** That someone else checked, and what a refresh then is. */
function CollectorLine({
  trans,
  report
}: ICollectorLineProps): React.JSX.Element | null {
  const { collector } = report;
  return collector === null ? null : (
    <p className="jp-SmGuard-wish" data-testid="sm-guard-collector">
      {trans.__(
        'Checked apart from Jupyter, by this instance’s collector. Its next report is due by %1 (UTC); a refresh reads its latest.',
        momentOf(collector.next_at)
      )}
    </p>
  );
}

interface IWishLineProps {
  trans: TranslationBundle;
  wish: Wish;
}

function WishLine({ trans, wish }: IWishLineProps): React.JSX.Element | null {
  if (wish.kind === 'refused') {
    return (
      <p className="jp-SmGuard-wish" role="status">
        {wish.trouble === 'forbidden'
          ? trans.__('You are not permitted to start a check.')
          : trans.__(
              'No check was started: %1.',
              troubleSentence(trans, wish.trouble)
            )}
      </p>
    );
  }
  return wish.kind === 'too-soon' ? (
    <Countdown trans={trans} until={wish.until} />
  ) : null;
}

interface ICountdownProps {
  trans: TranslationBundle;
  until: number;
}

function Countdown({
  trans,
  until
}: ICountdownProps): React.JSX.Element | null {
  const left = Math.ceil((until - Date.now()) / 1000);
  useTick(left > 0 ? 1000 : null);
  return left > 0 ? (
    <p className="jp-SmGuard-wish">
      {trans.__('Checked a moment ago; next check possible in %1 s', left)}
    </p>
  ) : null;
}
