import React, { useId } from 'react';

import { FILTERS, ORDERS, type Filter, type Order } from './listing';
import { filterWord, orderWord } from './listing_words';
import { ROWS, type IDrawn } from './view';
import { numberText } from './words';

interface IFilterBarProps extends Omit<IDrawn, 'guard'> {
  counts: Record<Filter, number>;
}

/** Which findings are listed, and in what order. */
export function FilterBar(props: IFilterBarProps): React.JSX.Element {
  return (
    <div className="jp-SmGuard-filterBar">
      <Filters {...props} />
      <Orders {...props} />
    </div>
  );
}

function Filters(props: IFilterBarProps): React.JSX.Element {
  const { trans, view, onView, counts } = props;
  const name = useId();
  const filters = FILTERS.filter(
    filter =>
      filter !== 'warning' || counts.warning > 0 || view.filter === 'warning'
  );
  return (
    <fieldset>
      <legend className="jp-SmGuard-spoken">
        {trans.__('Controls to show')}
      </legend>
      {filters.map(filter => (
        <label key={filter} className="jp-SmGuard-filter">
          <input
            type="radio"
            name={name}
            value={filter}
            checked={view.filter === filter}
            onChange={() => {
              onView({ filter, rows: ROWS });
            }}
          />
          <span>
            {filterWord(trans, filter)} <b>{numberText(counts[filter])}</b>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Orders({ trans, view, onView }: IFilterBarProps): React.JSX.Element {
  return (
    <label className="jp-SmGuard-order">
      {trans.__('Sort by')}
      <select
        value={view.order}
        onChange={event => {
          onView({ order: event.target.value as Order, rows: ROWS });
        }}
      >
        {ORDERS.map(order => (
          <option key={order} value={order}>
            {orderWord(trans, order)}
          </option>
        ))}
      </select>
    </label>
  );
}
