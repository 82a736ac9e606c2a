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
  /** Whether there were more files than were looked for. */
  beyond = false;
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
      beyond: false,
      done: 0,
      failed: 0,
      files: [],
      found: []
    });
    const run = (this._run = {});
    this._changed.emit();
    await this._find('', 0, run);
    for (const path of this.files) {
      if (this._run !== run) {
        return;
      }
      await this._lint(path, run);
    }
    if (this._run === run) {
      this.cancel();
    }
  }

  cancel(): void {
    this._run = null;
    this.running = false;
    this._changed.emit();
  }

  private async _find(
    folder: string,
    depth: number,
    run: object
  ): Promise<void> {
    let entries: Contents.IModel[] = [];
    try {
      const listed = await this._contents.get(folder);
      entries = (listed.content ?? []) as Contents.IModel[];
    } catch {
      this.failed += 1;
    }
    for (const { path, name, type } of entries) {
      const isFolder = type === 'directory' && !LEFT_OUT.test(name);
      const isFile = type !== 'directory' && LINTED.test(name);
      const isFull = this.files.length === MOST_FILES;
      this.beyond ||= (isFolder && depth === DEPTH) || (isFile && isFull);
      if (this._run !== run || (isFull && this.beyond)) {
        return;
      }
      if (isFolder && depth < DEPTH) {
        await this._find(path, depth + 1, run);
      } else if (isFile) {
        this.files.push(path);
      }
    }
    this._changed.emit();
  }

  private async _lint(path: string, run: object): Promise<void> {
    const answer = await this._linter.lintFile(path).catch(() => null);
    if (this._run !== run) {
      return;
    }
    if (answer === null) {
      this.failed += 1;
    } else if (answer.found.length > 0) {
      this.found.push({ ...answer, path });
    }
    this.done += 1;
    this._changed.emit();
  }

  /** The run that goes on; one that was cancelled finds another, or none. */
  private _run: object | null = null;

  private readonly _changed = new Signal<this, void>(this);
}
