import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Command } from './copy';
import { environment, inEnvironment } from './environment';
import { VERSION } from './version';

interface IStepsProps {
  trans: TranslationBundle;
}

/** How to turn the server extension on. */
export function TurnOn({ trans }: IStepsProps): React.JSX.Element {
  return (
    <>
      <Where trans={trans} />
      <ol className="jp-SmGuard-steps">
        <Run
          trans={trans}
          text={trans.__('Turn its server extension on:')}
          command="jupyter server extension enable jupyter_sm_guard"
        />
        <Run
          trans={trans}
          text={trans.__('See whether something else is missing:')}
          command="jupyter sm-guard doctor"
        />
        <li>{trans.__('Restart the server.')}</li>
      </ol>
    </>
  );
}

interface IOtherVersionProps extends IStepsProps {
  version: string | null;
}

/** How to make page and server of the same version again. */
export function OtherVersion(props: IOtherVersionProps): React.JSX.Element {
  const { trans, version } = props;
  return (
    <>
      <p>
        {version === null
          ? trans.__(
              'This page is version %1; the answer of the server does not tell its own.',
              VERSION
            )
          : trans.__(
              'This page is version %1, the server says that it is version %2.',
              VERSION,
              version
            )}
      </p>
      <Where trans={trans} />
      <ol className="jp-SmGuard-steps">
        <li>{trans.__('Reload this page, and restart the server.')}</li>
        <Run
          trans={trans}
          text={trans.__('If that does not help, see what does not fit:')}
          command="jupyter sm-guard doctor"
        />
        <Run
          trans={trans}
          text={trans.__('Install the version of this page, and restart:')}
          command={`python -m pip install jupyter_sm_guard==${VERSION}`}
        />
      </ol>
    </>
  );
}

/** That a terminal may have another environment than the server has. */
function Where({ trans }: IStepsProps): React.JSX.Element {
  const prefix = environment();
  return (
    <p>
      {prefix === null
        ? trans.__(
            'The commands belong in the environment of the Jupyter server, which may be another one than that of a notebook.'
          )
        : trans.__('The Jupyter server runs in %1.', prefix)}
    </p>
  );
}

interface IRunProps extends IStepsProps {
  text: string;
  command: string;
}

function Run({ trans, text, command }: IRunProps): React.JSX.Element {
  return (
    <li>
      {text}
      <Command trans={trans} command={inEnvironment(command)} />
    </li>
  );
}
