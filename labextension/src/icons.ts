import { LabIcon } from '@jupyterlab/ui-components';

import type { Counted, Standing } from './verdict';

function icon(name: string, path: string): LabIcon {
  return new LabIcon({
    name: `jupyter-sm-guard:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path fill="currentColor" fill-rule="evenodd" d="${path}"/></svg>`
  });
}

const DISC = 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z';

/** On the panel's tab; `jp-icon3` gives it the colour of its neighbours. */
export const shieldIcon = new LabIcon({
  name: 'jupyter-sm-guard:shield',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3 jp-icon-selectable" fill="#616161" fill-rule="evenodd" d="M12 1.5 20.5 5v6.2c0 5.2-3.6 9.9-8.5 11.3-4.9-1.4-8.5-6.1-8.5-11.3V5zM12 3.7 5.5 6.35v4.85c0 4.2 2.8 7.95 6.5 9.2 3.7-1.25 6.5-5 6.5-9.2V6.35zM16.2 8.3l1.3 1.3-6.5 6.5-4-4 1.3-1.3 2.7 2.7z"/></svg>'
});

/** On the tab of what the linter finds. */
export const codeIcon = new LabIcon({
  name: 'jupyter-sm-guard:code',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3 jp-icon-selectable" fill="#616161" d="M8.6 6.4 3 12l5.6 5.6L10 16.2 5.8 12 10 7.8zM15.4 6.4 14 7.8l4.2 4.2-4.2 4.2 1.4 1.4L21 12z"/></svg>'
});

const passed = icon(
  'passed',
  `${DISC}M11.3 4.9 7 9.2 4.7 6.9 3.5 8.1 7 11.6l5.5-5.5z`
);
const failed = icon(
  'failed',
  'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1zM5.6 4.4 4.4 5.6 6.8 8l-2.4 2.4 1.2 1.2L8 9.2l2.4 2.4 1.2-1.2L9.2 8l2.4-2.4-1.2-1.2L8 6.8z'
);
const warning = icon(
  'warning',
  'M8 1.2 15.5 14.5H.5zM7.15 5.8v4.2h1.7V5.8zM7.15 11.3V13h1.7v-1.7z'
);
const unknown = icon(
  'unknown',
  `${DISC}M8 3.7c-1.7 0-2.9 1.1-2.95 2.7h1.6c.05-.8.55-1.25 1.3-1.25.75 0 1.25.45 1.25 1.1 0 .6-.3.9-.95 1.35-.8.55-1.1 1.1-1.05 2.15h1.55c0-.6.2-.85.9-1.35.8-.55 1.2-1.25 1.2-2.15C10.85 4.7 9.7 3.7 8 3.7zM7.1 10.8v1.7h1.7v-1.7z`
);
const notApplicable = icon('not-applicable', `${DISC}M4.2 7.15v1.7h7.6v-1.7z`);
const checking = icon(
  'checking',
  `${DISC}M7.2 3.7v4.9l3.3 2 .8-1.35-2.5-1.5V3.7z`
);
const waived = icon('waived', `${DISC}M4.9 4.2v7.6h2V4.2zM9.1 4.2v7.6h2V4.2z`);
const offline = icon(
  'offline',
  'M1.9.9.8 2l2.85 2.85A3.9 3.9 0 0 0 4.1 12.7h7.35L14 15.2l1.1-1.1zM6.1 3.35l8.05 8.05A3.1 3.1 0 0 0 12.6 6.05a4.7 4.7 0 0 0-6.5-2.7z'
);

export const refreshGlyph = icon(
  'refresh',
  'M13.65 2.35A7.95 7.95 0 0 0 8 0a8 8 0 1 0 7.73 10h-2.08A6 6 0 1 1 8 2c1.66 0 3.14.69 4.22 1.78L9 7h7V0z'
);
export const chevronGlyph = icon(
  'chevron',
  'M5.3 2.9 6.7 1.5 13.2 8l-6.5 6.5-1.4-1.4L10.4 8z'
);
export const linkGlyph = icon(
  'link',
  'M3 3h4v1.5H4.5v7h7V9H13v4H3zM9 3h4v4h-1.5V5.55L8 9.05 6.95 8l3.5-3.5H9z'
);
export const noticeGlyph = icon(
  'notice',
  `${DISC}M7.15 3.7v1.7h1.7V3.7zM7.15 6.8v5.5h1.7V6.8z`
);

/** One shape for each status, so that none is told by its colour alone. */
export const statusIcons: Record<Counted, LabIcon> = {
  WAIVED: waived,
  PASSED: passed,
  FAILED: failed,
  WARNING: warning,
  UNKNOWN: unknown,
  NOT_APPLICABLE: notApplicable
};

export const standingIcons: Record<Standing, LabIcon> = {
  passed,
  failed,
  warning,
  unknown,
  waived,
  'not-applicable': notApplicable,
  checking,
  offline,
  stale: checking
};
