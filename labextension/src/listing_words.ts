import type { TranslationBundle } from '@jupyterlab/translation';

import type { Filter, Order } from './listing';

export function filterWord(trans: TranslationBundle, filter: Filter): string {
  const words: Record<Filter, string> = {
    all: trans.__('All'),
    failed: trans.__('Failed'),
    warning: trans.__('Warning'),
    unknown: trans.__('Unknown'),
    waived: trans.__('Waived')
  };
  return words[filter];
}

/** What it means that a filter lists nothing. */
export function emptySentence(
  trans: TranslationBundle,
  filter: Filter
): string {
  const words: Record<Filter, string> = {
    all: trans.__('No control is turned on.'),
    failed: trans.__('No control fails, apart from any that are waived.'),
    warning: trans.__(
      'No control has a warning, apart from any that are waived.'
    ),
    unknown: trans.__('No control is unknown.'),
    waived: trans.__('Your admin has waived no control.')
  };
  return words[filter];
}

export function orderWord(trans: TranslationBundle, order: Order): string {
  const words: Record<Order, string> = {
    severity: trans.__('Severity'),
    status: trans.__('Status'),
    control: trans.__('Control')
  };
  return words[order];
}
