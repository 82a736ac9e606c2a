import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { FindingButton, MOST } from './lint_finding';
import type { IFileAnswer, IFileFinding } from './lint_tokens';
import { numberText } from './words';
import type { WorkspaceLint } from './workspace_lint';

interface IWorkspaceProps {
  trans: TranslationBundle;
  workspace: WorkspaceLint;
  open: (path: string, finding: IFileFinding) => void;
}

/** The findings of all files, on demand. */
export function Workspace(props: IWorkspaceProps): React.JSX.Element {
  const { trans, workspace } = props;
  const { running, done, files, failed, found } = workspace;
  return (
    <>
      <h2>{trans.__('In all files')}</h2>
      <StartButton {...props} />
      {running && (
        <progress
          aria-label={trans.__('Files linted')}
          value={done}
          max={Math.max(files.length, 1)}
        />
      )}
      <p role="status">
        {!running && files.length > 0 && workspaceWords(trans, workspace)}
        {failed > 0 &&
          ` ${trans._n('%1 could not be read.', '%1 could not be read.', failed)}`}
      </p>
      <ul>
        {found.slice(0, MOST).map(file => (
          <FileFindings key={file.path} {...props} file={file} />
        ))}
      </ul>
      {found.length > MOST && (
        <p>
          {trans._n(
            'and %1 more file',
            'and %1 more files',
            found.length - MOST
          )}
        </p>
      )}
    </>
  );
}

function StartButton({ trans, workspace }: IWorkspaceProps): React.JSX.Element {
  const { running } = workspace;
  return (
    <p>
      <button
        type="button"
        className="jp-SmGuard-button"
        onClick={() => {
          if (running) {
            workspace.cancel();
          } else {
            void workspace.start();
          }
        }}
      >
        {running ? trans.__('Cancel') : trans.__('Lint All Files')}
      </button>
    </p>
  );
}

function workspaceWords(
  trans: TranslationBundle,
  { done, files, found, beyond }: WorkspaceLint
): string {
  const count = found.reduce((sum, file) => sum + file.found.length, 0);
  const findings = trans._n('%1 finding', '%1 findings', count);
  const all = numberText(files.length);
  const words =
    done < files.length
      ? trans.__(
          'Cancelled after %1 of %2: %3.',
          numberText(done),
          all,
          findings
        )
      : trans._n('%1 file: %2.', '%1 files: %2.', done, findings);
  return beyond
    ? `${words} ${trans.__('There are more files, which are not linted.')}`
    : words;
}

function whereOf(
  trans: TranslationBundle,
  { path }: IFileAnswer,
  { cell, line }: IFileFinding
): string {
  return path.endsWith('.ipynb')
    ? trans.__('cell %1, line %2', numberText(cell + 1), numberText(line))
    : trans.__('line %1', numberText(line));
}

interface IFileFindingsProps extends IWorkspaceProps {
  file: IFileAnswer;
}

function FileFindings(props: IFileFindingsProps): React.JSX.Element {
  const { trans, file, open } = props;
  return (
    <li>
      <h3>{file.path}</h3>
      <ul>
        {file.found.slice(0, MOST).map((finding, number) => (
          <li key={number}>
            <FindingButton
              trans={trans}
              finding={finding}
              where={whereOf(trans, file, finding)}
              onClick={() => {
                open(file.path, finding);
              }}
            />
          </li>
        ))}
      </ul>
    </li>
  );
}
