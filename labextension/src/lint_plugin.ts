import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';

import { ILinter } from './lint_tokens';
import { Linter } from './linter';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- what lints a document is there with it
import { NotebookSource } from './notebook_source';
import { scriptKind, ScriptSource } from './script_source';
import { IGuard, ISettings } from './tokens';

/** A notebook that is opened is drawn before it is linted, which waits no longer than this. */
const LONGEST_WAIT_MS = 2000;

/** The views of each document, the first that was opened in front. */
class Views<T> {
  add(key: object, view: T): IDisposable {
    const views = this._views.get(key) ?? new Set<T>();
    this._views.set(key, views.add(view));
    return new DisposableDelegate(() => views.delete(view));
  }

  of(key: object): Iterable<T> {
    return this._views.get(key) ?? [];
  }

  private readonly _views = new WeakMap<object, Set<T>>();
}

function both(one: IDisposable, other: IDisposable): IDisposable {
  return new DisposableDelegate(() => {
    one.dispose();
    other.dispose();
  });
}

function addNotebooks(app: JupyterFrontEnd, linter: Linter): void {
  const views = new Views<NotebookPanel>();
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew: (widget, given) => {
      const panel = widget as unknown as NotebookPanel;
      const context = given as DocumentRegistry.IContext<INotebookModel>;
      const view = views.add(context, panel);
      const linted = new Later(context.ready, () =>
        linter.add(
          context,
          () => new NotebookSource(context, () => views.of(context))
        )
      );
      return both(view, linted);
    }
  });
}

function addScripts(app: JupyterFrontEnd, linter: Linter): void {
  const views = new Views<CodeEditor.IEditor>();
  app.docRegistry.addWidgetExtension('Editor', {
    createNew: (widget, given) => {
      const context =
        given as DocumentRegistry.IContext<DocumentRegistry.ICodeModel>;
      const kind = scriptKind(context.path);
      if (kind === null) {
        return;
      }
      const { content } = widget as unknown as IDocumentWidget<
        Widget & { editor: CodeEditor.IEditor }
      >;
      const view = views.add(context, content.editor);
      const linted = new Later(context.ready, () =>
        linter.add(
          context,
          () => new ScriptSource(context, kind, () => views.of(context))
        )
      );
      return both(view, linted);
    }
  });
}

/** Resolves when what is there has been drawn and the page has nothing else to do; soon in any case. */
async function whenDrawn(): Promise<void> {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  // Safari has no idle time
  const { requestIdleCallback } = window as Partial<Window>;
  await new Promise<unknown>(resolve => {
    if (requestIdleCallback === undefined) {
      window.setTimeout(resolve);
    } else {
      requestIdleCallback.call(window, resolve, { timeout: LONGEST_WAIT_MS });
    }
  });
}

/** What is begun when something is ready and the page has drawn it, unless it is disposed of before. */
class Later implements IDisposable {
  constructor(ready: Promise<void>, begin: () => IDisposable) {
    void ready.then(whenDrawn).then(() => {
      if (!this.isDisposed) {
        this._begun = begin();
      }
    });
  }

  isDisposed = false;

  dispose(): void {
    this.isDisposed = true;
    this._begun?.dispose();
  }

  private _begun: IDisposable | null = null;
}

function activate(
  app: JupyterFrontEnd,
  guard: IGuard,
  settings: ISettings | null
): ILinter {
  const linter = new Linter(guard, settings);
  addNotebooks(app, linter);
  addScripts(app, linter);
  const show = (): void => {
    const widget = app.shell.currentWidget as Partial<IDocumentWidget> | null;
    linter.show(widget?.context ?? null);
  };
  void app.restored.then(show);
  app.shell.currentChanged?.connect(show);
  return linter;
}

const plugin: JupyterFrontEndPlugin<ILinter> = {
  id: 'jupyter-sm-guard:lint',
  description:
    'Lints the notebooks and scripts that are open, after each pause in typing.',
  autoStart: true,
  requires: [IGuard],
  optional: [ISettings],
  provides: ILinter,
  activate
};

export default plugin;
