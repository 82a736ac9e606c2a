import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { readLatest, UnreadableError } from './reading';
import type { Trouble } from './tokens';
import type { Latest } from './wire';

const ROUTE = 'jupyter-sm-guard';
const WAIT_S = 30;

/** The server gave no report, or took no wish for one. */
export class TroubleError extends Error {
  override name = 'TroubleError';

  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

/** The server checked a moment ago and will not again for `seconds`. */
export class TooSoonError extends Error {
  override name = 'TooSoonError';

  constructor(readonly seconds: number) {
    super('too soon');
  }
}

/** The Jupyter server's routes of this extension. */
export class Api {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** The latest report, from the server's memory. */
  async latest(): Promise<Latest> {
    const response = await this._request({ method: 'GET' });
    try {
      return readLatest(await response.json());
    } catch (error) {
      const garbled =
        error instanceof UnreadableError || error instanceof SyntaxError;
      throw new TroubleError(garbled ? 'unreadable' : 'unreachable');
    }
  }

  /** Has the server start a check; it says by an event when that is done. */
  async refresh(): Promise<void> {
    await this._request({ method: 'POST', body: '{}' });
  }

  private async _request(init: RequestInit): Promise<Response> {
    const url = URLExt.join(this._settings.baseUrl, ROUTE, 'report');
    const response = await this._send(url, { ...init, cache: 'no-store' });
    if (response.status === 429) {
      throw new TooSoonError(waitOf(response));
    }
    if (!response.ok) {
      throw new TroubleError(troubleOf(response.status));
    }
    return response;
  }

  private async _send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await ServerConnection.makeRequest(url, init, this._settings);
    } catch {
      throw new TroubleError('unreachable');
    }
  }
}

function troubleOf(status: number): Trouble {
  if (status === 404) {
    return 'missing';
  }
  return status === 401 || status === 403 ? 'forbidden' : 'failed';
}

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get('Retry-After') ?? WAIT_S);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : WAIT_S;
}
