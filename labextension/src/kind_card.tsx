import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Card } from './card';
import { standingIcons } from './icons';
import type { ResourceKind } from './wire';

interface IKindCardProps {
  trans: TranslationBundle;
  kind: ResourceKind;
}

/** What it means for the controls that this is no notebook instance. */
export function KindCard({
  trans,
  kind
}: IKindCardProps): React.JSX.Element | null {
  switch (kind) {
    case 'notebook-instance':
      return null;
    case 'studio':
    case 'unified-studio':
      return (
        <Card state="studio" title={trans.__('This is SageMaker Studio')}>
          <p>
            {trans.__(
              'SageMaker.1–.3 judge notebook instances; this is Studio, so they do not apply here. What matters for a Studio space is the network setting of its domain, AppNetworkAccessType.'
            )}
          </p>
        </Card>
      );
    case 'sagemaker-other':
      return (
        <Card
          state="sagemaker-other"
          title={trans.__('This is not a notebook instance')}
        >
          <p>
            {trans.__(
              'It belongs to SageMaker, but these controls judge notebook instances only.'
            )}
          </p>
        </Card>
      );
    case 'not-sagemaker':
      return (
        <Card
          state="not-sagemaker"
          title={trans.__('This is not a SageMaker machine')}
        >
          <p>
            {trans.__(
              'These controls judge SageMaker notebook instances, and nothing here says that this is one. There is nothing to check or to fix.'
            )}
          </p>
        </Card>
      );
    case 'unknown':
      return (
        <Card
          state="unknown"
          tone="UNKNOWN"
          icon={standingIcons.unknown}
          title={trans.__('It is not known what machine this is')}
        >
          <p>
            {trans.__(
              'The file that should name this machine cannot be relied on, so nothing could be asked about it. The findings say what is wrong with it.'
            )}
          </p>
        </Card>
      );
  }
}
