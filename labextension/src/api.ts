import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { readLint, readLintFile } from './lint_reading';
import type { IFileAnswer, ILintAnswer, ILintRequest } from './lint_tokens';
import { list, record, text, UnreadableError } from './readers';
import { readControl } from './control_reading';
import { readLatest, readVersion } from './reading';
import type { Form, IControl, IServer, Trouble } from './tokens';
import { ConflictError, TroubleError } from './trouble';
import type { Latest } from './wire';

const ROUTE = 'jupyter-sm-guard';
const WAIT_S = 30;

/** The checks that a notice is about. */
const readNotice = record<{ checks: string[] }>({ checks: list(text) });

/** The server checked a moment ago and will not again for `seconds`. */
export class TooSoonError extends Error {
  override name = 'TooSoonError';

  constructor(readonly seconds: number) {
    super('too soon');
  }
}

/** The Jupyter server's routes of this extension. */
export class Api implements IServer {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** The latest report, from the server's memory. */
  async latest(): Promise<Latest> {
    return this._read('report', 'GET', null, readLatest);
  }

  /** Has the server start a check; it says by an event when that is done. */
  async refresh(): Promise<void> {
    await this._request('report', 'POST', {});
  }

  async written(form: Form, check?: string): Promise<string> {
    const path = [
      'report',
      form,
      ...(check === undefined ? [] : [encodeURIComponent(check)])
    ];
    const response = await this._request(URLExt.join(...path), 'GET', null);
    return received(response.text());
  }

  async control(id: string): Promise<IControl> {
    return this._read(URLExt.join('checks', id), 'GET', null, readControl);
  }

  async takeNotice(): Promise<string[]> {
    const notice = await this._read('notice', 'POST', {}, readNotice);
    return notice.checks;
  }

  async snooze(days: number, reason: string): Promise<void> {
    await this._request('snooze', 'POST', { days, reason });
  }

  async wake(): Promise<void> {
    await this._request('snooze', 'DELETE', null);
  }

  async dismiss(verdict: string): Promise<void> {
    await this._request('dismissal', 'POST', { verdict });
  }

  async lint(request: ILintRequest): Promise<ILintAnswer> {
    return this._read('lint', 'POST', request, readLint);
  }

  async lintFile(path: string, options: object): Promise<IFileAnswer> {
    const request = { path, ...options };
    return this._read(
      URLExt.join('lint', 'file'),
      'POST',
      request,
      readLintFile
    );
  }

  private async _read<T>(
    path: string,
    method: string,
    body: object | null,
    reader: (value: unknown) => T
  ): Promise<T> {
    const response = await this._request(path, method, body);
    const answer = await received(response.text());
    let value: unknown = null;
    try {
      value = JSON.parse(answer);
      return reader(value);
    } catch (error) {
      if (error instanceof UnreadableError || error instanceof SyntaxError) {
        throw new TroubleError('unreadable', readVersion(value));
      }
      throw error;
    }
  }

  private async _request(
    path: string,
    method: string,
    body: object | null
  ): Promise<Response> {
    const url = URLExt.join(this._settings.baseUrl, ROUTE, path);
    const init: RequestInit = { method, cache: 'no-store' };
    if (body !== null) {
      init.body = JSON.stringify(body);
    }
    const response = await received(
      ServerConnection.makeRequest(url, init, this._settings)
    );
    if (response.status === 429) {
      throw new TooSoonError(waitOf(response));
    }
    if (response.status === 409) {
      throw new ConflictError();
    }
    if (!response.ok) {
      throw new TroubleError(troubleOf(response.status));
    }
    return response;
  }
}

/** What the network brings; that it does not is a trouble too. */
async function received<T>(coming: Promise<T>): Promise<T> {
  try {
    return await coming;
  } catch {
    throw new TroubleError('unreachable');
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
