import React, { type ReactNode } from 'react';

import { Glyph } from './glyph';
import { chevronGlyph } from './icons';

interface IUnfoldButtonProps {
  label: string;
  /** The id of what it unfolds. */
  content: string;
  open: boolean;
  onToggle: (open: boolean) => void;
}

/** A button that unfolds something below. */
export function UnfoldButton(props: IUnfoldButtonProps): React.JSX.Element {
  const { label, content, open, onToggle } = props;
  return (
    <button
      type="button"
      className="jp-SmGuard-button"
      aria-expanded={open}
      aria-controls={open ? content : undefined}
      onClick={() => {
        onToggle(!open);
      }}
    >
      <Glyph icon={chevronGlyph} tone="chevron" />
      {label}
    </button>
  );
}

interface IUnfoldedProps {
  id: string;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** What such a button unfolds; Escape folds it again. */
export function Unfolded(props: IUnfoldedProps): React.JSX.Element {
  const { id, label, onClose, children } = props;
  const close = (event: React.KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      focusButtonOf(event.currentTarget);
      onClose();
    }
  };
  return (
    <div
      className="jp-SmGuard-actions"
      id={id}
      role="group"
      aria-label={label}
      onKeyDown={close}
    >
      {children}
    </div>
  );
}

/** Puts the focus on the button that unfolded this. */
function focusButtonOf(content: HTMLElement): void {
  const opener = `[aria-controls="${content.id}"]`;
  content.parentElement?.querySelector<HTMLElement>(opener)?.focus();
}
