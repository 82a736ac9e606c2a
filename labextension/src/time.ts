import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** "Checked 3 min ago", of an age in seconds. */
export function checkedAgo(trans: TranslationBundle, age: number): string {
  if (age < MINUTE_S) {
    return trans.__('Checked just now');
  }
  if (age < HOUR_S) {
    return trans.__('Checked %1 min ago', Math.floor(age / MINUTE_S));
  }
  if (age < 2 * DAY_S) {
    const hours = Math.floor(age / HOUR_S);
    return trans._n('Checked %1 hour ago', 'Checked %1 hours ago', hours);
  }
  const days = Math.floor(age / DAY_S);
  return trans._n('Checked %1 day ago', 'Checked %1 days ago', days);
}

/** The day of an RFC 3339 time, or the text as it is where it is none. */
export function dayOf(moment: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(moment) ? moment.slice(0, 10) : moment;
}

/** Day and minute of an RFC 3339 time in UTC, wherever the reader is; else the text as it is. */
export function momentOf(moment: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*Z$/.test(moment)
    ? moment.slice(0, 16).replace('T', ' ')
    : moment;
}
