import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Latest } from './wire';

/** The domain that every string of this extension is translated in. */
export const DOMAIN = 'jupyter_sm_guard';

export const CommandIDs = {
  showPanel: 'sm-guard:show-panel',
  refresh: 'sm-guard:refresh'
} as const;

/** Why there is no report to show. */
export type Trouble =
  | 'missing' // no server extension answers
  | 'forbidden'
  | 'unreachable'
  | 'unreadable' // an answer, but not one that this version understands
  | 'failed';

/** A report as received; `receivedAt` (ms) lets its age grow while nobody asks again. */
export interface IReceived {
  latest: Latest;
  receivedAt: number;
}

/** What is known of the report; `last` is the one from before the trouble. */
export type State =
  | { kind: 'pending' }
  | ({ kind: 'ready' } & IReceived)
  | { kind: 'error'; trouble: Trouble; last: IReceived | null };

/** What became of the last wish for a new check. */
export type Wish =
  | { kind: 'none' }
  | { kind: 'sent' }
  | { kind: 'too-soon'; until: number }
  | { kind: 'refused'; trouble: Trouble };

/** The report of the Jupyter server, followed as it changes. */
export interface IGuard {
  readonly state: State;
  readonly wish: Wish;
  /** Says that `state` or `wish` is another one. */
  readonly changed: ISignal<IGuard, void>;
  /** Reads the server's report again; this makes the server check nothing. */
  reload(): void;
  /** Has the server check again. */
  refresh(): void;
}

export const IGuard = new Token<IGuard>(
  'jupyter-sm-guard:IGuard',
  'The report on the SageMaker controls of this machine, as the Jupyter server gives it.'
);
