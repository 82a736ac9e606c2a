import { clean } from './text';

/** An answer that is not what the server of this version says. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

/** Makes a T out of whatever came over the wire, or throws an UnreadableError. */
export type Reader<T> = (value: unknown) => T;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, without what can't be seen in it. */
export const text: Reader<string> = value => {
  if (typeof value !== 'string') {
    throw new UnreadableError('not a text');
  }
  return clean(value);
};

export const yesNo: Reader<boolean> = value => {
  if (typeof value !== 'boolean') {
    throw new UnreadableError('neither true nor false');
  }
  return value;
};

export const amount: Reader<number> = value => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new UnreadableError('not a number of seconds or days');
  }
  return value;
};

export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return value => (value === null ? null : reader(value));
}

export function list<T>(reader: Reader<T>): Reader<T[]> {
  return value => {
    if (!Array.isArray(value)) {
      throw new UnreadableError('not a list');
    }
    return value.map(item => reader(item));
  };
}

/** One of the words. They come as a record, so that the compiler finds a word that wire.ts has and
 * the record lacks. */
export function oneOf<T extends string>(words: Record<T, true>): Reader<T> {
  return value => {
    const word = Object.keys(words).find(known => known === value);
    if (word === undefined) {
      throw new UnreadableError('not one of the known words');
    }
    return word as T;
  };
}

export function record<T>(fields: {
  [K in keyof T]-?: Reader<T[K]>;
}): Reader<T> {
  return value => {
    if (!isRecord(value)) {
      throw new UnreadableError('not an object');
    }
    const made: Partial<T> = {};
    for (const key in fields) {
      made[key] = fields[key](value[key]);
    }
    return made as T;
  };
}
