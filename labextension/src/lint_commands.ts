import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';

import { made } from './lint_node';
import type { ILinter, ILintFinding, ILintText, Kind } from './lint_tokens';
import { CommandIDs } from './tokens';
import { numberText } from './words';

const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

interface IPlace {
  cell: ILintText;
  finding: ILintFinding;
}

/** From one finding to the next, and to what can be done about it, by the keyboard alone. */
export function addLintCommands(
  app: JupyterFrontEnd,
  linter: ILinter,
  trans: TranslationBundle,
  open: (model: object) => boolean
): void {
  const queue = oneByOne();
  const said = liveRegion();
  const go = async (step: 1 | -1): Promise<void> => {
    const place = nextPlace(linter, step);
    const source = linter.current?.source;
    if (place && source) {
      await source.reveal(place.cell, place.finding);
      said.textContent = spoken(trans, source.kind, place);
    }
  };
  app.commands.addCommand(CommandIDs.nextFinding, {
    label: trans.__('Next Finding in This Document'),
    describedBy: NO_ARGUMENTS,
    execute: () => queue(() => go(1))
  });
  app.commands.addCommand(CommandIDs.previousFinding, {
    label: trans.__('Previous Finding in This Document'),
    describedBy: NO_ARGUMENTS,
    execute: () => queue(() => go(-1))
  });
  app.commands.addCommand(CommandIDs.showFinding, {
    label: trans.__('Show and Fix the Finding at the Cursor'),
    describedBy: NO_ARGUMENTS,
    execute: () =>
      queue(() => {
        const cursor = linter.current?.source.cursor();
        return cursor ? open(cursor.cell.model) : false;
      })
  });
}

/** A place is shown a moment after the key: what the next key is about is known only then. */
function oneByOne(): (act: () => unknown) => Promise<unknown> {
  let before: Promise<unknown> = Promise.resolve();
  return act => {
    before = before.then(act, act);
    return before;
  };
}

function liveRegion(): HTMLElement {
  const node = made('div', 'jp-SmGuard-spoken');
  node.setAttribute('role', 'status');
  document.body.append(node);
  return node;
}

/** A mark is for the eyes; this is for a screen reader, which hears only the line otherwise. */
function spoken(
  trans: TranslationBundle,
  kind: Kind,
  { cell, finding: { line, message } }: IPlace
): string {
  return kind === 'notebook'
    ? trans.__(
        'Cell %1, line %2: %3',
        numberText(cell.index + 1),
        numberText(line),
        message
      )
    : trans.__('Line %1: %2', numberText(line), message);
}

/** The finding after or before the cursor, and from the last on again the first. */
function nextPlace(linter: ILinter, step: 1 | -1): IPlace | null {
  const document = linter.current;
  const groups = document?.groups() ?? [];
  const places = groups.flatMap(({ cell, findings }) =>
    findings.map(finding => ({ cell, finding }))
  );
  const cursor = document?.source.cursor() ?? null;
  const at = cursor === null ? -1 : cursor.cell.index;
  const offset = cursor?.offset ?? 0;
  const order = places.map(({ cell: { index }, finding }) =>
    index === at ? finding.start - offset : index - at
  );
  const ahead = order.map(distance => distance * step > 0);
  const found = step === 1 ? ahead.indexOf(true) : ahead.lastIndexOf(true);
  return places[found] ?? places[step === 1 ? 0 : places.length - 1] ?? null;
}
