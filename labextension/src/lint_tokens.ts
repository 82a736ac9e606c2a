import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Severity } from './wire';

/** Replace what stands from `start` to `end` in a cell, as long as it is `old`. */
export interface ILintEdit {
  cell: string;
  start: number;
  end: number;
  old: string;
  text: string;
}

/** A change that removes a finding; safe where the code then does the same in all but that. */
export interface ILintFix {
  message: string;
  safe: boolean;
  edits: ILintEdit[];
}

/** What the linter says of a place in a cell. Offsets are the editor's; `last` is where the
 * statement ends, `output` the number of the text output that it is in, if it is in one. */
export interface ILintFinding {
  check: string;
  severity: Severity;
  controls: string[];
  message: string;
  likely: boolean;
  start: number;
  end: number;
  last: number;
  line: number;
  output: number | null;
  fix: ILintFix | null;
}

/** What is said of a rule beside its findings. */
export interface IRuleNote {
  title: string;
  what: string;
  why: string;
  how: string;
}

/** A cell as it is sent. */
export interface ILintCell {
  id: string;
  type: string;
  source: string;
  language: string;
  outputs: string[];
  tags: string[];
}

/** What has changed in a document since the revision `base`; everything where that is null. */
export interface ILintRequest {
  document: string;
  path: string;
  kind: Kind;
  base: number | null;
  revision: number;
  order: string[] | null;
  cells: ILintCell[];
  profile: 'default' | 'strict' | null;
  off: string[];
}

/** The findings that changed, by cell; `more`: there is more to look at, ask again. */
export interface ILintAnswer {
  revision: number;
  cells: Record<string, ILintFinding[]>;
  rules: Record<string, IRuleNote>;
  more: boolean;
  mandatory: string[];
  posture: string[];
}

/** A finding in a file that is not open. */
export interface IFileFinding {
  check: string;
  severity: Severity;
  message: string;
  cell: number;
  id: string | null;
  line: number;
}

export interface IFileAnswer {
  path: string;
  found: IFileFinding[];
  skipped: string[];
}

/** What may be chosen of a document's linting. */
export interface ILintChoices {
  profile: 'default' | 'strict' | null;
  off: readonly string[];
  severities: readonly Severity[];
}

export type Kind = 'notebook' | 'python' | 'shell';

/** A cell of an open document, as the user has it now. */
export interface ILintText {
  readonly id: string;
  /** Where it stands now; counts from 0. */
  readonly index: number;
  /** What its editors show; where their marks are found by. */
  readonly model: object;
  readonly type: string;
  source(): string;
  language(): string;
  outputs(): string[];
  tags(): string[];
  /** One step to undo, in every view of it. */
  edit(edits: readonly ILintEdit[]): void;
}

/** An open document: its cells, and word of every change. */
export interface ILintSource {
  readonly kind: Kind;
  readonly path: string;
  cells(): readonly ILintText[];
  /** Those of them that there are. */
  cellsOf(ids: Iterable<string>): ILintText[];
  /** The cell that an editor's model is of. */
  cellOf(model: object): ILintText | null;
  /** Says which cell has changed; null where the list of cells has. */
  readonly changed: ISignal<ILintSource, ILintText | null>;
  /** Where the cursor is. */
  cursor(): { cell: ILintText; offset: number } | null;
  /** Shows a place to the user. */
  reveal(cell: ILintText, finding: ILintFinding): Promise<void>;
  dispose(): void;
}

/** A cell with findings. */
export interface ILintGroup {
  cell: ILintText;
  findings: readonly ILintFinding[];
}

/** The findings of an open document, followed as it changes. */
export interface ILintDocument {
  readonly source: ILintSource;
  /** Says of which cells the findings are other ones. */
  readonly changed: ISignal<ILintDocument, readonly ILintText[]>;
  /** The same array as long as they are the same. */
  findings(cell: ILintText): readonly ILintFinding[];
  /** Whether what is known of a cell is known of it as it is now. */
  isSettled(cell: ILintText): boolean;
  /** Waits until a cell is settled, for so long at most. */
  settle(cell: ILintText, limitMs: number): Promise<void>;
  groups(): ILintGroup[];
  note(check: string): IRuleNote | null;
  isMandatory(check: string): boolean;
  /** Whether the linter does not answer now. */
  readonly troubled: boolean;
  /** Makes the change; false where the text is no longer the one that was linted. */
  fix(cell: ILintText, finding: ILintFinding): boolean;
  /** Writes a comment that suppresses the finding. */
  suppress(cell: ILintText, finding: ILintFinding, reason: string): boolean;
}

export interface ILinter {
  /** The document in front, if it is one that is linted. */
  readonly current: ILintDocument | null;
  /** Says that the document in front is another one, or that its findings are. */
  readonly changed: ISignal<ILinter, void>;
  readonly documents: ReadonlySet<ILintDocument>;
  /** Says of which cells of which document the findings are other ones. */
  readonly marked: ISignal<ILinter, readonly ILintText[]>;
  /** The document and cell that an editor's model belongs to. */
  of(model: object): { document: ILintDocument; cell: ILintText } | null;
  lintFile(path: string): Promise<IFileAnswer>;
}

export const ILinter = new Token<ILinter>(
  'jupyter-sm-guard:ILinter',
  'What the linter finds in the documents that are open.'
);
