import type { TranslationBundle } from '@jupyterlab/translation';

import type { Filter, Order } from './listing';
import type { IGuard } from './tokens';

/** Rows that are drawn at a time: thousands would make the page slow. */
export const ROWS = 100;
export const CHANGES = 20;

/** What the reader chose to see, for as long as the page lives. */
export interface IView {
  filter: Filter;
  order: Order;
  /** The checks whose rows are unfolded. */
  open: ReadonlySet<string>;
  /** How many rows, and changes of the history, may be drawn. */
  rows: number;
  changes: number;
  /** Whether the history is unfolded. */
  history: boolean;
  /** What is unfolded under the header. */
  tool: 'copy' | 'ask' | null;
  /** The control whose page covers all this. */
  page: string | null;
}

export const FIRST_VIEW: IView = {
  filter: 'all',
  order: 'severity',
  open: new Set(),
  rows: ROWS,
  changes: CHANGES,
  history: false,
  tool: null,
  page: null
};

/** What the parts of the panel are drawn from. */
export interface IDrawn {
  trans: TranslationBundle;
  guard: IGuard;
  view: IView;
  /** Shows something else. */
  onView: (change: Partial<IView>) => void;
}
