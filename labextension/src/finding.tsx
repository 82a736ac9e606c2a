import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';

import { Details } from './details';
import { Glyph } from './glyph';
import { chevronGlyph, standingIcons, statusIcons } from './icons';
import { dayOf } from './time';
import { isWaived } from './verdict';
import type { IDrawn } from './view';
import type { Finding } from './wire';
import { findingWord, severityWord } from './words';

interface IFindingProps {
  trans: TranslationBundle;
  finding: Finding;
}

interface IFindingRowProps extends IDrawn {
  finding: Finding;
}

/** A finding's line, and under it, on demand, everything there is to say about it. */
export function FindingRow(props: IFindingRowProps): React.JSX.Element {
  const { trans, finding, view, onView } = props;
  const details = useId();
  const open = view.open.has(finding.check);
  const toggle = (): void => {
    const others = [...view.open].filter(check => check !== finding.check);
    onView({ open: new Set(open ? others : [...others, finding.check]) });
  };
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
          onClick={toggle}
        >
          <Glyph icon={chevronGlyph} tone="chevron" />
          <span className="jp-SmGuard-line">
            <StatusMark trans={trans} finding={finding} />
            <span className="jp-SmGuard-severity">
              {severityWord(trans, finding.severity)}
            </span>
          </span>
          <Title finding={finding} />
          <Until trans={trans} finding={finding} />
        </button>
      </h3>
      {open && (
        <div className="jp-SmGuard-details" id={details}>
          <Details {...props} />
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

/** How long a waived finding is none to act upon, and who says so. */
function Until({ trans, finding }: IFindingProps): React.JSX.Element | null {
  const { waiver } = finding;
  return waiver === null || !isWaived(finding) ? null : (
    <span className="jp-SmGuard-until">
      {trans.__('Waived until %1 by %2', dayOf(waiver.until), waiver.owner)}
    </span>
  );
}

/** The status in shape and word. */
export function StatusMark({
  trans,
  finding
}: IFindingProps): React.JSX.Element {
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
