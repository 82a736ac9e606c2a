import {
  Compartment,
  StateEffect,
  StateField,
  type Extension
} from '@codemirror/state';
import {
  hoverTooltip,
  showTooltip,
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
import type { ILintFinding } from './lint_tokens';

/** Makes the card on findings; `held` when it stays until it is closed. */
type Card = (
  model: object,
  view: EditorView,
  findings: readonly ILintFinding[],
  held: boolean
) => HTMLElement;

const setCard = StateEffect.define<Tooltip | null>();

const heldCard = StateField.define<Tooltip | null>({
  create: () => null,
  update: (before, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setCard)) {
        return effect.value;
      }
    }
    return transaction.docChanged ? null : before;
  },
  provide: field => showTooltip.from(field)
});

/** The marks of all editors, found by their models. */
export class Marks {
  constructor(
    private readonly _card: Card,
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
      const active = view.state.field(marks, false) !== undefined;
      if (active && findings.length > 0) {
        view.dispatch({ effects: setMarks.of(findings) });
      } else if (active !== findings.length > 0) {
        const room = active ? [] : this._active(model, findings);
        view.dispatch({ effects: this._room.reconfigure(room) });
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

  /** Closes the card, and gives the editor the focus back. */
  static close(view: EditorView): void {
    view.dispatch({ effects: setCard.of(null) });
    view.focus();
  }

  private _active(model: object, first: readonly ILintFinding[]): Extension {
    return [
      marks.init(state => decorations(state, first)),
      heldCard,
      hoverTooltip((view, at) => this._tooltip(model, view, at, false), {
        hideOnChange: true
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
        const dom = this._card(model, view, findings, held);
        const mount = (): void => {
          if (held) {
            dom.querySelector('button')?.focus();
          }
        };
        return { dom, mount };
      }
    };
  }

  private readonly _room = new Compartment();
  private readonly _views = new WeakMap<object, Set<EditorView>>();
}
