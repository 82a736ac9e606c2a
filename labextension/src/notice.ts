import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IGuard, ISettings } from './tokens';
import { names, needing } from './warning';
import type { Finding } from './wire';

/** However often a server says that one is due, a page takes no more than one in this time. */
const BETWEEN_MS = 3_600_000;

export interface INoticeOptions {
  guard: IGuard;
  settings: ISettings | null;
  trans: TranslationBundle;
  onDetails: () => void;
  onSnooze: () => void;
}

/** Says once, in one notice, what got worse; the server decides when, and which page says it. */
export class Noticer {
  constructor(private readonly _options: INoticeOptions) {
    const look = (): void => {
      this._look();
    };
    _options.guard.changed.connect(look);
    _options.settings?.changed.connect(look);
    look();
  }

  /** Takes the notice away: the user has seen what it is about. */
  close(): void {
    if (this._shown !== null) {
      Notification.dismiss(this._shown);
      this._shown = null;
    }
  }

  private _look(): void {
    const { guard, settings } = this._options;
    const { state } = guard;
    const wanted = settings?.choices.notices ?? true;
    if (!wanted || document.hidden || state.kind !== 'ready') {
      return;
    }
    const due = state.latest.attention.notice.length > 0;
    if (due && Date.now() >= this._next) {
      this._next = Date.now() + BETWEEN_MS;
      void this._take(state.latest.report.findings);
    }
  }

  private async _take(findings: readonly Finding[]): Promise<void> {
    try {
      const due = new Set(await this._options.guard.server.takeNotice());
      const worse = needing(findings).filter(({ check }) => due.has(check));
      if (worse.length > 0) {
        this._say(worse);
      }
      this._options.guard.reload();
    } catch {
      this._next = 0; // not taken: it stays due
    }
  }

  private _say(worse: readonly Finding[]): void {
    const { guard, trans, onDetails, onSnooze } = this._options;
    const { state } = guard;
    const longest =
      state.kind === 'ready' ? state.latest.attention.longest_snooze_days : 0;
    const details = { label: trans.__('Details'), callback: onDetails };
    const snooze = { label: trans.__('Snooze…'), callback: onSnooze };
    this.close();
    this._shown = Notification.warning(sentence(trans, worse), {
      autoClose: false,
      actions: longest > 0 ? [details, snooze] : [details]
    });
  }

  private _next = 0;
  private _shown: string | null = null;
}

/** At most 140 characters, after which JupyterLab cuts. */
function sentence(trans: TranslationBundle, worse: readonly Finding[]): string {
  const failing = worse.filter(({ status }) => status === 'FAILED');
  return failing.length > 0
    ? trans.__('This machine fails %1.', names(trans, failing))
    : trans.__('This machine needs a look: %1.', names(trans, worse));
}
