import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { EditorView } from '@codemirror/view';

import { lintCard } from './lint_card';
import { closeCard } from './lint_held_card';
import type { IMarked } from './lint_marks';
import type {
  ILintDocument,
  ILinter,
  ILintFinding,
  ILintText
} from './lint_tokens';
import { CommandIDs, type IGuard } from './tokens';
import { receivedOf } from './verdict';
import type { Finding } from './wire';

const TRIES = 3;
const LIMIT_MS = 1000;

/** Somebody else may write in the cell meanwhile: then it is linted as it is now, and tried again. */
async function insist(
  document: ILintDocument,
  cell: ILintText,
  act: () => boolean
): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (act()) {
      return true;
    }
    await document.settle(cell, LIMIT_MS);
  }
  return act();
}

/** Closes the card, and gives the editor the focus back. */
function back(view: EditorView): void {
  closeCard(view);
  view.focus();
}

/** Whoever goes on elsewhere needs no key to be rid of the card. */
function closeWhenLeft(cards: HTMLElement, view: EditorView): void {
  cards.tabIndex = -1; // a click on its words is none elsewhere
  cards.addEventListener('focusout', () => {
    // by then the focus is where it goes, and a button that was pressed may have made way for a form
    window.setTimeout(() => {
      const isLeft =
        document.hasFocus() && !cards.contains(document.activeElement);
      if (cards.isConnected && isLeft) {
        closeCard(view);
      }
    });
  });
}

/** What the cards are made of. */
export class Cards {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _linter: ILinter,
    private readonly _guard: IGuard,
    private readonly _trans: TranslationBundle
  ) {}

  /** The card of an editor's findings. */
  of(marked: IMarked): HTMLElement {
    const { model, view, findings, held } = marked;
    const cards = document.createElement('div');
    cards.className = 'jp-SmGuardLintCards';
    const there = this._linter.of(model);
    if (there === null) {
      return cards;
    }
    for (const finding of findings) {
      cards.append(this._card(there, finding, marked));
    }
    cards.dataset.lmSuppressShortcuts = 'true'; // the notebook has commands on single keys
    cards.addEventListener('keydown', event => {
      event.stopPropagation();
      if (event.key === 'Escape') {
        back(view);
      }
    });
    if (held) {
      cards.setAttribute('role', 'dialog');
      const messages = findings.map(({ message }) => message).join('; ');
      const name = this._trans.__('SageMaker Guard: %1', messages);
      cards.setAttribute('aria-label', name);
      closeWhenLeft(cards, view);
    }
    return cards;
  }

  private _card(
    { document, cell }: NonNullable<ReturnType<ILinter['of']>>,
    finding: ILintFinding,
    { view, latest }: IMarked
  ): HTMLElement {
    const content = {
      trans: this._trans,
      finding,
      note: document.note(finding.check),
      verdicts: this._verdicts(finding),
      mandatory: document.isMandatory(finding.check)
    };
    const now = (): ILintFinding => latest(finding);
    return lintCard(content, {
      fix: () => insist(document, cell, () => document.fix(cell, now())),
      suppress: reason =>
        insist(document, cell, () => document.suppress(cell, now(), reason)),
      explain: check => {
        void this._app.commands.execute(CommandIDs.explain, { check });
      },
      close: () => {
        back(view);
      }
    });
  }

  private _verdicts({ controls }: ILintFinding): Finding[] {
    const received = receivedOf(this._guard.state);
    const findings = received?.latest.report.findings ?? [];
    return findings.filter(({ check }) => controls.includes(check));
  }
}
