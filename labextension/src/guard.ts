import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { TooSoonError } from './api';
import type {
  IGuard,
  IReceived,
  IServer,
  State,
  Trouble,
  Wish
} from './tokens';
import { troubleOf, TroubleError } from './trouble';

/** Between two requests, however many events ask for one. */
const SPACING_MS = 1000;
/** Before an unsettled state is looked at again; doubles each time, up to the longest. */
const FIRST_LOOK_MS = 5000;
const LONGEST_LOOK_MS = 300_000;
/** What a browser's timer can wait for; more would be no wait at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long after a check was due its event may come, as a share of the wait for it. */
const GRACE = 0.1;
const SHORTEST_GRACE_MS = 3000;
const LONGEST_GRACE_MS = 30_000;

/** Follows the server's report; it asks when told to, and again while the answer is unsettled. */
export class Guard implements IGuard, IDisposable {
  constructor(readonly server: IServer) {}

  get state(): State {
    return this._state;
  }

  get wish(): Wish {
    return this._wish;
  }

  get changed(): ISignal<IGuard, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    Signal.clearData(this);
  }

  reload(): void {
    this._pause = FIRST_LOOK_MS;
    this._plan(Math.max(0, this._loadedAt + SPACING_MS - Date.now()));
  }

  refresh(): void {
    if (this._wish.kind !== 'sent') {
      void this._ask();
    }
  }

  private async _ask(): Promise<void> {
    this._setWish({ kind: 'sent' });
    try {
      await this.server.refresh();
      this._setWish({ kind: 'none' });
    } catch (error) {
      this._setWish(
        error instanceof TooSoonError
          ? { kind: 'too-soon', until: Date.now() + error.seconds * 1000 }
          : { kind: 'refused', trouble: troubleOf(error) }
      );
    }
    this._plan(0);
  }

  /** Loads in `delay` ms, or sooner where that is planned already; where it only `watches`, not
   * while the page is hidden, which is read again when it is shown. */
  private _plan(delay: number, watches = false): void {
    const due = Date.now() + delay;
    if (this._isDisposed || (this._due !== null && this._due <= due)) {
      return;
    }
    window.clearTimeout(this._timer);
    this._due = due;
    this._timer = window.setTimeout(() => {
      this._due = null;
      if (!watches || !document.hidden) {
        void this._load();
      }
    }, delay);
  }

  private async _load(): Promise<void> {
    if (this._loading) {
      this._plan(SPACING_MS);
      return;
    }
    this._loading = true;
    const state = await this._report();
    this._loading = false;
    this._loadedAt = Date.now();
    if (!this._isDisposed) {
      if (this._wish.kind === 'refused' && isNews(this._state, state)) {
        this._wish = { kind: 'none' };
      }
      this._state = state;
      this._changed.emit();
      this._lookAgain();
    }
  }

  private async _report(): Promise<State> {
    try {
      const latest = await this.server.latest();
      return { kind: 'ready', latest, receivedAt: Date.now() };
    } catch (error) {
      const trouble = troubleOf(error);
      const version = error instanceof TroubleError ? error.version : null;
      const last = this._lastAfter(trouble);
      return { kind: 'error', trouble, last, version };
    }
  }

  /** A server that is gone leaves its last report behind; one that refuses takes it back. */
  private _lastAfter(trouble: Trouble): IReceived | null {
    if (trouble !== 'unreachable' && trouble !== 'failed') {
      return null;
    }
    const state = this._state;
    return state.kind === 'error'
      ? state.last
      : state.kind === 'ready'
        ? { latest: state.latest, receivedAt: state.receivedAt }
        : null;
  }

  // The event that ends a check is lost while the event stream is not connected, and nobody tells
  // us when it is again. So an answer that is sure to change soon is asked for again, ever less
  // often; and when the event of a check that was due does not come, its report is fetched without.
  private _lookAgain(): void {
    const state = this._state;
    if (!isSettled(state)) {
      this._plan(this._pause, true);
      this._pause = Math.min(2 * this._pause, LONGEST_LOOK_MS);
    } else if (state.kind === 'ready' && state.latest.next_s !== null) {
      const wait = state.latest.next_s * 1000;
      const grace = Math.max(GRACE * wait, SHORTEST_GRACE_MS);
      const late = wait + Math.min(grace, LONGEST_GRACE_MS);
      this._plan(Math.min(late, LONGEST_TIMER_MS), true);
    }
  }

  private _setWish(wish: Wish): void {
    this._wish = wish;
    this._changed.emit();
  }

  private _state: State = { kind: 'pending' };
  private _wish: Wish = { kind: 'none' };
  private _timer = 0;
  private _due: number | null = null;
  private _loading = false;
  private _loadedAt = 0;
  private _pause = FIRST_LOOK_MS;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}

function isNews(before: State, now: State): boolean {
  return (
    now.kind === 'ready' &&
    (before.kind !== 'ready' ||
      before.latest.report.observed_at !== now.latest.report.observed_at)
  );
}

function isSettled(state: State): boolean {
  if (state.kind === 'error') {
    return state.trouble !== 'unreachable' && state.trouble !== 'failed';
  }
  return (
    state.kind === 'ready' &&
    !state.latest.running &&
    state.latest.age_s !== null
  );
}
