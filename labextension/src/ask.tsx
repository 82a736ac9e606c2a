import React from 'react';

import { useAnswer } from './answer';
import { CopyButton, ReadOnly } from './copy';
import { Glyph } from './glyph';
import { linkGlyph } from './icons';
import { mailTo } from './mail';
import { secureLink } from './text';
import type { IDrawn } from './view';
import { receivedOf } from './verdict';
import { troubleSentence } from './words';

interface IAskProps extends Pick<IDrawn, 'trans' | 'guard'> {
  /** The finding that the message is about; without it, it is about all of them. */
  check?: string;
}

/** A message to whoever looks after this machine, to be sent by the reader. */
export function Ask({ trans, guard, check }: IAskProps): React.JSX.Element {
  const report = receivedOf(guard.state)?.latest.report;
  const answer = useAnswer(report?.observed_at ?? '', () =>
    guard.server.written('ask', check)
  );
  if (answer.kind !== 'here') {
    return (
      <p className="jp-SmGuard-note" role="status">
        {answer.kind === 'waiting'
          ? trans.__('Writing the message…')
          : trans.__(
              'There is no message: %1.',
              troubleSentence(trans, answer.trouble)
            )}
      </p>
    );
  }
  const text = answer.value;
  return (
    <div className="jp-SmGuard-ask">
      <ReadOnly label={trans.__('Message to your admin')} text={text} />
      <CopyButton trans={trans} label={trans.__('Copy message')} text={text} />
      <SendIt trans={trans} contact={report?.contact ?? null} text={text} />
      <Exemption trans={trans} link={report?.exemption_link ?? null} />
    </div>
  );
}

interface IExemptionProps extends Pick<IDrawn, 'trans'> {
  link: string | null;
}

/** Where the admin says to ask for a waiver. */
function Exemption({ trans, link }: IExemptionProps): React.JSX.Element | null {
  const address = link === null ? null : secureLink(link);
  return address === null ? null : (
    <p>
      <a
        className="jp-SmGuard-link"
        href={address}
        target="_blank"
        rel="noopener noreferrer"
      >
        {trans.__('Ask for a waiver')}
        <Glyph icon={linkGlyph} />
        <span className="jp-SmGuard-spoken">
          {trans.__('(opens in a new tab)')}
        </span>
      </a>{' '}
      <span className="jp-SmGuard-small">{address}</span>
    </p>
  );
}

interface ISendItProps extends Pick<IDrawn, 'trans'> {
  contact: string | null;
  text: string;
}

/** Whom to send it to; with a link where that is an e-mail address. */
function SendIt(props: ISendItProps): React.JSX.Element | null {
  const { trans, contact, text } = props;
  if (contact === null) {
    return null;
  }
  const mail = mailTo(contact, text);
  const words = trans.__('Send it to %1', contact);
  return mail === null ? (
    <p>{words}</p>
  ) : (
    <>
      <p>
        <a
          className="jp-SmGuard-link"
          href={mail.address}
          target="_blank"
          rel="noopener noreferrer"
        >
          {words}
        </a>
      </p>
      {!mail.whole && (
        <p>
          {trans.__(
            'The message is too long for a link: copy it and paste it into the mail.'
          )}
        </p>
      )}
    </>
  );
}
