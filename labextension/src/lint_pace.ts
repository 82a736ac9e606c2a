/** Nothing is sent before the user has paused for so long. */
const PAUSE_MS = 200;
/** After a request that failed; doubles each time, up to the longest. */
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 300_000;

/** When to ask: after a pause in typing, and ever less often while nothing is answered. */
export class Pace {
  constructor(private readonly _go: () => void) {}

  get isSlow(): boolean {
    return this._wait > FIRST_WAIT_MS;
  }

  now(): void {
    this._plan(0);
  }

  afterPause(): void {
    this._plan(this.isSlow ? this._wait : PAUSE_MS);
  }

  worked(): void {
    this._wait = FIRST_WAIT_MS;
  }

  /** What only has to be said in another way is said at once, but not twice in a row. */
  failed(isConflict: boolean): void {
    if (isConflict && !this.isSlow) {
      this._wait += 1;
      this._plan(0);
    } else {
      this._wait = Math.min(2 * this._wait, LONGEST_WAIT_MS);
      this._plan(this._wait);
    }
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._isDisposed = true;
  }

  private _plan(delay: number): void {
    window.clearTimeout(this._timer);
    if (!this._isDisposed) {
      this._timer = window.setTimeout(this._go, delay);
    }
  }

  private _wait = FIRST_WAIT_MS;
  private _timer = 0;
  private _isDisposed = false;
}
