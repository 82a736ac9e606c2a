import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Breakable } from './breakable';
import { Command } from './copy';
import { isWanting } from './verdict';
import type { Finding, Step } from './wire';

interface IRemedyProps {
  trans: TranslationBundle;
  finding: Finding;
}

/** How to fix a finding: its steps, or its text where there are none. */
export function Remedy({
  trans,
  finding
}: IRemedyProps): React.JSX.Element | null {
  const { status, recreate, steps, fix } = finding;
  if (!isWanting(finding) || (steps.length === 0 && fix === '')) {
    return null;
  }
  return (
    <>
      <h4>
        {trans.__('How to fix')}
        {recreate && status === 'FAILED' && (
          <span className="jp-SmGuard-chip">
            {trans.__('needs a new instance')}
          </span>
        )}
      </h4>
      {steps.length === 0 ? (
        <Prose text={fix} marked />
      ) : (
        <Steps trans={trans} steps={steps} />
      )}
    </>
  );
}

interface IStepsProps {
  trans: TranslationBundle;
  steps: readonly Step[];
}

/** One step after the other, with what to copy for it. */
export function Steps({ trans, steps }: IStepsProps): React.JSX.Element {
  return (
    <ol className="jp-SmGuard-steps">
      {steps.map(({ text, command }, index) => (
        <li key={index}>
          <Breakable text={text} />
          {command !== null && <Command trans={trans} command={command} />}
        </li>
      ))}
    </ol>
  );
}

interface IProseProps {
  text: string;
  /** Whether words between backticks are code, as in the texts of the controls themselves. */
  marked?: boolean;
}

/** A text of one or more paragraphs. */
export function Prose({ text, marked }: IProseProps): React.JSX.Element {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph, index) => (
        <p key={index}>
          {marked === true ? (
            paragraph.split(/`([^`]+)`/).map(code)
          ) : (
            <Breakable text={paragraph} />
          )}
        </p>
      ))}
    </>
  );
}

function code(text: string, index: number): React.ReactNode {
  return index % 2 === 1 ? <code key={index}>{text}</code> : text;
}
