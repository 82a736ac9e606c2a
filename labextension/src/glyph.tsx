import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

interface IGlyphProps {
  icon: LabIcon;
  /** Gives the colour; the words beside the glyph say what it means. */
  tone?: string;
}

/** An icon that is decoration to a screen reader: the words beside it say the same. */
export function Glyph({ icon, tone }: IGlyphProps): React.JSX.Element {
  return (
    <span className="jp-SmGuard-glyph" data-tone={tone} aria-hidden="true">
      <icon.react tag="span" />
    </span>
  );
}
