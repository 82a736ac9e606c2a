import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import { Glyph } from './glyph';
import { standingIcons } from './icons';
import { statusBarText, verdictSentence } from './sentences';
import { useTick } from './tick';
import type { IGuard } from './tokens';
import { isDoubtful, standing } from './verdict';

const TICK_MS = 60_000;

/** The item in the status bar: where the machine stands, and the way to the panel. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly _guard: IGuard,
    private readonly _trans: TranslationBundle,
    private readonly _onPress: () => void
  ) {
    super();
    this.addClass('jp-SmGuardStatus');
  }

  protected render(): React.JSX.Element {
    return (
      <UseSignal signal={this._guard.changed}>
        {() => (
          <Item
            trans={this._trans}
            guard={this._guard}
            onPress={this._onPress}
          />
        )}
      </UseSignal>
    );
  }
}

interface IItemProps {
  trans: TranslationBundle;
  guard: IGuard;
  onPress: () => void;
}

function Item({ trans, guard, onPress }: IItemProps): React.JSX.Element {
  useTick(TICK_MS);
  const now = Date.now();
  const { state } = guard;
  const stands = standing(state, now);
  const text = statusBarText(trans, state, now);
  const verdict = verdictSentence(trans, state, now);
  return (
    <button
      type="button"
      data-testid="sm-guard-status"
      data-status={stands}
      data-doubtful={isDoubtful(state, now)}
      aria-label={trans.__('%1. %2. Show the panel.', text, verdict)}
      title={verdict}
      onClick={onPress}
    >
      <Glyph icon={standingIcons[stands]} tone={stands} />
      <span>{text}</span>
    </button>
  );
}
