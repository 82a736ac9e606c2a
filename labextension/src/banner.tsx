import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { MessageLoop, type Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import { Glyph } from './glyph';
import { standingIcons } from './icons';
import type { IWarning } from './warning';

export interface IBannerOptions {
  trans: TranslationBundle;
  onDetails: () => void;
  onDismiss: (warning: IWarning) => void;
}

/** One calm line above the cells of a notebook; there only while there is something to warn of. */
export class Banner extends ReactWidget {
  constructor(private readonly _options: IBannerOptions) {
    super();
    this.addClass('jp-SmGuardBanner');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute(
      'aria-label',
      _options.trans.__('SageMaker Guard warning')
    );
    this.hide();
  }

  override show(): void {
    super.show();
    this._fit();
  }

  /** What to warn of now; null is nothing. */
  set warning(warning: IWarning | null) {
    this._warning = warning ?? this._warning;
    this.setHidden(warning === null);
    this.update();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._observer.observe(this.node);
  }

  protected override onBeforeDetach(msg: Message): void {
    this._observer.disconnect();
    super.onBeforeDetach(msg);
  }

  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    void this.renderPromise?.then(() => {
      const line = this.node.firstElementChild;
      if (line !== null && this.isAttached) {
        this._observer.observe(line); // it may grow where the banner around it can't
      }
      this._fit();
    });
  }

  protected render(): React.JSX.Element | null {
    const warning = this._warning;
    if (warning === null) {
      return null;
    }
    const { trans, onDetails, onDismiss } = this._options;
    const tone = warning.failed ? 'failed' : 'warning';
    return (
      <div className="jp-SmGuardBanner-line" data-tone={tone}>
        <Glyph icon={standingIcons[tone]} tone={tone} />
        <p>{warning.sentence}</p>
        <button type="button" className="jp-SmGuard-button" onClick={onDetails}>
          {trans.__('Details')}
        </button>
        <button
          type="button"
          className="jp-SmGuard-button"
          title={trans.__('Hide this until the verdict changes')}
          onClick={() => {
            onDismiss(warning);
          }}
        >
          {trans.__('Dismiss')}
        </button>
      </div>
    );
  }

  // The layout above the cells gives a widget the height that its style asks for and no more, and
  // a sentence may need several lines.
  private _fit(): void {
    const line = this.node.firstElementChild;
    if (this.isDisposed || this.isHidden || line === null) {
      return;
    }
    const tall = Math.ceil(line.getBoundingClientRect().height);
    const height = `${String(tall)}px`;
    if (tall > 0 && height !== this.node.style.minHeight) {
      this.node.style.minHeight = height;
      if (this.parent !== null) {
        MessageLoop.postMessage(this.parent, Widget.Msg.FitRequest);
      }
    }
  }

  private _warning: IWarning | null = null;
  private readonly _observer = new ResizeObserver(() => {
    this._fit();
  });
}
