import type { TranslationBundle } from '@jupyterlab/translation';

import { statusIcons } from './icons';
import { made } from './lint_node';
import { wholeOf } from './lint_rule';
import type { ILintFinding, ILintFix, IRuleNote } from './lint_tokens';
import type { Finding, Severity } from './wire';
import { findingWord, severityWord } from './words';

/** What can be done about a finding; the first two say whether it was. */
export interface ICardActions {
  fix(): Promise<boolean>;
  suppress(reason: string): Promise<boolean>;
  explain(control: string): void;
  close(): void;
}

export interface ICardContent {
  trans: TranslationBundle;
  finding: ILintFinding;
  note: IRuleNote | null;
  /** This machine's verdicts on the finding's controls. */
  verdicts: readonly Finding[];
  mandatory: boolean;
}

/** One shape for what is severe and one for what is less. */
export function severityIcon(severity: Severity): HTMLElement {
  const severe = severity === 'CRITICAL' || severity === 'HIGH';
  const glyph = (severe ? statusIcons.FAILED : statusIcons.WARNING).element({
    tag: 'span'
  });
  glyph.className = 'jp-SmGuard-glyph';
  glyph.dataset.tone = severe ? 'FAILED' : 'WARNING';
  glyph.setAttribute('aria-hidden', 'true');
  return glyph;
}

/** What a finding is, why, and what can be done about it. */
export function lintCard(
  content: ICardContent,
  actions: ICardActions
): HTMLElement {
  const { trans, finding, note } = content;
  const card = made('section', 'jp-SmGuardLintCard');
  card.dataset.check = finding.check;
  const title = made('p', 'jp-SmGuardLint-title');
  title.append(
    severityIcon(finding.severity),
    made('span', '', severityWord(trans, finding.severity)),
    made('code', '', finding.check)
  );
  card.append(title, made('p', 'jp-SmGuardLint-message', finding.message));
  if (note !== null) {
    card.append(made('p', 'jp-SmGuardLint-why', firstOf(note.why)));
  }
  for (const verdict of content.verdicts) {
    const word = findingWord(trans, verdict);
    const text = trans.__('On this machine, %1: %2', verdict.check, word);
    card.append(made('p', 'jp-SmGuardLint-here', text));
  }
  if (finding.fix === null && note !== null) {
    card.append(made('p', 'jp-SmGuardLint-how', firstOf(note.how)));
  }
  if (content.mandatory) {
    const text = trans.__('Your admin’s policy requires this rule.');
    card.append(made('p', 'jp-SmGuardLint-policy', text));
  }
  const said = made('p', 'jp-SmGuardLint-said');
  said.setAttribute('role', 'status');
  card.append(buttons(content, actions, said), said);
  if (note !== null) {
    card.append(wholeOf(trans, finding, note));
  }
  return card;
}

function buttons(
  content: ICardContent,
  actions: ICardActions,
  said: HTMLElement
): HTMLElement {
  const { trans, finding } = content;
  const row = made('div', 'jp-SmGuardLint-actions');
  const tried = async (act: Promise<boolean>): Promise<void> => {
    if (await act) {
      actions.close();
    } else {
      said.textContent = trans.__(
        'The text has changed; try again in a moment.'
      );
    }
  };
  if (finding.fix !== null) {
    const label = fixWords(trans, finding.fix);
    row.append(
      button(label, () => {
        void tried(actions.fix());
      })
    );
  }
  if (finding.output === null && !content.mandatory) {
    row.append(
      suppressButton(trans, row, reason => {
        void tried(actions.suppress(reason));
      })
    );
  }
  for (const control of finding.controls) {
    row.append(
      button(trans.__('Explain %1', control), () => {
        actions.explain(control);
      })
    );
  }
  return row;
}

function fixWords(
  trans: TranslationBundle,
  { safe, message }: ILintFix
): string {
  return safe
    ? trans.__('Fix: %1', message)
    : trans.__('Fix, and look at it: %1', message);
}

/** Asks for the reason in its own place: a suppression without one is a finding itself. */
function suppressButton(
  trans: TranslationBundle,
  row: HTMLElement,
  suppress: (reason: string) => void
): HTMLElement {
  return button(trans.__('Suppress…'), () => {
    const form = document.createElement('form');
    const reason = document.createElement('input');
    reason.required = true;
    reason.maxLength = 200;
    reason.setAttribute('aria-label', trans.__('Why this is suppressed'));
    reason.placeholder = trans.__('Why this is suppressed');
    const done = made('button', 'jp-SmGuard-button', trans.__('Suppress'));
    form.append(reason, done);
    form.addEventListener('submit', event => {
      event.preventDefault();
      suppress(reason.value);
    });
    row.replaceChildren(form);
    reason.focus();
  });
}

function button(label: string, onClick: () => void): HTMLElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'jp-SmGuard-button';
  node.textContent = label;
  node.addEventListener('click', onClick);
  return node;
}

/** The first paragraph of a rule's text: the rest is for its page. */
function firstOf(text: string): string {
  return text.split('\n\n', 1)[0] ?? text;
}
