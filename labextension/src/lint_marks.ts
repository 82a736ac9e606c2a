import { Compartment, type Extension } from '@codemirror/state';
import {
  hoverTooltip,
  ViewPlugin,
  type EditorView,
  type Tooltip
} from '@codemirror/view';

import {
  decorations,
  findingsIn,
  lintGutter,
  marks,
  setMarks
} from './lint_decorations';
import { heldCard, isByHand, setCard } from './lint_held_card';
import type { ILintFinding } from './lint_tokens';

/** What a card is about. */
export interface IMarked {
  model: object;
  view: EditorView;
  findings: readonly ILintFinding[];
  /** Whether it stays until it is closed. */
  held: boolean;
  /** What the linter says now where a mark was made, after whatever was written meanwhile. */
  latest: (finding: ILintFinding) => ILintFinding;
}

/** The marks of all editors, found by their models. */
export class Marks {
  constructor(
    private readonly _card: (marked: IMarked) => HTMLElement,
    private readonly _initial: (model: object) => readonly ILintFinding[]
  ) {}

  /** For one editor. Where there is nothing to mark, there is nothing to do either. */
  extension(model: object): Extension {
    const first = this._initial(model);
    const active = first.length > 0 ? this._active(model, first) : [];
    const views = this._views;
    return [
      this._room.of(active),
      ViewPlugin.define(view => {
        views.set(model, (views.get(model) ?? new Set()).add(view));
        return {
          destroy: () => {
            views.get(model)?.delete(view);
          }
        };
      })
    ];
  }

  /** Marks these findings, and only these, in every editor of the model. */
  mark(model: object, findings: readonly ILintFinding[]): void {
    for (const view of this._views.get(model) ?? []) {
      this._follow(view, findings);
      const active = view.state.field(marks, false) !== undefined;
      if (active && findings.length > 0) {
        view.dispatch({ effects: setMarks.of(findings) });
      } else if (active !== findings.length > 0) {
        const room = active ? [] : this._active(model, findings);
        view.dispatch({ effects: this._room.reconfigure(room) });
      }
    }
  }

  private _follow(view: EditorView, findings: readonly ILintFinding[]): void {
    const { length } = view.state.doc;
    for (const { finding, from } of findingsIn(view.state, 0, length)) {
      const heir = findings.find(
        ({ check, start }) => check === finding.check && start === from
      );
      if (heir !== undefined && heir !== finding) {
        this._heirs.set(finding, heir);
      }
    }
  }

  /** Opens the card at the cursor, or on what follows in its line; false where there is none. */
  open(model: object): boolean {
    for (const view of this._views.get(model) ?? []) {
      const { head } = view.state.selection.main;
      if (this._hold(model, view, head) || this._holdLine(model, view, head)) {
        return true;
      }
    }
    return false;
  }

  private _holdLine(model: object, view: EditorView, at: number): boolean {
    const line = view.state.doc.lineAt(at);
    const [first] = findingsIn(view.state, line.from, line.to);
    return first !== undefined && this._hold(model, view, first.from);
  }

  private _hold(model: object, view: EditorView, at: number): boolean {
    const tooltip = this._tooltip(model, view, at, true);
    if (tooltip !== null) {
      view.dispatch({ effects: setCard.of(tooltip) });
    }
    return tooltip !== null;
  }

  private _active(model: object, first: readonly ILintFinding[]): Extension {
    return [
      marks.init(state => decorations(state, first)),
      heldCard,
      hoverTooltip((view, at) => this._tooltip(model, view, at, false), {
        hideOn: isByHand
      }),
      lintGutter((view, line) => {
        this._holdLine(model, view, line);
      })
    ];
  }

  private _tooltip(
    model: object,
    view: EditorView,
    at: number,
    held: boolean
  ): Tooltip | null {
    const found = findingsIn(view.state, at, at);
    const [first] = found;
    if (first === undefined) {
      return null;
    }
    const findings = found.map(({ finding }) => finding);
    return {
      pos: first.from,
      end: first.to,
      above: false,
      create: () => {
        const latest = this._latest;
        const dom = this._card({ model, view, findings, held, latest });
        const mount = (): void => {
          if (held) {
            dom.querySelector('button')?.focus();
          }
        };
        return { dom, mount };
      }
    };
  }

  private readonly _latest = (finding: ILintFinding): ILintFinding => {
    const heir = this._heirs.get(finding);
    return heir === undefined ? finding : this._latest(heir);
  };

  private readonly _heirs = new WeakMap<ILintFinding, ILintFinding>();
  private readonly _room = new Compartment();
  private readonly _views = new WeakMap<object, Set<EditorView>>();
}
