import type { TranslationBundle } from '@jupyterlab/translation';

import type { Trouble } from './tokens';
import type { Counted } from './verdict';
import type { Finding, ResourceKind, Severity, Status } from './wire';

export function statusWord(trans: TranslationBundle, status: Status): string {
  const words: Record<Status, string> = {
    PASSED: trans.__('Passed'),
    FAILED: trans.__('Failed'),
    WARNING: trans.__('Warning'),
    UNKNOWN: trans.__('Unknown'),
    NOT_APPLICABLE: trans.__('Not applicable')
  };
  return words[status];
}

/** A finding's status as its row says it. */
export function findingWord(
  trans: TranslationBundle,
  { status, reason, waiver }: Finding
): string {
  if (reason === 'NOT_YET_CHECKED') {
    return trans.__('Not yet checked');
  }
  return waivedWord(trans, status, waiver !== null);
}

/** A status, and whether an admin waived it. */
export function waivedWord(
  trans: TranslationBundle,
  status: Status,
  waived: boolean
): string {
  if (waived && status === 'FAILED') {
    return trans.__('Failed, waived');
  }
  if (waived && status === 'WARNING') {
    return trans.__('Warning, waived');
  }
  return statusWord(trans, status);
}

export function countWord(
  trans: TranslationBundle,
  status: Counted,
  count: number
): string {
  const words: Record<Counted, string> = {
    WAIVED: trans.__('%1 waived', count),
    PASSED: trans.__('%1 passed', count),
    FAILED: trans.__('%1 failed', count),
    WARNING: trans._n('%1 warning', '%1 warnings', count),
    UNKNOWN: trans.__('%1 unknown', count),
    NOT_APPLICABLE: trans.__('%1 not applicable', count)
  };
  return words[status];
}

export function severityWord(
  trans: TranslationBundle,
  severity: Severity
): string {
  const words: Record<Severity, string> = {
    CRITICAL: trans.__('Critical'),
    HIGH: trans.__('High'),
    MEDIUM: trans.__('Medium'),
    LOW: trans.__('Low')
  };
  return words[severity];
}

export function kindWord(trans: TranslationBundle, kind: ResourceKind): string {
  const words: Record<ResourceKind, string> = {
    'notebook-instance': trans.__('Notebook instance'),
    studio: trans.__('SageMaker Studio'),
    'unified-studio': trans.__('SageMaker Unified Studio'),
    'sagemaker-other': trans.__('Other SageMaker machine'),
    'not-sagemaker': trans.__('Not a SageMaker machine'),
    unknown: trans.__('Unknown machine')
  };
  return words[kind];
}

/** Why there is no report, in one sentence. */
export function troubleSentence(
  trans: TranslationBundle,
  trouble: Trouble
): string {
  const words: Record<Trouble, string> = {
    missing: trans.__('The server extension is not available'),
    forbidden: trans.__('You are not permitted to see this report'),
    unreachable: trans.__('The Jupyter server cannot be reached'),
    unreadable: trans.__('The answer of the server cannot be read'),
    failed: trans.__('The server could not answer')
  };
  return words[trouble];
}

/** The same for the status bar. */
export function troubleWord(
  trans: TranslationBundle,
  trouble: Trouble
): string {
  const words: Record<Trouble, string> = {
    missing: trans.__('SageMaker Guard: not running'),
    forbidden: trans.__('SageMaker Guard: not permitted'),
    unreachable: trans.__('SageMaker Guard: offline'),
    unreadable: trans.__('SageMaker Guard: unreadable answer'),
    failed: trans.__('SageMaker Guard: server error')
  };
  return words[trouble];
}

/** A number as it is written in the page's language. */
export function numberText(value: number): string {
  return value.toLocaleString(document.documentElement.lang || undefined);
}
