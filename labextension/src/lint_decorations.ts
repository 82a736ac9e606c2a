import {
  StateEffect,
  StateField,
  type EditorState,
  type Extension,
  type Range
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  gutter,
  GutterMarker,
  type DecorationSet
} from '@codemirror/view';

import { severityIcon } from './lint_card';
import type { ILintFinding } from './lint_tokens';
import type { Severity } from './wire';

const SEVERITIES: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** Replaces all marks of an editor. */
export const setMarks = StateEffect.define<readonly ILintFinding[]>();

interface IMarkSpec {
  finding: ILintFinding;
}

/** Marks move with the text until the next result replaces them. */
export const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        return decorations(transaction.state, effect.value);
      }
    }
    return before.map(transaction.changes);
  },
  provide: field => EditorView.decorations.from(field)
});

/** The marks of findings. */
export function decorations(
  state: EditorState,
  findings: readonly ILintFinding[]
): DecorationSet {
  const { length } = state.doc;
  const ranges: Range<Decoration>[] = [];
  for (const finding of findings) {
    const start = Math.min(finding.start, length);
    const end = Math.min(Math.max(finding.end, start + 1), length);
    if (start < end) {
      const severe = SEVERITIES.indexOf(finding.severity) < 2;
      const spec: IMarkSpec & { class: string } = {
        finding,
        class: `jp-SmGuardMark jp-SmGuardMark-${severe ? 'severe' : 'mild'}`
      };
      ranges.push(Decoration.mark(spec).range(start, end));
    }
  }
  return Decoration.set(ranges, true);
}

/** The findings that are marked somewhere from `from` to `to`, and where. */
export function findingsIn(
  state: EditorState,
  from: number,
  to: number
): { finding: ILintFinding; from: number; to: number }[] {
  const found: { finding: ILintFinding; from: number; to: number }[] = [];
  state.field(marks, false)?.between(from, to, (start, end, { spec }) => {
    const { finding } = spec as IMarkSpec;
    found.push({ finding, from: start, to: end });
  });
  return found;
}

class Marker extends GutterMarker {
  constructor(readonly severity: Severity) {
    super();
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof Marker && other.severity === this.severity;
  }

  override toDOM(): Node {
    return severityIcon(this.severity);
  }
}

/** An icon beside each line where a finding starts; a click on it calls `show`. */
export function lintGutter(
  show: (view: EditorView, line: number) => void
): Extension {
  return gutter({
    class: 'jp-SmGuardGutter',
    lineMarker: (view, line) => {
      const found = findingsIn(view.state, line.from, line.to)
        .filter(({ from }) => from >= line.from)
        .map(({ finding }) => SEVERITIES.indexOf(finding.severity));
      const worst = SEVERITIES[Math.min(...found)];
      return worst === undefined ? null : new Marker(worst);
    },
    lineMarkerChange: ({ startState, state }) =>
      startState.field(marks) !== state.field(marks),
    domEventHandlers: {
      click: (view, line) => {
        show(view, line.from);
        return false;
      }
    }
  });
}
