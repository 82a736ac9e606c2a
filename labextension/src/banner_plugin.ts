import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import { Banner } from './banner';
import { CommandIDs, DOMAIN, IGuard, ISettings } from './tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- a banner's words are wanted with the banner
import { warningOf, type IWarning } from './warning';

/** The banners of all open notebooks, which say the same and are dismissed together. */
class Banners {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _guard: IGuard,
    private readonly _settings: ISettings | null,
    private readonly _trans: TranslationBundle
  ) {
    const show = (): void => {
      this._show();
    };
    _guard.changed.connect(show);
    _settings?.changed.connect(show);
  }

  /** Puts a banner above the cells. */
  add(panel: MainAreaWidget): IDisposable {
    const banner = new Banner({
      trans: this._trans,
      onDetails: () => void this._app.commands.execute(CommandIDs.showPanel),
      onDismiss: warning => {
        this._dismiss(warning, panel);
      }
    });
    panel.contentHeader.insertWidget(0, banner);
    this._banners.add(banner);
    banner.warning = this._warning();
    return new DisposableDelegate(() => {
      this._banners.delete(banner);
      banner.dispose();
    });
  }

  private _warning(): IWarning | null {
    const warning = warningOf(this._trans, this._guard.state, Date.now());
    const wanted = this._settings?.choices.banner ?? true;
    return wanted && warning?.verdict !== this._dismissed ? warning : null;
  }

  private _show(): void {
    const warning = this._warning();
    for (const banner of this._banners) {
      banner.warning = warning;
    }
  }

  /** At once here, and on the server for other pages and times; the cells get the focus back. */
  private _dismiss({ verdict }: IWarning, panel: MainAreaWidget): void {
    this._dismissed = verdict;
    this._show();
    panel.activate();
    this._guard.server.dismiss(verdict).catch(() => {
      // Then it comes back with the next page; it is not worth a message.
    });
  }

  private _dismissed: string | null = null;
  private readonly _banners = new Set<Banner>();
}

function activate(
  app: JupyterFrontEnd,
  guard: IGuard,
  settings: ISettings | null,
  translator: ITranslator | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const banners = new Banners(app, guard, settings, trans);
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew: panel => banners.add(panel as MainAreaWidget)
  });
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:banner',
  description:
    'Warns above the cells of a notebook while this machine fails a control.',
  autoStart: true,
  requires: [IGuard],
  optional: [ISettings, ITranslator],
  activate
};

export default plugin;
