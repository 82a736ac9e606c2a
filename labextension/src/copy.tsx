import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';

import type { Trouble } from './tokens';
import { troubleOf } from './trouble';
import { troubleSentence } from './words';

const SHOWN_MS = 4000;

/** What became of the last wish to copy. */
type Copying =
  | { kind: 'none' }
  | { kind: 'copied' }
  | { kind: 'trouble'; trouble: Trouble }
  | { kind: 'by-hand'; text: string };

interface ICopyButtonProps {
  trans: TranslationBundle;
  label: string;
  /** What is copied, or where it comes from. */
  text: string | (() => Promise<string>);
}

/** Copies a text and says so; where the browser does not let it, the text is there to copy by
 * hand. */
export function CopyButton(props: ICopyButtonProps): React.JSX.Element {
  const { trans, label, text } = props;
  const [copying, setCopying] = useState<Copying>({ kind: 'none' });
  useEffect(() => {
    if (copying.kind !== 'copied') {
      return;
    }
    const timer = window.setTimeout(() => {
      setCopying({ kind: 'none' });
    }, SHOWN_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [copying]);

  const copy = async (): Promise<void> => {
    setCopying(await copied(text));
  };
  const done = copying.kind === 'copied';
  return (
    <>
      <button
        type="button"
        className="jp-SmGuard-button"
        onClick={() => void copy()}
      >
        {/* Both take room, so that nothing moves under the pointer. */}
        <span className="jp-SmGuard-either">
          <span hidden={done}>{label}</span>
          <span hidden={!done}>{trans.__('Copied')}</span>
        </span>
      </button>
      <span role="status" className="jp-SmGuard-spoken">
        {done ? trans.__('Copied') : ''}
      </span>
      <NotCopied trans={trans} copying={copying} />
    </>
  );
}

async function copied(text: ICopyButtonProps['text']): Promise<Copying> {
  try {
    const given = typeof text === 'string' ? text : await text();
    return (await copyText(given))
      ? { kind: 'copied' }
      : { kind: 'by-hand', text: given };
  } catch (error) {
    return { kind: 'trouble', trouble: troubleOf(error) };
  }
}

interface INotCopiedProps {
  trans: TranslationBundle;
  copying: Copying;
}

function NotCopied({ trans, copying }: INotCopiedProps): React.JSX.Element {
  const words =
    copying.kind === 'trouble'
      ? trans.__('Not copied: %1.', troubleSentence(trans, copying.trouble))
      : copying.kind === 'by-hand'
        ? trans.__('The browser does not let this page copy: do it by hand.')
        : '';
  return (
    <>
      <p role="status" className="jp-SmGuard-notCopied">
        {words}
      </p>
      {copying.kind === 'by-hand' && (
        <ReadOnly label={trans.__('Text to copy')} text={copying.text} />
      )}
    </>
  );
}

interface IReadOnlyProps {
  label: string;
  text: string;
}

const MOST_LINES = 16;

/** A text of several lines to read, and to copy by hand. */
export function ReadOnly({ label, text }: IReadOnlyProps): React.JSX.Element {
  return (
    <textarea
      className="jp-SmGuard-text"
      readOnly
      aria-label={label}
      rows={Math.min(text.split('\n').length + 1, MOST_LINES)}
      value={text}
      onFocus={event => {
        event.target.select();
      }}
    />
  );
}

interface ICommandProps {
  trans: TranslationBundle;
  command: string;
}

/** A command to copy, and a button that says when it is. */
export function Command({ trans, command }: ICommandProps): React.JSX.Element {
  return (
    <div className="jp-SmGuard-command">
      <pre>
        <code>{command.split(/(\s+)/).map(word)}</code>
      </pre>
      <CopyButton trans={trans} label={trans.__('Copy')} text={command} />
    </div>
  );
}

/** Keeps a word on one line: a browser would break `--option` after its hyphens. Only a long path
 * may break, after a slash. */
function word(text: string, index: number): React.ReactNode {
  return index % 2 === 0 ? (
    <span key={index}>
      {text.split(/(?<=\/)/).map((part, place) => (
        <React.Fragment key={place}>
          {place > 0 && <wbr />}
          {part}
        </React.Fragment>
      ))}
    </span>
  ) : (
    text
  );
}

/** Whether the text is on the clipboard now. The browser's own one exists on secure pages only;
 * JupyterLab's way works on the others, but does not say whether it did. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    let heard = false;
    const hear = (): void => {
      heard = true;
    };
    document.addEventListener('copy', hear);
    Clipboard.copyToSystem(text);
    document.removeEventListener('copy', hear);
    return heard;
  }
}
