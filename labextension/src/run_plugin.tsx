import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import React from 'react';

import { canAsk } from './can_ask';
import { ILinter, type ILintDocument, type ILintFinding } from './lint_tokens';
import { RunGate } from './run_gate';
import { codeAndWords } from './text';
import { DOMAIN, ISettings } from './tokens';

function coded(text: string): React.ReactNode[] {
  return codeAndWords(text).map((part, index) =>
    index % 2 === 1 ? <code key={index}>{part}</code> : part
  );
}

async function ask(
  trans: TranslationBundle,
  document: ILintDocument,
  findings: readonly ILintFinding[]
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Run this cell?'),
    body: (
      <div className="jp-SmGuardRun">
        <p>{trans.__('It breaks what your admin’s policy makes mandatory:')}</p>
        <ul>
          {findings.map(({ check, line, message }, number) => (
            <li key={number}>
              {trans.__('line %1', String(line))}: {message}
              <p>{coded(document.note(check)?.how ?? '')}</p>
            </li>
          ))}
        </ul>
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Run anyway') })
    ],
    defaultButton: 0
  });
  return button.accept;
}

function activate(
  _: JupyterFrontEnd,
  linter: ILinter | null,
  settings: ISettings | null,
  translator: ITranslator | null
): INotebookCellExecutor {
  if (linter === null || settings === null) {
    return { runCell };
  }
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const gate = new RunGate(linter, settings, (document, findings) =>
    ask(trans, document, findings)
  );
  return {
    runCell: options => {
      const may = gate.mayRun(options.notebook, options.cell.model);
      return may === true
        ? runCell(options)
        : may.then(goes => goes && runCell(options));
    }
  };
}

/** In place of JupyterLab's own, which it hands everything on to. What it needs is optional: cells
 * run without it. */
const plugin: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: 'jupyter-sm-guard:run',
  description: 'Asks before a cell runs that breaks a mandatory rule.',
  autoStart: true,
  optional: [ILinter, ISettings, ITranslator],
  ...(canAsk ? { provides: INotebookCellExecutor } : {}),
  activate
};

export default plugin;
