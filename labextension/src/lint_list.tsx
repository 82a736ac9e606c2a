import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import { Glyph } from './glyph';
import { statusIcons } from './icons';
import type {
  IFileAnswer,
  ILintDocument,
  ILinter,
  ILintFinding,
  ILintGroup
} from './lint_tokens';
import type { Severity } from './wire';
import { numberText, severityWord } from './words';
import type { WorkspaceLint } from './workspace_lint';

const SEVERITIES: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
/** More are named by their number: a list of thousands helps nobody. */
const MOST = 200;

interface ILintListProps {
  trans: TranslationBundle;
  linter: ILinter;
  workspace: WorkspaceLint;
  open: (path: string) => void;
}

/** The findings of the document in front, by cell, and those of all files. */
export function LintList(props: ILintListProps): React.JSX.Element {
  const { trans, linter, workspace } = props;
  return (
    <section className="jp-SmGuardLint" aria-label={trans.__('Code')}>
      <UseSignal signal={linter.changed}>
        {() => <Current {...props} document={linter.current} />}
      </UseSignal>
      <UseSignal signal={workspace.changed}>
        {() => <Workspace {...props} />}
      </UseSignal>
    </section>
  );
}

interface ICurrentProps extends ILintListProps {
  document: ILintDocument | null;
}

function Current({ trans, document }: ICurrentProps): React.JSX.Element {
  const [severity, setSeverity] = useState<Severity | ''>('');
  const groups = document?.groups() ?? [];
  const shown = groups
    .map(group => ({
      ...group,
      findings: group.findings.filter(
        finding => severity === '' || finding.severity === severity
      )
    }))
    .filter(({ findings }) => findings.length > 0);
  return (
    <>
      <h2>{trans.__('In this document')}</h2>
      <p role="status">{standing(trans, document, groups)}</p>
      {groups.length > 0 && (
        <label className="jp-SmGuardLint-filter">
          {trans.__('Severity')}{' '}
          <select
            value={severity}
            onChange={event => {
              setSeverity(event.target.value as Severity | '');
            }}
          >
            <option value="">{trans.__('All')}</option>
            {SEVERITIES.map(each => (
              <option key={each} value={each}>
                {severityWord(trans, each)}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul>
        {document !== null &&
          shown
            .slice(0, MOST)
            .map(group => (
              <CellFindings
                key={group.cell.id}
                trans={trans}
                document={document}
                group={group}
              />
            ))}
      </ul>
    </>
  );
}

function standing(
  trans: TranslationBundle,
  document: ILintDocument | null,
  groups: readonly ILintGroup[]
): string {
  if (document === null) {
    return trans.__('No notebook or script is in front.');
  }
  if (document.troubled) {
    return trans.__('The linter does not answer now; this may be old.');
  }
  const count = groups.reduce((sum, { findings }) => sum + findings.length, 0);
  return count === 0
    ? trans.__('Nothing found.')
    : trans._n('%1 finding', '%1 findings', count);
}

interface ICellFindingsProps {
  trans: TranslationBundle;
  document: ILintDocument;
  group: ILintGroup;
}

function CellFindings(props: ICellFindingsProps): React.JSX.Element {
  const { trans, document, group } = props;
  const { cell, index, findings } = group;
  return (
    <li data-cell={cell.id}>
      {document.source.kind === 'notebook' && (
        <h3>{trans.__('Cell %1', numberText(index + 1))}</h3>
      )}
      <ul>
        {findings.map((finding, number) => (
          <li key={number}>
            <FindingButton
              trans={trans}
              finding={finding}
              where={
                finding.output === null
                  ? trans.__('line %1', numberText(finding.line))
                  : trans.__('in its output')
              }
              onClick={() => {
                void document.source.reveal(cell, finding);
              }}
            />
          </li>
        ))}
      </ul>
    </li>
  );
}

interface IFindingButtonProps {
  trans: TranslationBundle;
  finding: Pick<ILintFinding, 'check' | 'severity' | 'message'>;
  where: string;
  onClick: () => void;
}

function FindingButton(props: IFindingButtonProps): React.JSX.Element {
  const { trans, finding, where, onClick } = props;
  const severe = SEVERITIES.indexOf(finding.severity) < 2;
  const tone = severe ? 'FAILED' : 'WARNING';
  return (
    <button
      type="button"
      className="jp-SmGuardLint-finding"
      data-check={finding.check}
      onClick={onClick}
    >
      <Glyph icon={statusIcons[tone]} tone={tone} />
      <span>
        <span className="jp-SmGuard-severity">
          {severityWord(trans, finding.severity)}
        </span>{' '}
        {finding.message} <span className="jp-SmGuard-id">{finding.check}</span>
        {', '}
        {where}
      </span>
    </button>
  );
}

function Workspace(props: ILintListProps): React.JSX.Element {
  const { trans, workspace } = props;
  const { running, done, files, failed, found } = workspace;
  return (
    <>
      <h2>{trans.__('In all files')}</h2>
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
      {running && (
        <progress
          aria-label={trans.__('Files linted')}
          value={done}
          max={Math.max(files.length, 1)}
        />
      )}
      <p role="status">
        {!running && done > 0 && workspaceWords(trans, workspace)}
        {failed > 0 &&
          ` ${trans._n('%1 could not be read.', '%1 could not be read.', failed)}`}
      </p>
      <ul>
        {found.slice(0, MOST).map(file => (
          <FileFindings key={file.path} {...props} file={file} />
        ))}
      </ul>
    </>
  );
}

function workspaceWords(
  trans: TranslationBundle,
  { done, found }: WorkspaceLint
): string {
  const count = found.reduce((sum, file) => sum + file.found.length, 0);
  const findings = trans._n('%1 finding', '%1 findings', count);
  return trans._n('%1 file: %2.', '%1 files: %2.', done, findings);
}

interface IFileFindingsProps extends ILintListProps {
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
              where={trans.__(
                'cell %1, line %2',
                numberText(finding.cell + 1),
                numberText(finding.line)
              )}
              onClick={() => {
                open(file.path);
              }}
            />
          </li>
        ))}
      </ul>
    </li>
  );
}
