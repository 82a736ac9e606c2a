import React, { useMemo } from 'react';

import { FilterBar } from './filter_bar';
import { CompactRow, FindingRow } from './finding';
import { countEach, listed } from './listing';
import { emptySentence } from './listing_words';
import { LongList } from './long_list';
import type { IReceived } from './tokens';
import { findingsAt, isJudged } from './verdict';
import { ROWS, type IDrawn } from './view';
import type { Finding } from './wire';

interface IFindingsProps extends IDrawn {
  received: IReceived;
}

/** The findings that the reader wants listed. */
export function Findings(props: IFindingsProps): React.JSX.Element {
  const { trans, received, view } = props;
  const findings = findingsAt(received, Date.now());
  const judged = isJudged(findings);
  const counts = useMemo(() => countEach(findings), [findings]);
  // Where no control applies there is nothing to choose from.
  const filter = judged ? view.filter : 'all';
  const items = useMemo(
    () => listed(findings, filter, view.order),
    [findings, filter, view.order]
  );
  return (
    <>
      {judged && <FilterBar {...props} counts={counts} />}
      {items.length === 0 ? (
        <p className="jp-SmGuard-note" role="status">
          {emptySentence(trans, filter)}
        </p>
      ) : (
        <Rows {...props} items={items} judged={judged} />
      )}
    </>
  );
}

interface IRowsProps extends IDrawn {
  items: readonly Finding[];
  /** Whether any control applies. */
  judged: boolean;
}

function Rows(props: IRowsProps): React.JSX.Element {
  const { trans, view, onView, items, judged } = props;
  return (
    <LongList
      trans={trans}
      className="jp-SmGuard-findings"
      label={trans.__('Controls')}
      items={items}
      shown={view.rows}
      step={ROWS}
      onShown={rows => {
        onView({ rows });
      }}
      onKeyDown={move}
      draw={finding =>
        !judged && finding.status === 'NOT_APPLICABLE' ? (
          <CompactRow key={finding.check} trans={trans} finding={finding} />
        ) : (
          <FindingRow key={finding.check} {...props} finding={finding} />
        )
      }
    />
  );
}

/** Up and down the rows, as in a list of files. */
function move(event: React.KeyboardEvent<HTMLUListElement>): void {
  const rows = event.currentTarget.querySelectorAll<HTMLElement>('h3 > button');
  const buttons = Array.from(rows);
  const here = buttons.findIndex(button => button === event.target);
  const last = buttons.length - 1;
  const targets: Partial<Record<string, number>> = {
    ArrowUp: Math.max(here - 1, 0),
    ArrowDown: Math.min(here + 1, last),
    Home: 0,
    End: last
  };
  const target = targets[event.key];
  const modified = event.altKey || event.ctrlKey || event.metaKey;
  if (here >= 0 && target !== undefined && !modified && !event.shiftKey) {
    event.preventDefault();
    buttons[target]?.focus();
  }
}
