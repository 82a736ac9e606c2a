import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- editors make cards without waiting
import { Cards } from './lint_cards';
import { addLintCommands } from './lint_commands';
import { Marks } from './lint_marks';
import { ILinter, type ILintFinding } from './lint_tokens';
import { DOMAIN, IGuard, ISettings } from './tokens';

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
  const marks = new Marks(marked => cards.of(marked), shown);
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
