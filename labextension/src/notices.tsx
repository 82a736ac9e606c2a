import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import type { Report } from './wire';

interface INoticeProps {
  trans: TranslationBundle;
  report: Report;
}

/** What lessens the worth of the report. */
export function Integrity({
  trans,
  report
}: INoticeProps): React.JSX.Element | null {
  if (report.integrity.length === 0) {
    return null;
  }
  return (
    <Card state="integrity" title={trans.__('Read this report with care')}>
      <ul>
        {report.integrity.map(({ flag, detail }) => (
          <li key={flag} data-flag={flag}>
            {detail}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What the admin decided about the report, and whom to ask. */
export function Asides({
  trans,
  report: { turned_off, contact }
}: INoticeProps): React.JSX.Element {
  return (
    <>
      {turned_off.length > 0 && (
        <p className="jp-SmGuard-aside">
          {trans.__('Turned off by your admin: %1', turned_off.join(', '))}
        </p>
      )}
      {contact !== null && (
        <p className="jp-SmGuard-aside">{trans.__('Questions: %1', contact)}</p>
      )}
    </>
  );
}
