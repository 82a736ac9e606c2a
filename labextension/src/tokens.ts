import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IFileAnswer, ILintAnswer, ILintRequest } from './lint_tokens';
import type { Latest, Severity, Step } from './wire';

/** The domain that every string of this extension is translated in. */
export const DOMAIN = 'jupyter_sm_guard';

export const CommandIDs = {
  showPanel: 'sm-guard:show-panel',
  refresh: 'sm-guard:refresh',
  explain: 'sm-guard:explain',
  copyReport: 'sm-guard:copy-report',
  askAdmin: 'sm-guard:ask-admin',
  snooze: 'sm-guard:snooze',
  wake: 'sm-guard:end-snooze',
  nextFinding: 'sm-guard:next-finding',
  previousFinding: 'sm-guard:previous-finding',
  showFinding: 'sm-guard:show-finding',
  showFindings: 'sm-guard:show-findings',
  lintWorkspace: 'sm-guard:lint-workspace'
} as const;

/** Why there is no report to show. */
export type Trouble =
  | 'missing' // no server extension answers
  | 'forbidden'
  | 'unreachable'
  | 'unreadable' // an answer, but not one that this version understands
  | 'failed';

/** A report as received; `receivedAt` (ms) lets its age grow while nobody asks again. */
export interface IReceived {
  latest: Latest;
  receivedAt: number;
}

/** What is known of the report; `last` is the one from before the trouble. */
export type State =
  | { kind: 'pending' }
  | ({ kind: 'ready' } & IReceived)
  | {
      kind: 'error';
      trouble: Trouble;
      last: IReceived | null;
      /** What the server says to be, where its answer tells at least that. */
      version: string | null;
    };

/** What became of the last wish for a new check. */
export type Wish =
  | { kind: 'none' }
  | { kind: 'sent' }
  | { kind: 'too-soon'; until: number }
  | { kind: 'refused'; trouble: Trouble };

/** A report written down: for reading, for programs, for a ticket, for the admin. */
export type Form = 'text' | 'json' | 'markdown' | 'ask';

/** A control of the catalogue, as `jupyter sm-guard explain` has it. */
export interface IControl {
  id: string;
  title: string;
  severity: Severity;
  category: string;
  resource_type: string;
  config_rule: string;
  schedule: string;
  what: string;
  why: string;
  fix: string;
  recreate: boolean;
  requirements: string[];
  parameters: Record<string, string[]>;
  docs: string;
  steps: Step[];
  judged: boolean;
}

/** What the server does on request; each throws a TroubleError when it does not. */
export interface IServer {
  latest(): Promise<Latest>;
  refresh(): Promise<void>;
  /** The latest report, or its finding on one check, written down. */
  written(form: Form, check?: string): Promise<string>;
  control(id: string): Promise<IControl>;
  /** Takes the notice that is due: the checks to tell of, empty when another page has them. */
  takeNotice(): Promise<string[]>;
  snooze(days: number, reason: string): Promise<void>;
  wake(): Promise<void>;
  /** Puts the warning about this verdict away. */
  dismiss(verdict: string): Promise<void>;
  /** Lints what has changed; throws a ConflictError where everything must be sent. */
  lint(request: ILintRequest): Promise<ILintAnswer>;
  lintFile(path: string, options: object): Promise<IFileAnswer>;
}

/** The report of the Jupyter server, followed as it changes. */
export interface IGuard {
  readonly state: State;
  readonly wish: Wish;
  readonly server: IServer;
  /** Says that `state` or `wish` is another one. */
  readonly changed: ISignal<IGuard, void>;
  /** Reads the server's report again; this makes the server check nothing. */
  reload(): void;
  /** Has the server check again. */
  refresh(): void;
}

export const IGuard = new Token<IGuard>(
  'jupyter-sm-guard:IGuard',
  'The report on the SageMaker controls of this machine, as the Jupyter server gives it.'
);

/** What can be chosen in the settings. */
export interface IChoices {
  banner: boolean;
  notices: boolean;
  statusBar: 'always' | 'attention' | 'never';
  lint: 'marks' | 'list' | 'off';
  lintProfile: 'project' | 'default' | 'strict';
  lintSeverity: 'critical' | 'high' | 'medium' | 'low';
  lintOff: readonly string[];
  lintOnSave: 'off' | 'report';
  lintBeforeRun: 'off' | 'ask';
}

/** The choices, followed as they change. */
export interface ISettings {
  readonly choices: IChoices;
  /** Which of them the admin's policy makes. */
  readonly fixed: readonly (keyof IChoices)[];
  readonly changed: ISignal<ISettings, void>;
}

export const ISettings = new Token<ISettings>(
  'jupyter-sm-guard:ISettings',
  'What is chosen in the settings of SageMaker Guard.'
);
