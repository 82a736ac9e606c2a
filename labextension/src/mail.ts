// Nothing but a plain address: no name, no second address, no header can hide in it.
const PLAIN =
  /^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/;
// What Windows hands on to a mail program, which takes no more.
const LONGEST = 2000;

/** A link that starts a mail; `whole` says whether all of the text fits into it. */
export interface IMail {
  address: string;
  whole: boolean;
}

/** The mail to this contact, or null where the contact is no e-mail address. The text is the
 * server's message, whose first lines are `To:` and `Subject:`. */
export function mailTo(contact: string, text: string): IMail | null {
  if (!PLAIN.test(contact)) {
    return null;
  }
  const [head = '', ...paragraphs] = text.split('\n\n');
  const subject = /^Subject: (.*)$/m.exec(head)?.[1] ?? '';
  const body = subject === '' ? text : paragraphs.join('\n\n');
  const start = `mailto:${contact}?subject=${encodeURIComponent(subject)}`;
  const address = `${start}&body=${encodeURIComponent(body.replace(/\n/g, '\r\n'))}`;
  const whole = address.length <= LONGEST;
  return { address: whole ? address : start, whole };
}
