import type { Contents } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IFileAnswer, ILinter } from './lint_tokens';

/** Folders that nobody wrote. */
const LEFT_OUT = /^(\.|node_modules$|__pycache__$|venv$|lost\+found$)/;
const LINTED = /\.(ipynb|py|sh)$/i;
/** Files, and folders below folders. */
const MOST_FILES = 5000;
const DEPTH = 20;

/** Lints every notebook and script that the server's file browser shows, one after the other. */
export class WorkspaceLint {
  constructor(
    private readonly _contents: Contents.IManager,
    private readonly _linter: ILinter
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  running = false;
  done = 0;
  failed = 0;
  files: string[] = [];
  found: IFileAnswer[] = [];

  async start(): Promise<void> {
    if (this.running) {
      return;
    }
    Object.assign(this, {
      running: true,
      done: 0,
      failed: 0,
      files: [],
      found: []
    });
    this._changed.emit();
    await this._find('', 0);
    for (const path of this.files) {
      if (!this._goesOn()) {
        break;
      }
      await this._lint(path);
      this._changed.emit();
    }
    this.running = false;
    this._changed.emit();
  }

  cancel(): void {
    this.running = false;
    this._changed.emit();
  }

  // a method, since the compiler takes a field for what it was before the wait
  private _goesOn(): boolean {
    return this.running;
  }

  private async _find(folder: string, depth: number): Promise<void> {
    let entries: Contents.IModel[] = [];
    try {
      const listed = await this._contents.get(folder);
      entries = (listed.content ?? []) as Contents.IModel[];
    } catch {
      this.failed += 1;
    }
    for (const { path, name, type } of entries) {
      if (!this._goesOn() || this.files.length >= MOST_FILES) {
        return;
      }
      if (type === 'directory' && !LEFT_OUT.test(name) && depth < DEPTH) {
        await this._find(path, depth + 1);
      } else if (type !== 'directory' && LINTED.test(name)) {
        this.files.push(path);
      }
    }
    this._changed.emit();
  }

  private async _lint(path: string): Promise<void> {
    try {
      const answer = await this._linter.lintFile(path);
      if (answer.found.length > 0) {
        this.found.push({ ...answer, path });
      }
    } catch {
      this.failed += 1;
    }
    this.done += 1;
  }

  private readonly _changed = new Signal<this, void>(this);
}
