import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Breakable } from './breakable';
import { Evidence } from './evidence';
import { FindingActions } from './finding_actions';
import { Glyph } from './glyph';
import { CheckHistory } from './history';
import { linkGlyph } from './icons';
import { Prose, Remedy } from './remedy';
import { awsDocs } from './text';
import { dayOf } from './time';
import type { IDrawn } from './view';
import type { Finding } from './wire';
import { findingWord } from './words';

interface IFindingProps {
  trans: TranslationBundle;
  finding: Finding;
}

interface IFindingDrawn extends IDrawn {
  finding: Finding;
}

/** Everything there is to say about a finding, and what can be done with it. */
export function Details(props: IFindingDrawn): React.JSX.Element {
  const { trans, guard, finding } = props;
  const { check, what, why, requirements, docs } = finding;
  return (
    <>
      <Waived trans={trans} finding={finding} />
      <h4>{trans.__('What it checks')}</h4>
      <Prose text={what} marked />
      <h4>{trans.__('What we saw')}</h4>
      <Seen trans={trans} finding={finding} />
      <h4>{trans.__('Why it matters')}</h4>
      <Prose text={why} marked />
      <Remedy trans={trans} finding={finding} />
      <h4>{trans.__('History')}</h4>
      <CheckHistory trans={trans} guard={guard} check={check} />
      <Requirements trans={trans} requirements={requirements} />
      <DocsLink trans={trans} docs={docs} />
      <FindingActions {...props} />
    </>
  );
}

/** The verdict's reason, and the evidence for it. */
export function Seen({ trans, finding }: IFindingProps): React.JSX.Element {
  const { because, reason, evidence, notes } = finding;
  return (
    <>
      <Prose text={because} />
      {reason !== null && (
        <p className="jp-SmGuard-small">
          {trans.__('Reason code:')} <code>{reason}</code>
        </p>
      )}
      {notes.length > 0 && (
        <ul className="jp-SmGuard-notes">
          {notes.map(note => (
            <li key={note}>
              <Breakable text={note} />
            </li>
          ))}
        </ul>
      )}
      {evidence.length > 0 && <Evidence trans={trans} rows={evidence} />}
    </>
  );
}

/** The admin's exception, which is no pass. */
export function Waived({
  trans,
  finding
}: IFindingProps): React.JSX.Element | null {
  const { waiver, status } = finding;
  if (waiver === null) {
    return null;
  }
  const word = findingWord(trans, { ...finding, waiver: null });
  const { owner, reason, until, ticket } = waiver;
  return (
    <p className="jp-SmGuard-waiver" data-status={status}>
      <strong>{trans.__('%1, waived until %2', word, dayOf(until))}</strong>
      <br />
      {ticket === null
        ? trans.__('By %1: %2', owner, reason)
        : trans.__('By %1: %2 (%3)', owner, reason, ticket)}
    </p>
  );
}

interface IRequirementsProps {
  trans: TranslationBundle;
  requirements: readonly string[];
}

/** The entries of other standards that AWS relates to a control. */
export function Requirements({
  trans,
  requirements
}: IRequirementsProps): React.JSX.Element | null {
  if (requirements.length === 0) {
    return null;
  }
  return (
    <details className="jp-SmGuard-requirements">
      <summary>{trans.__('Requirements (%1)', requirements.length)}</summary>
      <ul>
        {requirements.map(requirement => (
          <li key={requirement}>{requirement}</li>
        ))}
      </ul>
    </details>
  );
}

interface IDocsLinkProps {
  trans: TranslationBundle;
  docs: string;
}

/** The way to AWS's documentation. */
export function DocsLink({
  trans,
  docs
}: IDocsLinkProps): React.JSX.Element | null {
  const address = awsDocs(docs);
  if (address === null) {
    return null;
  }
  return (
    <p>
      <a
        className="jp-SmGuard-link"
        href={address}
        target="_blank"
        rel="noopener noreferrer"
      >
        {trans.__('AWS documentation')}
        <Glyph icon={linkGlyph} />
        <span className="jp-SmGuard-spoken">
          {trans.__('(opens in a new tab)')}
        </span>
      </a>
    </p>
  );
}
