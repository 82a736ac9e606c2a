import { isWaived } from './verdict';
import type { Finding, Severity, Status } from './wire';

/** Which findings are listed; a waived one is listed as waived, not as what it would be. */
export type Filter = 'all' | 'failed' | 'warning' | 'unknown' | 'waived';

/** By what the findings are sorted. */
export type Order = 'severity' | 'status' | 'control';

const BELONGS: Record<Filter, (finding: Finding) => boolean> = {
  all: () => true,
  failed: finding => finding.status === 'FAILED' && !isWaived(finding),
  warning: finding => finding.status === 'WARNING' && !isWaived(finding),
  unknown: finding => finding.status === 'UNKNOWN',
  waived: isWaived
};

export const FILTERS = Object.keys(BELONGS) as Filter[];

const SEVERITIES: Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
const STATUSES: Status[] = [
  'FAILED',
  'WARNING',
  'UNKNOWN',
  'PASSED',
  'NOT_APPLICABLE'
];

// So that SageMaker.21 comes after SageMaker.3.
const ids = new Intl.Collator('en', { numeric: true });

type Comparison = (one: Finding, other: Finding) => number;

const isOwn = ({ check }: Finding): boolean => check.startsWith('guard.');

// AWS's first, as in the report.
const byControl: Comparison = (one, other) =>
  Number(isOwn(one)) - Number(isOwn(other)) ||
  ids.compare(one.check, other.check);
const bySeverity: Comparison = (one, other) =>
  SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
  byControl(one, other);
const byStatus: Comparison = (one, other) =>
  STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status) ||
  bySeverity(one, other);

const COMPARISONS: Record<Order, Comparison> = {
  severity: bySeverity,
  status: byStatus,
  control: byControl
};

export const ORDERS = Object.keys(COMPARISONS) as Order[];

/** How many findings each filter would list. */
export function countEach(
  findings: readonly Finding[]
): Record<Filter, number> {
  const counts = { all: 0, failed: 0, warning: 0, unknown: 0, waived: 0 };
  for (const finding of findings) {
    for (const filter of FILTERS) {
      counts[filter] += BELONGS[filter](finding) ? 1 : 0;
    }
  }
  return counts;
}

/** The findings that the filter lists, sorted. */
export function listed(
  findings: readonly Finding[],
  filter: Filter,
  order: Order
): Finding[] {
  return findings.filter(BELONGS[filter]).sort(COMPARISONS[order]);
}
