import { StateEffect, StateField, Transaction } from '@codemirror/state';
import { showTooltip, type EditorView, type Tooltip } from '@codemirror/view';

import { findingsIn, setMarks } from './lint_decorations';

export const setCard = StateEffect.define<Tooltip | null>();

/** The card that was asked for. */
export const heldCard = StateField.define<Tooltip | null>({
  create: () => null,
  update: (before, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setCard)) {
        return effect.value;
      }
    }
    return before === null || isByHand(transaction)
      ? null
      : moved(before, transaction);
  },
  provide: field => showTooltip.from(field)
});

/** Whether it is what the user does in this editor, and not what somebody else does elsewhere. */
export function isByHand(transaction: Transaction): boolean {
  const isAny = transaction.docChanged || transaction.selection !== undefined;
  return isAny && transaction.annotation(Transaction.userEvent) !== undefined;
}

/** A card stays with its mark, which others may move by what they write, and ends with it. */
function moved(
  card: Tooltip,
  { changes, effects, state }: Transaction
): Tooltip | null {
  const pos = changes.mapPos(card.pos, 1);
  const isAnew = effects.some(effect => effect.is(setMarks));
  if (isAnew && findingsIn(state, pos, pos).length === 0) {
    return null;
  }
  return { ...card, pos, end: changes.mapPos(card.end ?? card.pos, -1) };
}

export function closeCard(view: EditorView): void {
  view.dispatch({ effects: setCard.of(null) });
}
