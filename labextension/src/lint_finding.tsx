import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Glyph } from './glyph';
import { statusIcons } from './icons';
import type { ILintFinding } from './lint_tokens';
import type { Severity } from './wire';
import { severityWord } from './words';

/** Worst first. */
export const SEVERITIES: readonly Severity[] = [
  'CRITICAL',
  'HIGH',
  'MEDIUM',
  'LOW'
];
/** More are named by their number: a list of thousands helps nobody. */
export const MOST = 200;

interface IFindingButtonProps {
  trans: TranslationBundle;
  finding: Pick<ILintFinding, 'check' | 'severity' | 'message'>;
  where: string;
  onClick: () => void;
}

/** A finding in a list, and the way to it. */
export function FindingButton(props: IFindingButtonProps): React.JSX.Element {
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
        {finding.message} <span className="jp-SmGuard-id">{finding.check}</span>{' '}
        <span className="jp-SmGuard-small">{where}</span>
      </span>
    </button>
  );
}
