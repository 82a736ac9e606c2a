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
  const words = explanation(trans, kind);
  if (words === null) {
    return null;
  }
  const [state, title, text] = words;
  return state === 'unknown' ? (
    <Card
      state={state}
      tone="unknown"
      icon={standingIcons.unknown}
      title={title}
    >
      <p>{text}</p>
    </Card>
  ) : (
    <Card state={state} title={title}>
      <p>{text}</p>
    </Card>
  );
}

/** State, title and text of the card for this kind of machine. */
function explanation(
  trans: TranslationBundle,
  kind: ResourceKind
): [string, string, string] | null {
  const studio: [string, string, string] = [
    'studio',
    trans.__('This is SageMaker Studio'),
    trans.__(
      'The controls of AWS judge notebook instances; this is Studio, so they do not apply here. Those whose names begin with guard.studio judge its domain and its space.'
    )
  ];
  const words: Record<ResourceKind, [string, string, string] | null> = {
    'notebook-instance': null,
    studio,
    'unified-studio': studio,
    'sagemaker-other': [
      'sagemaker-other',
      trans.__('This is not a notebook instance'),
      trans.__(
        'It belongs to SageMaker, but these controls judge notebook instances only.'
      )
    ],
    'not-sagemaker': [
      'not-sagemaker',
      trans.__('There is nothing to check here'),
      trans.__(
        'These controls judge SageMaker notebook instances, and nothing here says that this is one.'
      )
    ],
    unknown: [
      'unknown',
      trans.__('It is not known what machine this is'),
      trans.__(
        'The file that should name this machine cannot be relied on, so nothing could be asked about it. The findings say what is wrong with it.'
      )
    ]
  };
  return words[kind];
}
