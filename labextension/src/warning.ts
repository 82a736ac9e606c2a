import type { TranslationBundle } from '@jupyterlab/translation';

import type { State } from './tokens';
import { findingsAt, freshness, isWaived, receivedOf } from './verdict';
import type { Finding } from './wire';

/** What the warning on a notebook says; `verdict` is the name under which it is dismissed. */
export interface IWarning {
  verdict: string;
  failed: boolean;
  sentence: string;
}

/** The findings that the user is to be warned of: not those that an admin waived. */
export function needing(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    finding =>
      !isWaived(finding) &&
      (finding.status === 'FAILED' || finding.status === 'WARNING')
  );
}

/** The warning that is due in this state, if any. */
export function warningOf(
  trans: TranslationBundle,
  state: State,
  now: number
): IWarning | null {
  const received = receivedOf(state);
  if (received === null || freshness(received, now) === 'expired') {
    return null;
  }
  const { verdict, dismissed } = received.latest.attention;
  const findings = needing(findingsAt(received, now));
  if (dismissed || verdict === '' || findings.length === 0) {
    return null;
  }
  const failing = findings.filter(({ status }) => status === 'FAILED');
  const failed = failing.length > 0;
  return {
    verdict,
    failed,
    sentence: failed
      ? failingSentence(trans, failing)
      : warningSentence(trans, findings)
  };
}

function failingSentence(
  trans: TranslationBundle,
  findings: readonly Finding[]
): string {
  const [first] = findings;
  return findings.length === 1 && first !== undefined
    ? trans.__('This machine fails %1: %2', first.check, first.title)
    : trans.__(
        'This machine fails %1 security controls: %2',
        findings.length,
        names(trans, findings)
      );
}

function warningSentence(
  trans: TranslationBundle,
  findings: readonly Finding[]
): string {
  return trans._n(
    'A security control of this machine needs a look: %2',
    '%1 security controls of this machine need a look: %2',
    findings.length,
    names(trans, findings)
  );
}

const MOST_NAMES = 5;

/** The ids of the findings; of very many only the first. */
export function names(
  trans: TranslationBundle,
  findings: readonly Finding[]
): string {
  const ids = findings.slice(0, MOST_NAMES).map(({ check }) => check);
  const rest = findings.length - ids.length;
  const list = ids.join(', ');
  return rest > 0 ? trans.__('%1 and %2 more', list, rest) : list;
}
