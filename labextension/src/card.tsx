import type { LabIcon } from '@jupyterlab/ui-components';
import React, { type ReactNode } from 'react';

import { Glyph } from './glyph';
import { noticeGlyph } from './icons';

interface ICardProps {
  state: string;
  icon?: LabIcon;
  tone?: string;
  title: string;
  children: ReactNode;
}

/** A state in words: what it is, and what follows from it. */
export function Card(props: ICardProps): React.JSX.Element {
  const { state, icon = noticeGlyph, tone = 'quiet', title, children } = props;
  return (
    <div className="jp-SmGuard-card" data-state={state} data-tone={tone}>
      <h3>
        <Glyph icon={icon} tone={tone} />
        <span>{title}</span>
      </h3>
      {children}
    </div>
  );
}
