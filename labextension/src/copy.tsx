import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';

const SHOWN_MS = 4000;

/** Keeps a word on one line: a browser would break `--option` after its hyphens. */
function word(text: string, index: number): React.ReactNode {
  return index % 2 === 0 ? <span key={index}>{text}</span> : text;
}

interface ICommandProps {
  trans: TranslationBundle;
  command: string;
}

/** A command to copy, and a button that says when it is. */
export function Command({ trans, command }: ICommandProps): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return;
    }
    const timer = window.setTimeout(() => {
      setCopied(false);
    }, SHOWN_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [copied]);

  const copy = async (): Promise<void> => {
    await copyText(command);
    setCopied(true);
  };
  return (
    <div className="jp-SmGuard-command">
      <pre>
        <code>{command.split(/(\s+)/).map(word)}</code>
      </pre>
      <button
        type="button"
        className="jp-SmGuard-button"
        onClick={() => void copy()}
      >
        {copied ? trans.__('Copied') : trans.__('Copy')}
      </button>
      <span role="status" className="jp-SmGuard-spoken">
        {copied ? trans.__('Copied') : ''}
      </span>
    </div>
  );
}

/** The browser's clipboard exists on secure pages only; JupyterLab's own way works on the others. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    Clipboard.copyToSystem(text);
  }
}
