import type { Trouble } from './tokens';

/** The server gave no report, or took no wish for one. */
export class TroubleError extends Error {
  override name = 'TroubleError';

  constructor(
    readonly trouble: Trouble,
    /** The server's version, where the trouble is that it is another one. */
    readonly version: string | null = null
  ) {
    super(trouble);
  }
}

/** The server does not know what the request builds on: everything must be sent. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

export function troubleOf(error: unknown): Trouble {
  return error instanceof TroubleError ? error.trouble : 'failed';
}
