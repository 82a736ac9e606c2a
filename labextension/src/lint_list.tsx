import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import { FindingButton, MOST, SEVERITIES } from './lint_finding';
import { LintPolicy } from './lint_policy';
import type {
  IFileFinding,
  ILintDocument,
  ILinter,
  ILintFinding,
  ILintGroup,
  ILintText
} from './lint_tokens';
import { Workspace } from './lint_workspace';
import type { ISettings } from './tokens';
import type { Severity } from './wire';
import { numberText, severityWord } from './words';
import type { WorkspaceLint } from './workspace_lint';

interface ILintListProps {
  trans: TranslationBundle;
  linter: ILinter;
  workspace: WorkspaceLint;
  open: (path: string, finding: IFileFinding) => void;
  settings: ISettings | null;
  /** Whether this JupyterLab can ask before a cell runs. */
  canAsk: boolean;
  /** Whether the list can be seen now: if not, it is drawn when it can. */
  isSeen: () => boolean;
}

/** The findings of the document in front, by cell, and those of all files. */
export function LintList(props: ILintListProps): React.JSX.Element {
  const { trans, linter, workspace, settings, canAsk, isSeen } = props;
  return (
    <section className="jp-SmGuardLint" aria-label={trans.__('Code')}>
      <UseSignal signal={linter.changed} shouldUpdate={isSeen}>
        {() => <Current {...props} document={linter.current} />}
      </UseSignal>
      <UseSignal signal={workspace.changed} shouldUpdate={isSeen}>
        {() => <Workspace {...props} />}
      </UseSignal>
      {settings !== null && (
        <UseSignal signal={settings.changed}>
          {() => (
            <LintPolicy trans={trans} settings={settings} canAsk={canAsk} />
          )}
        </UseSignal>
      )}
    </section>
  );
}

interface ICurrentProps extends ILintListProps {
  document: ILintDocument | null;
}

function Current({ trans, document }: ICurrentProps): React.JSX.Element {
  const [severity, setSeverity] = useState<Severity | ''>('');
  const groups = document?.groups() ?? [];
  const shown =
    severity === '' ? groups : groups.flatMap(group => only(group, severity));
  return (
    <>
      <h2>{trans.__('In this document')}</h2>
      <p role="status">{standing(trans, document, groups)}</p>
      {groups.length > 0 && (
        <Filter trans={trans} value={severity} onChange={setSeverity} />
      )}
      <ul>
        {document !== null &&
          shown
            .slice(0, MOST)
            .map(({ cell, findings }) => (
              <CellFindings
                key={cell.id}
                trans={trans}
                document={document}
                cell={cell}
                number={cell.index + 1}
                findings={findings}
              />
            ))}
      </ul>
      {shown.length > MOST && (
        <p>
          {trans._n(
            'and %1 more cell',
            'and %1 more cells',
            shown.length - MOST
          )}
        </p>
      )}
    </>
  );
}

function only(group: ILintGroup, severity: Severity): ILintGroup[] {
  const findings = group.findings.filter(each => each.severity === severity);
  return findings.length > 0 ? [{ ...group, findings }] : [];
}

interface IFilterProps {
  trans: TranslationBundle;
  value: Severity | '';
  onChange: (value: Severity | '') => void;
}

function Filter({ trans, value, onChange }: IFilterProps): React.JSX.Element {
  return (
    <label className="jp-SmGuardLint-filter">
      {trans.__('Severity')}{' '}
      <select
        value={value}
        onChange={event => {
          onChange(event.target.value as Severity | '');
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
  cell: ILintText;
  number: number;
  findings: readonly ILintFinding[];
}

/** Drawn again only when something of it is other than before. */
const CellFindings = React.memo(function CellFindings(
  props: ICellFindingsProps
): React.JSX.Element {
  const { trans, document, cell, number, findings } = props;
  return (
    <li data-cell={cell.id}>
      {document.source.kind === 'notebook' && (
        <h3>{trans.__('Cell %1', numberText(number))}</h3>
      )}
      <ul>
        {findings.map((finding, place) => (
          <li key={place}>
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
});
