import type { TranslationBundle } from '@jupyterlab/translation';

import { made } from './lint_node';
import type { ILintFinding, IRuleNote } from './lint_tokens';

/** What the rule's page has beside what is said already; it needs no way to a web site. */
export function wholeOf(
  trans: TranslationBundle,
  finding: ILintFinding,
  { title, what, why, how }: IRuleNote
): HTMLElement {
  const restOf = (text: string): string[] => text.split('\n\n').slice(1);
  const parts: [string, string[]][] = [
    [trans.__('What it checks'), what.split('\n\n')],
    [trans.__('Why it matters'), restOf(why)],
    [
      trans.__('How to fix'),
      finding.fix === null ? restOf(how) : how.split('\n\n')
    ]
  ];
  const whole = made('details', 'jp-SmGuardLint-whole');
  whole.append(made('summary', '', trans.__('About this rule')));
  whole.append(made('p', '', title));
  for (const [heading, texts] of parts) {
    if (texts.length > 0) {
      // no heading: a card has no place among the document's
      whole.append(made('p', 'jp-SmGuardLint-part', heading));
      whole.append(...texts.map(text => made('p', '', text)));
    }
  }
  return whole;
}
