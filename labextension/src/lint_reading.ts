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
import type {
  IFileAnswer,
  IFileFinding,
  ILintAnswer,
  ILintEdit,
  ILintFinding,
  ILintFix,
  IRuleNote
} from './lint_tokens';
import type { Severity } from './wire';

/** A text that goes back into the document: exactly as it came. */
const verbatim: Reader<string> = value => {
  if (typeof value !== 'string') {
    throw new UnreadableError('not a text');
  }
  return value;
};

function byName<T>(reader: Reader<T>): Reader<Record<string, T>> {
  return value => {
    if (!isRecord(value)) {
      throw new UnreadableError('not an object');
    }
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, entry]) => [name, reader(entry)])
    );
  };
}

const severity = oneOf<Severity>({
  CRITICAL: true,
  HIGH: true,
  MEDIUM: true,
  LOW: true
});

const edit = record<ILintEdit>({
  cell: verbatim,
  start: amount,
  end: amount,
  old: verbatim,
  text: verbatim
});

const finding = record<ILintFinding>({
  check: text,
  severity,
  controls: list(text),
  message: text,
  likely: yesNo,
  start: amount,
  end: amount,
  last: amount,
  line: amount,
  output: orNull(amount),
  fix: orNull(
    record<ILintFix>({ message: text, safe: yesNo, edits: list(edit) })
  )
});

/** The linter's answer on an open document. */
export const readLint = record<ILintAnswer>({
  revision: amount,
  cells: byName(list(finding)),
  rules: byName(
    record<IRuleNote>({ title: text, what: text, why: text, how: text })
  ),
  more: yesNo,
  mandatory: list(text),
  posture: list(text)
});

/** Its answer on a file. */
export const readLintFile = record<IFileAnswer>({
  path: text,
  found: list(
    record<IFileFinding>({
      check: text,
      severity,
      message: text,
      cell: amount,
      id: orNull(text),
      line: amount
    })
  ),
  skipped: list(text)
});
