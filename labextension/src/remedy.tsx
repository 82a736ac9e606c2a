import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Command } from './copy';
import type { Finding } from './wire';

interface IRemedyProps {
  trans: TranslationBundle;
  finding: Finding;
}

/** How to fix a finding: its steps, or its text where there are none. */
export function Remedy({ trans, finding }: IRemedyProps): React.JSX.Element {
  const { status, recreate, steps, fix } = finding;
  return (
    <>
      {recreate && status === 'FAILED' && (
        <p className="jp-SmGuard-chip">{trans.__('needs a new instance')}</p>
      )}
      {steps.length === 0 ? (
        <Prose text={fix} />
      ) : (
        <ol className="jp-SmGuard-steps">
          {steps.map(({ text, command }, index) => (
            <li key={index}>
              {text}
              {command !== null && <Command trans={trans} command={command} />}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** A text of one or more paragraphs. */
export function Prose({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
    </>
  );
}
