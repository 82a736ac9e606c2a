import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import type { EditorView } from '@codemirror/view';

import { lintCard } from './lint_card';
import { addLintCommands } from './lint_commands';
import { Marks } from './lint_marks';
import { ILinter, type ILintFinding } from './lint_tokens';
import { CommandIDs, DOMAIN, IGuard, ISettings } from './tokens';
import { receivedOf } from './verdict';
import type { Finding } from './wire';

/** What the cards are made of. */
class Cards {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _linter: ILinter,
    private readonly _guard: IGuard,
    private readonly _trans: TranslationBundle
  ) {}

  /** The card of an editor's findings. */
  of(
    model: object,
    view: EditorView,
    findings: readonly ILintFinding[],
    held: boolean
  ): HTMLElement {
    const cards = document.createElement('div');
    cards.className = 'jp-SmGuardLintCards';
    const there = this._linter.of(model);
    if (there === null) {
      return cards;
    }
    for (const finding of findings) {
      cards.append(this._card(there, finding, view));
    }
    cards.dataset.lmSuppressShortcuts = 'true'; // the notebook has commands on single keys
    cards.addEventListener('keydown', event => {
      event.stopPropagation();
      if (event.key === 'Escape') {
        Marks.close(view);
      }
    });
    if (held) {
      cards.setAttribute('role', 'dialog');
      cards.setAttribute('aria-label', this._trans.__('SageMaker Guard'));
    }
    return cards;
  }

  private _card(
    { document, cell }: NonNullable<ReturnType<ILinter['of']>>,
    finding: ILintFinding,
    view: EditorView
  ): HTMLElement {
    const content = {
      trans: this._trans,
      finding,
      note: document.note(finding.check),
      verdicts: this._verdicts(finding),
      mandatory: document.isMandatory(finding.check)
    };
    return lintCard(content, {
      fix: () => document.fix(cell, finding),
      suppress: reason => document.suppress(cell, finding, reason),
      explain: check => {
        void this._app.commands.execute(CommandIDs.explain, { check });
      },
      close: () => {
        Marks.close(view);
      }
    });
  }

  private _verdicts({ controls }: ILintFinding): Finding[] {
    const received = receivedOf(this._guard.state);
    const findings = received?.latest.report.findings ?? [];
    return findings.filter(({ check }) => controls.includes(check));
  }
}

function activate(
  app: JupyterFrontEnd,
  linter: ILinter,
  guard: IGuard,
  registry: IEditorExtensionRegistry,
  settings: ISettings | null,
  translator: ITranslator | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const cards = new Cards(app, linter, guard, trans);
  const shown = (model: object): readonly ILintFinding[] => {
    const there = settings?.choices.lint === 'list' ? null : linter.of(model);
    const findings = there?.document.findings(there.cell) ?? [];
    return findings.filter(({ output }) => output === null);
  };
  const marks = new Marks(
    (model, view, findings, held) => cards.of(model, view, findings, held),
    shown
  );
  registry.addExtension({
    name: 'jupyter-sm-guard:marks',
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension(marks.extension(model))
  });
  addLintCommands(app, linter, trans, model => marks.open(model));
  linter.marked.connect((_, cells) => {
    for (const { model } of cells) {
      marks.mark(model, shown(model));
    }
  });
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:marks',
  description: 'Marks in the editors what the linter finds.',
  autoStart: true,
  requires: [ILinter, IGuard, IEditorExtensionRegistry],
  optional: [ISettings, ITranslator],
  activate
};

export default plugin;
