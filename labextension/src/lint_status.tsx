import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import { Glyph } from './glyph';
import { codeIcon } from './icons';
import type { ILinter } from './lint_tokens';
import { numberText } from './words';

/** How many findings the document in front has, and the way to them. */
export class LintStatus extends ReactWidget {
  constructor(
    private readonly _linter: ILinter,
    private readonly _trans: TranslationBundle,
    private readonly _onPress: () => void
  ) {
    super();
    this.addClass('jp-SmGuardStatus');
  }

  protected render(): React.JSX.Element {
    return (
      <UseSignal signal={this._linter.changed}>{() => this._item()}</UseSignal>
    );
  }

  private _item(): React.JSX.Element {
    const groups = this._linter.current?.groups() ?? [];
    const count = groups.reduce((sum, group) => sum + group.findings.length, 0);
    const words = this._trans._n(
      '%1 finding in this document. Show the list.',
      '%1 findings in this document. Show the list.',
      count
    );
    return (
      <button
        type="button"
        data-testid="sm-guard-lint-status"
        aria-label={words}
        title={words}
        onClick={this._onPress}
      >
        <Glyph icon={codeIcon} />
        <span>{numberText(count)}</span>
      </button>
    );
  }
}
