import type { TranslationBundle } from '@jupyterlab/translation';

import type { IReceived, State } from './tokens';
import {
  findingsAt,
  freshness,
  isJudged,
  receivedOf,
  standing,
  tally,
  type Counted
} from './verdict';
import type { Finding, ResourceKind } from './wire';
import { troubleSentence, troubleWord } from './words';

/** The overall verdict as the panel says it; it changes only when the verdict does. */
export function verdictSentence(
  trans: TranslationBundle,
  state: State,
  now: number
): string {
  if (state.kind === 'error') {
    return troubleSentence(trans, state.trouble);
  }
  if (state.kind === 'pending') {
    return trans.__('Asking the Jupyter server');
  }
  const fresh = freshness(state, now);
  if (fresh === 'none') {
    return state.latest.running
      ? trans.__('The first check is running')
      : trans.__('Nothing has been checked yet');
  }
  const findings = findingsAt(state, now);
  if (!isJudged(findings)) {
    return trans.__('These controls do not apply to this machine');
  }
  if (fresh === 'expired') {
    return trans.__('Nothing is known: the last check is too old');
  }
  const verdict = overall(trans, findings, state);
  return fresh === 'stale' ? trans.__('Stale: %1', verdict) : verdict;
}

/** Why nothing at all could be verified, where that is the verdict. */
export function verdictDetail(state: State, now: number): string | null {
  if (state.kind !== 'ready' || freshness(state, now) !== 'fresh') {
    return null;
  }
  const findings = findingsAt(state, now);
  const none = findings.every(({ status }) => status === 'UNKNOWN');
  return none ? (findings[0]?.because ?? null) : null;
}

function overall(
  trans: TranslationBundle,
  findings: readonly Finding[],
  { latest: { report } }: IReceived
): string {
  const counts = tally(findings);
  const all = findings.length;
  if (all === 0) {
    return trans.__('No control is turned on');
  }
  if (counts.PASSED === all) {
    return report.turned_off.length > 0
      ? trans.__('All %1 controls that are turned on pass', all)
      : trans.__('All %1 controls pass', all);
  }
  if (counts.UNKNOWN === all) {
    return trans.__('Nothing could be verified');
  }
  return partly(trans, counts, all);
}

/** Names the worst status of those that not every control has. */
function partly(
  trans: TranslationBundle,
  counts: Record<Counted, number>,
  all: number
): string {
  if (counts.FAILED > 0) {
    const n = counts.FAILED;
    return trans._n(
      '%1 of %2 controls fails',
      '%1 of %2 controls fail',
      n,
      all
    );
  }
  if (counts.WARNING > 0) {
    const n = counts.WARNING;
    return trans._n(
      '%1 of %2 controls has a warning',
      '%1 of %2 controls have a warning',
      n,
      all
    );
  }
  return counts.UNKNOWN > 0
    ? trans.__('%1 of %2 controls could not be verified', counts.UNKNOWN, all)
    : noneFailing(trans, counts, all);
}

function noneFailing(
  trans: TranslationBundle,
  counts: Record<Counted, number>,
  all: number
): string {
  if (counts.WAIVED > 0) {
    return trans._n(
      '%1 of %2 controls is waived by your admin, no other fails',
      '%1 of %2 controls are waived by your admin, no other fails',
      counts.WAIVED,
      all
    );
  }
  return trans.__(
    '%1 of %2 controls pass, the others do not apply',
    counts.PASSED,
    all
  );
}

/** What the status bar shows. */
export function statusBarText(
  trans: TranslationBundle,
  state: State,
  now: number
): string {
  if (state.kind === 'error') {
    return troubleWord(trans, state.trouble);
  }
  const received = receivedOf(state);
  const counts = tally(received === null ? [] : findingsAt(received, now));
  switch (standing(state, now)) {
    case 'failed':
      return trans.__('SageMaker Guard: %1 failed', counts.FAILED);
    case 'warning':
      return trans._n(
        'SageMaker Guard: %1 warning',
        'SageMaker Guard: %1 warnings',
        counts.WARNING
      );
    case 'unknown':
      return trans.__('SageMaker Guard: %1 unknown', counts.UNKNOWN);
    case 'waived':
      return trans.__('SageMaker Guard: %1 waived', counts.WAIVED);
    case 'passed':
      return received?.latest.report.integrity.length === 0
        ? trans.__('SageMaker Guard: passed')
        : trans.__('SageMaker Guard: passed, see notice');
    case 'not-applicable':
      return notApplicable(trans, received?.latest.report.resource.kind);
    case 'checking':
      return trans.__('SageMaker Guard: checking');
    case 'stale':
      return trans.__('SageMaker Guard: stale');
    case 'offline':
      return trans.__('SageMaker Guard: offline');
  }
}

function notApplicable(
  trans: TranslationBundle,
  kind: ResourceKind | undefined
): string {
  switch (kind) {
    case 'not-sagemaker':
      return trans.__('SageMaker Guard: not SageMaker');
    case 'studio':
    case 'unified-studio':
      return trans.__('SageMaker Guard: not applicable in Studio');
    default:
      return trans.__('SageMaker Guard: not applicable');
  }
}
