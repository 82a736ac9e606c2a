import type { ILintEdit, ILintFinding } from './lint_tokens';

/** The comment that suppresses a finding, put into a line of its own before that of the finding. */
export function suppression(
  cell: { id: string; type: string },
  source: string,
  finding: ILintFinding,
  reason: string
): ILintEdit {
  const start = source.lastIndexOf('\n', finding.start - 1) + 1;
  const line = source.slice(start).split('\n', 1)[0] ?? '';
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const why = reason.replace(/\s+/g, ' ').replace(/-->/g, '').trim();
  // a cell's magic must stay in its first line: then the comment is about the whole cell
  const first = start === 0 && line.startsWith('%%');
  const words = `sm-guard: ${first ? 'ignore-cell' : 'ignore'}[${finding.check}] ${why}`;
  const comment = cell.type === 'markdown' ? `<!-- ${words} -->` : `# ${words}`;
  if (first) {
    const at = Math.min(start + line.length, source.length);
    return { cell: cell.id, start: at, end: at, old: '', text: `\n${comment}` };
  }
  const text = `${indent}${comment}\n`;
  return { cell: cell.id, start, end: start, old: '', text };
}
