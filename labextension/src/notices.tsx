import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import type { Report } from './wire';

interface INoticesProps {
  trans: TranslationBundle;
  report: Report;
}

/** What lessens the worth of the report, and what the admin decided about it. */
export function Notices({ trans, report }: INoticesProps): React.JSX.Element {
  const { integrity, turned_off, contact } = report;
  return (
    <>
      {integrity.length > 0 && (
        <Card state="integrity" title={trans.__('Read this report with care')}>
          <ul>
            {integrity.map(({ flag, detail }) => (
              <li key={flag} data-flag={flag}>
                {detail}
              </li>
            ))}
          </ul>
        </Card>
      )}
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
