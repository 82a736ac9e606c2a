/* Made from the Python model by `make wire`; do not edit. */

/**
 * What machine this is, as far as its metadata file proves it.
 */
export type ResourceKind =
  "notebook-instance" | "studio" | "unified-studio" | "sagemaker-other" | "not-sagemaker" | "unknown";
/**
 * Severities as AWS Security Hub assigns them to its controls, worst first.
 */
export type Severity = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW";
/**
 * What a control's verdict says. Only positive, verified evidence yields `PASSED`.
 */
export type Status = "PASSED" | "FAILED" | "WARNING" | "UNKNOWN" | "NOT_APPLICABLE";
/**
 * Why a status is neither a plain pass nor a plain fail; the list is closed.
 */
export type Reason =
  | "NOT_YET_CHECKED"
  | "NO_CREDENTIALS"
  | "EXPIRED_CREDENTIALS"
  | "CLOCK_SKEW"
  | "MISSING_PERMISSION"
  | "THROTTLED"
  | "TIMEOUT"
  | "DNS"
  | "UNREACHABLE"
  | "TLS"
  | "CAPTIVE"
  | "BAD_RESPONSE"
  | "NOT_FOUND"
  | "IDENTITY_MISMATCH"
  | "FIELD_MISSING"
  | "UNKNOWN_VALUE"
  | "METADATA_DAMAGED"
  | "EVIDENCE_INCONSISTENT"
  | "SOURCES_DISAGREE"
  | "ROOT_OBTAINABLE"
  | "STALE"
  | "COLLECTOR"
  | "NOT_PERMITTED_BY_POLICY"
  | "INTERNAL_ERROR";

/**
 * What the server answers: its latest report, whether a newer one is being made, the report's
 * age in seconds (None before the first), the seconds until the next check is due (None when none
 * is planned), the changes since the server's start, newest first, what may ask for attention,
 * and which settings are the admin's.
 */
export interface Latest {
  report: Report;
  running: boolean;
  age_s: number | null;
  next_s: number | null;
  history: Change[];
  attention: Attention;
  fixed: Fixed;
}
/**
 * Findings on one resource, worst severity first. `turned_off` names the controls that the
 * admin's policy excludes, `contact` whom the policy says to ask, `exemption_link` where it says
 * to ask for a waiver (https). `collector` is None where the notebook's own user asked.
 */
export interface Report {
  schema: number;
  kind: string;
  version: string;
  resource: Resource;
  observed_at: string;
  integrity: IntegrityFlag[];
  findings: Finding[];
  turned_off: string[];
  contact: string | null;
  exemption_link: string | null;
  collector: Collector | null;
}
/**
 * What is judged. Every field but `kind` is None where the metadata does not tell it; `app`,
 * `domain` and `space` are Studio's.
 */
export interface Resource {
  kind: ResourceKind;
  arn: string | null;
  name: string | null;
  region: string | null;
  account: string | null;
  partition: string | null;
  app: string | null;
  domain: string | null;
  space: string | null;
}
/**
 * Something that lessens what this report is worth: a short name, and what it was.
 */
export interface IntegrityFlag {
  flag: string;
  detail: string;
}
/**
 * A control's verdict on the resource, complete enough to be shown on its own.
 */
export interface Finding {
  check: string;
  title: string;
  severity: Severity;
  status: Status;
  reason: Reason | null;
  because: string;
  evidence: EvidenceRow[];
  what: string;
  why: string;
  fix: string;
  steps: Step[];
  recreate: boolean;
  requirements: string[];
  docs: string;
  waiver: Waiver | null;
  notes: string[];
}
/**
 * One known fact behind a finding; a null value means "not set".
 */
export interface EvidenceRow {
  fact: string;
  value: string | boolean | null;
  source: string;
  observed_at: string;
  request_id: string | null;
}
/**
 * One step of a remedy: what to do, and what to copy for it. In a control's steps `{name}`,
 * `{region}`, `{domain}` and `{space}` stand for the resource's own.
 */
export interface Step {
  text: string;
  command: string | null;
}
/**
 * An admin's dated exception. It changes how a finding is shown, never its status.
 */
export interface Waiver {
  owner: string;
  reason: string;
  until: string;
  ticket: string | null;
}
/**
 * Who made a report apart from Jupyter (a user of the system), and when the next one is due.
 */
export interface Collector {
  user: string;
  next_at: string;
}
/**
 * A verdict that became another one while this server watched; `before` is None for the
 * first. The beginning and the end of a waiver are changes too.
 */
export interface Change {
  check: string;
  at: string;
  before: Status | null;
  before_waived: boolean;
  after: Status;
  after_waived: boolean;
}
/**
 * What may ask for the user's attention. `verdict` names the failures and warnings as they are
 * now (empty: none), `dismissed` whether the user put the warning about exactly these away,
 * `notice` the checks that a notice is due about, `longest_snooze_days` the admin's cap.
 */
export interface Attention {
  verdict: string;
  dismissed: boolean;
  notice: string[];
  snooze: Snooze | null;
  longest_snooze_days: number;
}
/**
 * The user's wish for no notices until then, and why.
 */
export interface Snooze {
  since: string;
  until: string;
  reason: string;
}
/**
 * The lab's settings that the admin fixed; None leaves one to the user. `status_bar` is
 * `always`, `attention` or `never`; the linter's `lint` is `marks`, `list` or `off`,
 * `lint_profile` `strict`, `lint_severity` the lowest that is shown, `lint_on_save` `report` or
 * `off`, `lint_before_run` `ask` or `off`.
 */
export interface Fixed {
  banner: boolean | null;
  notices: boolean | null;
  status_bar: string | null;
  lint: string | null;
  lint_profile: string | null;
  lint_severity: string | null;
  lint_on_save: string | null;
  lint_before_run: string | null;
}
