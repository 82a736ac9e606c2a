const LONGEST = 2048;

// Bidi overrides, zero-width and control characters can make a text, or a command to copy, read
// other than it is; line breaks and tabs are the ones that commands need.
const UNSEEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
const HALF_A_CHARACTER = /[\ud800-\udbff]$/;

/** The text without characters that cannot be seen, and no longer than 2048 of them. */
export function clean(text: string): string {
  const seen = text.replace(UNSEEN, '');
  return seen.length <= LONGEST
    ? seen
    : `${seen.slice(0, LONGEST - 1).replace(HALF_A_CHARACTER, '')}…`;
}

/** A rule's words, in which `code` stands between back-ticks: every second one is code. */
export function codeAndWords(text: string): string[] {
  return text.split('`');
}

/** The address where it is a plain https one, as the admin's policy may have it, else null. */
export function secureLink(address: string): string | null {
  try {
    const url = new URL(address);
    const plain = /^https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?$/;
    return plain.test(address) && !url.username && !url.password
      ? url.href
      : null;
  } catch {
    return null;
  }
}

/** The address where it is one of AWS's documentation, else null. */
export function awsDocs(address: string): string | null {
  try {
    const url = new URL(address);
    const known =
      url.protocol === 'https:' && url.host === 'docs.aws.amazon.com';
    return known && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}
