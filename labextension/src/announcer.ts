import type { TranslationBundle } from '@jupyterlab/translation';

import { verdictSentence } from './sentences';
import type { IGuard, State } from './tokens';
import { findingsAt, receivedOf } from './verdict';
import { needing } from './warning';

/**
 * Tells a screen reader when the verdict has become another one; JupyterLab has no live region that
 * an extension could use. Only a control that newly fails interrupts.
 */
export class Announcer {
  constructor(
    private readonly _guard: IGuard,
    private readonly _trans: TranslationBundle
  ) {
    _guard.changed.connect(() => {
      this._listen();
    });
    this._listen(); // the first report may be there already
  }

  /** The regions, which must be in the page before anything is said in them. */
  readonly nodes = [region('status'), region('alert')] as const;

  private _listen(): void {
    const { state } = this._guard;
    if (state.kind === 'pending') {
      return;
    }
    const sentence = verdictSentence(this._trans, state, Date.now());
    const failing = failed(state);
    const news = [...failing].some(check => !this._failing.has(check));
    const urgent = news && this._said !== '';
    if (sentence !== this._said || urgent) {
      const [calm, alert] = this.nodes;
      const text = this._trans.__('SageMaker Guard: %1', sentence);
      calm.textContent = urgent ? '' : text;
      alert.textContent = urgent ? text : '';
      this._said = sentence;
    }
    if (state.kind === 'ready') {
      this._failing = failing;
    }
  }

  private _said = '';
  private _failing: ReadonlySet<string> = new Set();
}

function failed(state: State): Set<string> {
  const received = receivedOf(state);
  const findings = received === null ? [] : findingsAt(received, Date.now());
  const failing = needing(findings).filter(f => f.status === 'FAILED');
  return new Set(failing.map(({ check }) => check));
}

function region(role: 'status' | 'alert'): HTMLElement {
  const node = document.createElement('div');
  node.className = 'jp-SmGuard-spoken';
  node.setAttribute('role', role);
  node.setAttribute('aria-live', role === 'alert' ? 'assertive' : 'polite');
  node.dataset.testid = `sm-guard-${role === 'alert' ? 'urgent' : 'calm'}`;
  return node;
}
