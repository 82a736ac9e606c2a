import { clean } from './text';
import type {
  EvidenceRow,
  Finding,
  IntegrityFlag,
  Latest,
  Reason,
  Report,
  Resource,
  ResourceKind,
  Severity,
  Status,
  Step,
  Waiver
} from './wire';

const SCHEMA = 1;

/** An answer that is not what the server of this version says. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

/** Makes a T out of whatever came over the wire, or throws an UnreadableError. */
type Reader<T> = (value: unknown) => T;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text: Reader<string> = value => {
  if (typeof value !== 'string') {
    throw new UnreadableError('not a text');
  }
  return clean(value);
};

const yesNo: Reader<boolean> = value => {
  if (typeof value !== 'boolean') {
    throw new UnreadableError('neither true nor false');
  }
  return value;
};

const seconds: Reader<number> = value => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new UnreadableError('not a number of seconds');
  }
  return value;
};

const schema: Reader<number> = value => {
  if (value !== SCHEMA) {
    throw new UnreadableError('another schema');
  }
  return SCHEMA;
};

const factValue: Reader<string | boolean | null> = value =>
  typeof value === 'boolean' ? value : orNull(text)(value);

function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return value => (value === null ? null : reader(value));
}

function list<T>(reader: Reader<T>): Reader<T[]> {
  return value => {
    if (!Array.isArray(value)) {
      throw new UnreadableError('not a list');
    }
    return value.map(item => reader(item));
  };
}

// A record, so that the compiler finds a word that wire.ts has and this list lacks.
function oneOf<T extends string>(words: Record<T, true>): Reader<T> {
  return value => {
    const word = Object.keys(words).find(known => known === value);
    if (word === undefined) {
      throw new UnreadableError('not one of the known words');
    }
    return word as T;
  };
}

function record<T>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  return value => {
    if (!isRecord(value)) {
      throw new UnreadableError('not an object');
    }
    const made: Partial<T> = {};
    for (const key in fields) {
      made[key] = fields[key](value[key]);
    }
    return made as T;
  };
}

const status = oneOf<Status>({
  PASSED: true,
  FAILED: true,
  WARNING: true,
  UNKNOWN: true,
  NOT_APPLICABLE: true
});

const severity = oneOf<Severity>({
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
  app: orNull(text)
});

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
  steps: list(record<Step>({ text, command: orNull(text) })),
  recreate: yesNo,
  requirements: list(text),
  docs: text,
  waiver: orNull(record<Waiver>({ owner: text, reason: text, until: text }))
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
  contact: orNull(text)
});

/** The server's answer, checked field by field and cleaned text by text. */
export const readLatest = record<Latest>({
  report,
  running: yesNo,
  age_s: orNull(seconds)
});
