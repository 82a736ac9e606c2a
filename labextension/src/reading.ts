import {
  amount,
  isRecord,
  list,
  oneOf,
  orNull,
  record,
  text,
  UnreadableError,
  yesNo,
  type Reader
} from './readers';
import { clean } from './text';
import type {
  Attention,
  Change,
  Collector,
  EvidenceRow,
  Finding,
  Fixed,
  IntegrityFlag,
  Latest,
  Reason,
  Report,
  Resource,
  ResourceKind,
  Severity,
  Snooze,
  Status,
  Step,
  Waiver
} from './wire';

const SCHEMA = 1;

const schema: Reader<number> = value => {
  if (value !== SCHEMA) {
    throw new UnreadableError('another schema');
  }
  return SCHEMA;
};

const factValue: Reader<string | boolean | null> = value =>
  typeof value === 'boolean' ? value : orNull(text)(value);

const status = oneOf<Status>({
  PASSED: true,
  FAILED: true,
  WARNING: true,
  UNKNOWN: true,
  NOT_APPLICABLE: true
});

export const severity = oneOf<Severity>({
  CRITICAL: true,
  HIGH: true,
  MEDIUM: true,
  LOW: true
});

const kind = oneOf<ResourceKind>({
  'notebook-instance': true,
  studio: true,
  'unified-studio': true,
  'sagemaker-other': true,
  'not-sagemaker': true,
  unknown: true
});

// Only shown, never decided upon: a reason that a newer server knows is no cause to show nothing.
const reason: Reader<Reason> = value => text(value) as Reason;

const resource = record<Resource>({
  kind,
  arn: orNull(text),
  name: orNull(text),
  region: orNull(text),
  account: orNull(text),
  partition: orNull(text),
  app: orNull(text),
  domain: orNull(text),
  space: orNull(text)
});

export const step = record<Step>({ text, command: orNull(text) });

const finding = record<Finding>({
  check: text,
  title: text,
  severity,
  status,
  reason: orNull(reason),
  because: text,
  evidence: list(
    record<EvidenceRow>({
      fact: text,
      value: factValue,
      source: text,
      observed_at: text,
      request_id: orNull(text)
    })
  ),
  what: text,
  why: text,
  fix: text,
  steps: list(step),
  recreate: yesNo,
  requirements: list(text),
  docs: text,
  waiver: orNull(
    record<Waiver>({
      owner: text,
      reason: text,
      until: text,
      ticket: orNull(text)
    })
  ),
  notes: list(text)
});

const report = record<Report>({
  schema,
  kind: text,
  version: text,
  resource,
  observed_at: text,
  integrity: list(record<IntegrityFlag>({ flag: text, detail: text })),
  findings: list(finding),
  turned_off: list(text),
  contact: orNull(text),
  exemption_link: orNull(text),
  collector: orNull(record<Collector>({ user: text, next_at: text }))
});

const change = record<Change>({
  check: text,
  at: text,
  before: orNull(status),
  before_waived: yesNo,
  after: status,
  after_waived: yesNo
});

const attention = record<Attention>({
  verdict: text,
  dismissed: yesNo,
  notice: list(text),
  snooze: orNull(record<Snooze>({ since: text, until: text, reason: text })),
  longest_snooze_days: amount
});

/** The server's answer, checked field by field and cleaned text by text. */
export const readLatest = record<Latest>({
  report,
  running: yesNo,
  age_s: orNull(amount),
  next_s: orNull(amount),
  history: list(change),
  attention,
  fixed: record<Fixed>({
    banner: orNull(yesNo),
    notices: orNull(yesNo),
    status_bar: orNull(text),
    lint: orNull(text),
    lint_profile: orNull(text),
    lint_severity: orNull(text),
    lint_on_save: orNull(text),
    lint_before_run: orNull(text)
  })
});

/** The version that the answer claims to be of, however little else of it can be read. */
export function readVersion(value: unknown): string | null {
  const loose = isRecord(value) && isRecord(value.report) ? value.report : {};
  return typeof loose.version === 'string' ? clean(loose.version) : null;
}
