import {
  isRecord,
  list,
  record,
  text,
  UnreadableError,
  yesNo
} from './readers';
import { severity, step } from './reading';
import { clean } from './text';
import type { IControl } from './tokens';

/** A control of the catalogue. */
export const readControl = record<IControl>({
  id: text,
  title: text,
  severity,
  category: text,
  resource_type: text,
  config_rule: text,
  schedule: text,
  what: text,
  why: text,
  fix: text,
  recreate: yesNo,
  requirements: list(text),
  parameters: value => {
    if (!isRecord(value)) {
      throw new UnreadableError('not an object');
    }
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, values]) => [clean(name), list(text)(values)])
    );
  },
  docs: text,
  steps: list(step),
  judged: yesNo
});
