import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import React from 'react';

import { canAsk } from './can_ask';
import { codeIcon } from './icons';
import { LintList } from './lint_list';
import { LintStatus } from './lint_status';
import { reportSaves } from './lint_on_save';
import { openAt } from './lint_open';
import { ILinter, type IFileFinding } from './lint_tokens';
import { CommandIDs, DOMAIN, ISettings } from './tokens';
import { WorkspaceLint } from './workspace_lint';

const RANK = 701;
const STATUS_RANK = 41;
const LISTED = [
  CommandIDs.showFindings,
  CommandIDs.lintWorkspace,
  CommandIDs.nextFinding,
  CommandIDs.previousFinding,
  CommandIDs.showFinding
];
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

/** The list in the side bar; it draws nothing before it is shown for the first time. */
class ListPanel extends ReactWidget {
  constructor(
    private readonly _list: () => React.JSX.Element,
    name: string
  ) {
    super();
    this.id = 'jp-sm-guard-lint';
    this.addClass('jp-SmGuardPanel');
    this.addClass('jp-SmGuardLintPanel');
    this.title.icon = codeIcon;
    this.title.caption = name;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', name);
    this.node.tabIndex = -1;
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected render(): React.JSX.Element | null {
    return this.isVisible ? this._list() : null;
  }
}

function activate(
  app: JupyterFrontEnd,
  linter: ILinter,
  settings: ISettings | null,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  statusBar: IStatusBar | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const workspace = new WorkspaceLint(app.serviceManager.contents, linter);
  const open = (path: string, finding: IFileFinding): void => {
    void openAt(app, path, finding);
  };
  const isSeen = (): boolean => panel.isVisible;
  const drawn = { trans, linter, workspace, open, settings, canAsk, isSeen };
  const panel: ListPanel = new ListPanel(
    () => React.createElement(LintList, drawn),
    trans.__('SageMaker Guard: Code')
  );
  app.shell.add(panel, 'right', { rank: RANK });
  restorer?.add(panel, panel.id);
  const show = (): void => {
    app.shell.activateById(panel.id);
    panel.node.focus();
  };
  addCommands(app, trans, show, workspace);
  reportSaves(app, linter, settings, trans, show);
  const category = trans.__('SageMaker Guard');
  for (const command of LISTED) {
    palette?.addItem({ command, category });
  }
  if (statusBar !== null) {
    addStatus(statusBar, linter, new LintStatus(linter, trans, show));
  }
}

function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  show: () => void,
  workspace: WorkspaceLint
): void {
  app.commands.addCommand(CommandIDs.showFindings, {
    label: trans.__('Show What the Linter Finds'),
    icon: codeIcon,
    describedBy: NO_ARGUMENTS,
    execute: show
  });
  app.commands.addCommand(CommandIDs.lintWorkspace, {
    label: trans.__('Lint All Files'),
    describedBy: NO_ARGUMENTS,
    execute: () => {
      show();
      void workspace.start();
    }
  });
}

function addStatus(
  statusBar: IStatusBar,
  linter: ILinter,
  item: LintStatus
): void {
  const activeStateChanged = new Signal<object, void>({});
  const isActive = (): boolean => (linter.current?.groups().length ?? 0) > 0;
  let wasActive = isActive();
  linter.changed.connect(() => {
    if (isActive() !== wasActive) {
      wasActive = !wasActive;
      activeStateChanged.emit();
    }
  });
  statusBar.registerStatusItem('jupyter-sm-guard:lint-status', {
    item,
    align: 'right',
    rank: STATUS_RANK,
    isActive,
    activeStateChanged
  });
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-sm-guard:list',
  description: 'Lists in the side bar what the linter finds.',
  autoStart: true,
  requires: [ILinter],
  optional: [
    ISettings,
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    IStatusBar
  ],
  activate
};

export default plugin;
