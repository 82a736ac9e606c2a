import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';

import { Evidence } from './evidence';
import { Glyph } from './glyph';
import { chevronGlyph, linkGlyph, standingIcons, statusIcons } from './icons';
import { Prose, Remedy } from './remedy';
import { awsDocs } from './text';
import { dayOf } from './time';
import type { Finding } from './wire';
import { findingWord, severityWord } from './words';

interface IFindingProps {
  trans: TranslationBundle;
  finding: Finding;
}

interface IFindingRowProps extends IFindingProps {
  open: boolean;
  onToggle: () => void;
}

/** A finding's line, and under it, on demand, everything there is to say about it. */
export function FindingRow(props: IFindingRowProps): React.JSX.Element {
  const { trans, finding, open, onToggle } = props;
  const details = useId();
  return (
    <li
      className="jp-SmGuard-finding"
      data-check={finding.check}
      data-status={finding.status}
    >
      <h3>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? details : undefined}
          onClick={onToggle}
        >
          <Glyph icon={chevronGlyph} tone="chevron" />
          <span className="jp-SmGuard-line">
            <StatusMark trans={trans} finding={finding} />
            <span className="jp-SmGuard-severity">
              {severityWord(trans, finding.severity)}
            </span>
          </span>
          <Title finding={finding} />
        </button>
      </h3>
      {open && (
        <div className="jp-SmGuard-details" id={details}>
          <Details trans={trans} finding={finding} />
        </div>
      )}
    </li>
  );
}

/** A finding that does not apply here: nothing to unfold. */
export function CompactRow({
  trans,
  finding
}: IFindingProps): React.JSX.Element {
  return (
    <li
      className="jp-SmGuard-compact"
      data-check={finding.check}
      data-status={finding.status}
    >
      <StatusMark trans={trans} finding={finding} />
      <Title finding={finding} />
    </li>
  );
}

function Title({ finding }: Pick<IFindingProps, 'finding'>): React.JSX.Element {
  return (
    <span className="jp-SmGuard-title">
      <span className="jp-SmGuard-id">{finding.check}</span> {finding.title}
    </span>
  );
}

function StatusMark({ trans, finding }: IFindingProps): React.JSX.Element {
  const waiting = finding.reason === 'NOT_YET_CHECKED';
  return (
    <span className="jp-SmGuard-status">
      <Glyph
        icon={waiting ? standingIcons.checking : statusIcons[finding.status]}
        tone={finding.status}
      />
      {findingWord(trans, finding)}
    </span>
  );
}

function Details({ trans, finding }: IFindingProps): React.JSX.Element {
  const { what, why, because, reason, evidence, requirements, docs } = finding;
  return (
    <>
      <Waived trans={trans} finding={finding} />
      <h4>{trans.__('What AWS checks')}</h4>
      <Prose text={what} marked />
      <h4>{trans.__('What we saw')}</h4>
      <Prose text={because} />
      {reason !== null && (
        <p className="jp-SmGuard-small">
          {trans.__('Reason code:')} <code>{reason}</code>
        </p>
      )}
      {evidence.length > 0 && <Evidence trans={trans} rows={evidence} />}
      <h4>{trans.__('Why it matters')}</h4>
      <Prose text={why} marked />
      <Remedy trans={trans} finding={finding} />
      <Requirements trans={trans} requirements={requirements} />
      <DocsLink trans={trans} docs={docs} />
    </>
  );
}

function Waived({ trans, finding }: IFindingProps): React.JSX.Element | null {
  const { waiver, status } = finding;
  if (waiver === null) {
    return null;
  }
  const word = findingWord(trans, { ...finding, waiver: null });
  const { owner, reason, until } = waiver;
  return (
    <p className="jp-SmGuard-waiver" data-status={status}>
      <strong>{trans.__('%1, waived until %2', word, dayOf(until))}</strong>
      <br />
      {trans.__('By %1: %2', owner, reason)}
    </p>
  );
}

interface IRequirementsProps {
  trans: TranslationBundle;
  requirements: readonly string[];
}

function Requirements({
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

function DocsLink({ trans, docs }: IDocsLinkProps): React.JSX.Element | null {
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
