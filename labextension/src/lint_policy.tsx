import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IChoices, ISettings } from './tokens';

interface ILintPolicyProps {
  trans: TranslationBundle;
  settings: ISettings;
  /** Whether this JupyterLab can ask before a cell runs. */
  canAsk: boolean;
}

/** Which of the linter's settings are not the user's, and which have no effect here. */
export function LintPolicy(props: ILintPolicyProps): React.JSX.Element {
  const { trans, settings, canAsk } = props;
  const words = wordsOf(trans);
  const fixed = settings.fixed.flatMap(key => words[key] ?? []);
  return (
    <>
      {settings.choices.lintBeforeRun === 'ask' && !canAsk && (
        <p className="jp-SmGuard-small">
          {trans.__(
            'Nothing is asked before a cell runs: that needs JupyterLab 4.2 or Notebook 7.2, and no other extension that runs cells in its own way.'
          )}
        </p>
      )}
      {fixed.length > 0 && (
        <p className="jp-SmGuard-small">
          {trans.__('Set by your admin’s policy: %1.', fixed.join(', '))}
        </p>
      )}
    </>
  );
}

function wordsOf(
  trans: TranslationBundle
): Partial<Record<keyof IChoices, string>> {
  return {
    lint: trans.__('marks and list'),
    lintProfile: trans.__('the profile'),
    lintSeverity: trans.__('the least severity'),
    lintOnSave: trans.__('what is said when a document is saved'),
    lintBeforeRun: trans.__('what is asked before a cell runs')
  };
}
