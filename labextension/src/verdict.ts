import type { IReceived, State } from './tokens';
import type { Finding, Status } from './wire';

const STALE_S = 24 * 3600;
const EXPIRED_S = 72 * 3600;

/** Where the machine stands, in one word. */
export type Standing =
  | 'failed'
  | 'warning'
  | 'unknown'
  | 'waived' // nothing is to be done about what fails: an admin waived it
  | 'passed'
  | 'not-applicable'
  | 'checking'
  | 'offline'
  | 'stale';

export type Freshness = 'none' | 'fresh' | 'stale' | 'expired';

/** The report's age in seconds, or null before the first one. */
export function ageOf(received: IReceived, now: number): number | null {
  const { age_s } = received.latest;
  const waited = Math.max(0, now - received.receivedAt) / 1000;
  return age_s === null ? null : age_s + waited;
}

export function freshness(received: IReceived, now: number): Freshness {
  const age = ageOf(received, now);
  if (age === null) {
    return 'none';
  }
  return age > EXPIRED_S ? 'expired' : age > STALE_S ? 'stale' : 'fresh';
}

/** The findings as they count now: a waiver that has ended covers nothing any more, and a verdict
 * that is too old is none. */
export function findingsAt(received: IReceived, now: number): Finding[] {
  const there = serverTime(received, now);
  const findings = received.latest.report.findings.map(finding =>
    finding.waiver === null || there <= Date.parse(finding.waiver.until)
      ? finding
      : { ...finding, waiver: null }
  );
  if (freshness(received, now) !== 'expired') {
    return findings;
  }
  return findings.map(finding =>
    finding.status === 'NOT_APPLICABLE'
      ? finding
      : { ...finding, status: 'UNKNOWN', reason: 'STALE' }
  );
}

/** What time it is on the machine that made the report, in ms; this page's clock may be wrong. */
function serverTime(received: IReceived, now: number): number {
  const then = Date.parse(received.latest.report.observed_at);
  return then + (ageOf(received, now) ?? 0) * 1000;
}

/** Whether an admin's exception covers what the finding says; a waiver of a pass covers nothing. */
export function isWaived({ status, waiver }: Finding): boolean {
  return waiver !== null && (status === 'FAILED' || status === 'WARNING');
}

/** Whether there is something that an admin could be asked to mend. */
export function isWanting({ status }: Finding): boolean {
  return status !== 'PASSED' && status !== 'NOT_APPLICABLE';
}

/** A status as it is counted: what is waived is counted as that. */
export type Counted = Status | 'WAIVED';

/** How many findings there are of each. */
export function tally(findings: readonly Finding[]): Record<Counted, number> {
  const counts: Record<Counted, number> = {
    FAILED: 0,
    WARNING: 0,
    WAIVED: 0,
    UNKNOWN: 0,
    PASSED: 0,
    NOT_APPLICABLE: 0
  };
  for (const finding of findings) {
    counts[isWaived(finding) ? 'WAIVED' : finding.status] += 1;
  }
  return counts;
}

export function receivedOf(state: State): IReceived | null {
  return state.kind === 'pending'
    ? null
    : state.kind === 'error'
      ? state.last
      : state;
}

/** Whether any of the controls is about this machine at all. */
export function isJudged(findings: readonly Finding[]): boolean {
  return (
    findings.length === 0 ||
    findings.some(({ status }) => status !== 'NOT_APPLICABLE')
  );
}

/** Whether even a passed control is not to be shown in green: it may have been long ago, or not
 * so, or not on the real AWS. */
export function isDoubtful(state: State, now: number): boolean {
  if (state.kind !== 'ready') {
    return true;
  }
  const { integrity } = state.latest.report;
  return freshness(state, now) !== 'fresh' || integrity.length > 0;
}

export function standing(state: State, now: number): Standing {
  if (state.kind === 'error') {
    return 'offline';
  }
  if (state.kind === 'pending') {
    return 'checking';
  }
  const fresh = freshness(state, now);
  if (fresh === 'none') {
    return 'checking';
  }
  return fresh === 'stale' ? 'stale' : worst(findingsAt(state, now));
}

/** The worst of the findings; passed only where every one is that applies. */
function worst(findings: readonly Finding[]): Standing {
  const counts = tally(findings);
  if (counts.FAILED > 0) {
    return 'failed';
  }
  if (counts.WARNING > 0) {
    return 'warning';
  }
  if (counts.UNKNOWN > 0 || findings.length === 0) {
    return 'unknown';
  }
  if (counts.WAIVED > 0) {
    return 'waived';
  }
  return counts.PASSED > 0 ? 'passed' : 'not-applicable';
}
