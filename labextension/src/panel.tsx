import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { Body } from './body';
import { shieldIcon } from './icons';
import type { IGuard } from './tokens';
import { FIRST_VIEW, type IView } from './view';

const PALETTE_MS = 200;

/** The side panel; it draws nothing before it is shown for the first time. */
export class Panel extends ReactWidget {
  constructor(
    private readonly _guard: IGuard,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'jp-sm-guard-panel';
    this.addClass('jp-SmGuardPanel');
    this.title.icon = shieldIcon;
    this.title.caption = this._trans.__('SageMaker Guard');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this._trans.__('SageMaker Guard'));
    this.node.tabIndex = -1;
  }

  /** Shows something else than before. */
  readonly look = (change: Partial<IView>): void => {
    const opens = change.page !== undefined && change.page !== null;
    if (opens && this._view.page === null) {
      const { activeElement } = document;
      this._left = { focus: activeElement, top: this.node.scrollTop };
    }
    this._view = { ...this._view, ...change };
    this.update();
  };

  /** Takes the focus now, and again once a command palette has given it back to the notebook, which
   * it does in several steps as it closes. */
  takeFocus(): void {
    const take = (): void => {
      const title = '.jp-SmGuard-page h2';
      const node = this.node.querySelector<HTMLElement>(title) ?? this.node;
      if (!this.node.contains(document.activeElement)) {
        node.focus();
      }
    };
    take();
    window.setTimeout(take, PALETTE_MS);
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._wasShown = true;
    this.update();
  }

  protected override onAfterAttach(msg: Message): void {
    this._wasShown ||= this.isVisible;
    super.onAfterAttach(msg);
  }

  protected render(): React.JSX.Element | null {
    if (!this._wasShown) {
      return null;
    }
    return (
      <UseSignal signal={this._guard.changed}>
        {() => (
          <Body
            trans={this._trans}
            guard={this._guard}
            view={this._view}
            onView={this.look}
            onPageGone={this._return}
          />
        )}
      </UseSignal>
    );
  }

  /** Back to where the page was opened from; not when it is gone because the panel moves. */
  private readonly _return = (): void => {
    const { focus, top } = this._left;
    if (this._view.page !== null) {
      return;
    }
    this.node.scrollTop = top;
    if (focus instanceof HTMLElement && focus !== document.body) {
      focus.focus({ preventScroll: true });
    }
    if (document.activeElement !== focus) {
      this.node.focus({ preventScroll: true });
    }
  };

  // Here and not in the components, which are unmounted when the panel moves to the other side.
  private _view = FIRST_VIEW;
  private _left: { focus: Element | null; top: number } = {
    focus: null,
    top: 0
  };
  private _wasShown = false;
}
