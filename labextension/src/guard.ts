import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { TooSoonError, TroubleError } from './api';
import type { IGuard, IReceived, State, Trouble, Wish } from './tokens';
import type { Latest } from './wire';

/** Between two requests, however many events ask for one. */
const SPACING_MS = 1000;
/** Before an unsettled state is looked at again; doubles each time, up to the longest. */
const FIRST_LOOK_MS = 5000;
const LONGEST_LOOK_MS = 300_000;

/** What the guard needs of the server. */
export interface IServer {
  latest(): Promise<Latest>;
  refresh(): Promise<void>;
}

/** Follows the server's report; it asks when told to, and again while the answer is unsettled. */
export class Guard implements IGuard, IDisposable {
  constructor(private readonly _server: IServer) {}

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
      await this._server.refresh();
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

  /** Loads in `delay` ms, or sooner where that is planned already. */
  private _plan(delay: number): void {
    const due = Date.now() + delay;
    if (this._isDisposed || (this._due !== null && this._due <= due)) {
      return;
    }
    window.clearTimeout(this._timer);
    this._due = due;
    this._timer = window.setTimeout(() => {
      this._due = null;
      void this._load();
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
      const latest = await this._server.latest();
      return { kind: 'ready', latest, receivedAt: Date.now() };
    } catch (error) {
      const trouble = troubleOf(error);
      return { kind: 'error', trouble, last: this._lastAfter(trouble) };
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
  // us when it is again: an answer that is sure to change soon is asked for again, ever less often.
  private _lookAgain(): void {
    if (!isSettled(this._state) && !document.hidden) {
      this._plan(this._pause);
      this._pause = Math.min(2 * this._pause, LONGEST_LOOK_MS);
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

function troubleOf(error: unknown): Trouble {
  return error instanceof TroubleError ? error.trouble : 'failed';
}
