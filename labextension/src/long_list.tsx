import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef } from 'react';

import { numberText } from './words';

interface ILongListProps<T> {
  trans: TranslationBundle;
  className: string;
  label: string;
  items: readonly T[];
  /** How many may be drawn, and how many more each time. */
  shown: number;
  step: number;
  onShown: (shown: number) => void;
  onKeyDown?: React.KeyboardEventHandler<HTMLUListElement>;
  /** Draws a list item; it can take the focus, or has a button that can. */
  draw: (item: T) => React.JSX.Element;
}

/** The first items of a list, and a button for more that says how many are left. */
export function LongList<T>(props: ILongListProps<T>): React.JSX.Element {
  const { className, label, items, shown, step, onShown, draw } = props;
  const list = useRef<HTMLUListElement>(null);
  const next = useRef<number | null>(null);
  useEffect(() => {
    if (next.current !== null) {
      const item = list.current?.children[next.current];
      const target = item?.querySelector<HTMLElement>('button') ?? item;
      (target as HTMLElement | undefined)?.focus();
      next.current = null;
    }
  }, [shown]);

  const left = items.length - shown;
  const more = (): void => {
    next.current = shown;
    onShown(shown + step);
  };
  return (
    <>
      <ul
        ref={list}
        className={className}
        aria-label={label}
        onKeyDown={props.onKeyDown}
      >
        {items.slice(0, shown).map(draw)}
      </ul>
      {left > 0 && (
        <button
          type="button"
          className="jp-SmGuard-button jp-SmGuard-more"
          onClick={more}
        >
          {moreWords(props.trans, Math.min(step, left), left)}
        </button>
      )}
    </>
  );
}

function moreWords(
  trans: TranslationBundle,
  more: number,
  left: number
): string {
  return trans.__('Show %1 more (%2 left)', numberText(more), numberText(left));
}
