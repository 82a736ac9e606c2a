import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { EvidenceRow } from './wire';

interface IEvidenceProps {
  trans: TranslationBundle;
  rows: readonly EvidenceRow[];
}

/**
 * Who said what, and when.
 *
 * The roles are written out because the narrow layout takes the table's display away, and with it
 * some browsers drop what a table means to a screen reader.
 */
export function Evidence({ trans, rows }: IEvidenceProps): React.JSX.Element {
  const heads = [
    trans.__('Fact'),
    trans.__('Value'),
    trans.__('Source'),
    trans.__('Time'),
    trans.__('Request id')
  ];
  return (
    <table
      className="jp-SmGuard-evidence"
      role="table"
      aria-label={trans.__('Evidence')}
    >
      <thead role="rowgroup">
        <tr role="row">
          {heads.map(head => (
            <th key={head} role="columnheader" scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, index) => (
          <Row key={index} trans={trans} row={row} heads={heads} />
        ))}
      </tbody>
    </table>
  );
}

interface IRowProps {
  trans: TranslationBundle;
  row: EvidenceRow;
  heads: readonly string[];
}

function Row({ trans, row, heads }: IRowProps): React.JSX.Element {
  const { fact, source, observed_at, request_id } = row;
  const rest = [source, observed_at, request_id ?? trans.__('none')];
  return (
    <tr role="row">
      <th role="rowheader" scope="row" data-head={heads[0]}>
        {fact}
      </th>
      <td role="cell" data-head={heads[1]}>
        <code>{valueText(trans, row.value)}</code>
      </td>
      {rest.map((text, index) => (
        <td key={index} role="cell" data-head={heads[index + 2]}>
          {text}
        </td>
      ))}
    </tr>
  );
}

function valueText(
  trans: TranslationBundle,
  value: EvidenceRow['value']
): string {
  if (value === null || value === '') {
    return trans.__('not set');
  }
  return typeof value === 'boolean' ? String(value) : value;
}
