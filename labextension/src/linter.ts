import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { LintDocument } from './lint_document';
import type {
  IFileAnswer,
  ILintChoices,
  ILintDocument,
  ILinter,
  ILintSource,
  ILintText
} from './lint_tokens';
import type { IChoices, IGuard, ISettings } from './tokens';
import { receivedOf } from './verdict';

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
/** What the linter knows of the machine; a change makes other findings. */
const POSTURE = ['SageMaker.1', 'SageMaker.3'];

/** Lints the documents that are open, each as long as a view of it is. */
export class Linter implements ILinter {
  constructor(
    private readonly _guard: IGuard,
    private readonly _settings: ISettings | null
  ) {
    _guard.changed.connect(this._onReport);
    _settings?.changed.connect(this._onSettings);
    this._posture = this._knownPosture();
    this._chosen = JSON.stringify(this._choices());
  }

  readonly documents = new Set<LintDocument>();

  get current(): ILintDocument | null {
    return this._current === null
      ? null
      : (this._open.get(this._current)?.document ?? null);
  }

  get changed(): ISignal<ILinter, void> {
    return this._changed;
  }

  get marked(): ISignal<ILinter, readonly ILintText[]> {
    return this._marked;
  }

  /** Another document is in front; `key` is what it was added by. */
  show(key: object | null): void {
    this._current = key;
    this._changed.emit();
  }

  /** Lints what `open` gives until the last view that asked for it is gone. */
  add(key: object, open: () => ILintSource): IDisposable {
    const there = this._open.get(key) ?? { views: 0, open, document: null };
    there.views += 1;
    this._open.set(key, there);
    this._begin(key);
    return new DisposableDelegate(() => {
      there.views -= 1;
      if (there.views === 0) {
        this._end(key);
        this._open.delete(key);
        this._changed.emit();
      }
    });
  }

  of(model: object): { document: ILintDocument; cell: ILintText } | null {
    for (const document of this.documents) {
      const cell = document.source.cellOf(model);
      if (cell !== null) {
        return { document, cell };
      }
    }
    return null;
  }

  async lintFile(path: string): Promise<IFileAnswer> {
    const { profile, off } = this._choices();
    return this._guard.server.lintFile(path, { profile, off });
  }

  private _begin(key: object): void {
    const there = this._open.get(key);
    if (there === undefined || there.document !== null || !this._isOn()) {
      return;
    }
    const { server } = this._guard;
    const document = new LintDocument(
      there.open(),
      request => server.lint(request),
      this._choices()
    );
    there.document = document;
    this.documents.add(document);
    document.changed.connect(this._onFound);
  }

  private _end(key: object): void {
    const there = this._open.get(key);
    const document = there?.document;
    if (there && document) {
      there.document = null;
      this.documents.delete(document);
      document.dispose();
    }
  }

  private _isOn(): boolean {
    const { lint, lintBeforeRun } = this._settings?.choices ?? {};
    return lint !== 'off' || lintBeforeRun === 'ask';
  }

  private _choices(): ILintChoices {
    const choices: Partial<IChoices> = this._settings?.choices ?? {};
    const { lintProfile, lintOff, lintSeverity } = choices;
    const least = (lintSeverity ?? 'low').toUpperCase();
    return {
      profile:
        lintProfile === 'default' || lintProfile === 'strict'
          ? lintProfile
          : null,
      off: lintOff ?? [],
      severities: SEVERITIES.slice(
        0,
        SEVERITIES.findIndex(severity => severity === least) + 1
      )
    };
  }

  private _knownPosture(): string {
    const findings =
      receivedOf(this._guard.state)?.latest.report.findings ?? [];
    return findings
      .filter(({ check }) => POSTURE.includes(check))
      .map(({ check, status }) => `${check} ${status}`)
      .join();
  }

  private readonly _onReport = (): void => {
    const posture = this._knownPosture();
    if (posture !== this._posture) {
      this._posture = posture;
      this._again();
    }
  };

  private readonly _onSettings = (): void => {
    const chosen = JSON.stringify(this._choices());
    for (const key of this._open.keys()) {
      if (this._isOn()) {
        this._begin(key);
      } else {
        const cells = this._open.get(key)?.document?.source.cells() ?? [];
        this._end(key);
        this._marked.emit(cells);
      }
    }
    if (chosen !== this._chosen) {
      this._chosen = chosen;
      this._again();
    }
    this._changed.emit();
  };

  private _again(): void {
    for (const document of this.documents) {
      document.again(this._choices());
    }
  }

  private readonly _onFound = (
    document: ILintDocument,
    cells: readonly ILintText[]
  ): void => {
    this._marked.emit(cells);
    if (document === this.current) {
      this._changed.emit();
    }
  };

  private _current: object | null = null;
  private _posture: string;
  private _chosen: string;
  private readonly _open = new Map<
    object,
    { views: number; open: () => ILintSource; document: LintDocument | null }
  >();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _marked = new Signal<this, readonly ILintText[]>(this);
}
