import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import { VERSION } from './version';
import type { Report } from './wire';

interface IVersionCardProps {
  trans: TranslationBundle;
  report: Report;
}

/** That the server is of another version than this page, which can read its report all the same. */
export function VersionCard({
  trans,
  report: { version }
}: IVersionCardProps): React.JSX.Element | null {
  if (version === VERSION) {
    return null;
  }
  return (
    <Card state="version" title={trans.__('Two versions of SageMaker Guard')}>
      <p>
        {trans.__(
          'This page is version %1, the Jupyter server has version %2. Reload the page; if that does not help, restart the server.',
          VERSION,
          version
        )}
      </p>
    </Card>
  );
}
