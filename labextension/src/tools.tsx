import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';

import { Ask } from './ask';
import { CopyButton } from './copy';
import { Unfolded, UnfoldButton } from './unfold';
import { findingsAt, isWanting, receivedOf } from './verdict';
import type { IDrawn, IView } from './view';

type Tool = NonNullable<IView['tool']>;

/** What can be done with the whole report: copy it, ask an admin about it. */
export function Tools(props: IDrawn): React.JSX.Element {
  const { trans, guard, view, onView } = props;
  const content = useId();
  const received = receivedOf(guard.state);
  const findings = received === null ? [] : findingsAt(received, Date.now());
  const asks = findings.some(isWanting) || view.tool === 'ask';
  const tools: Tool[] = asks ? ['copy', 'ask'] : ['copy'];
  return (
    <>
      <div className="jp-SmGuard-actions">
        {tools.map(tool => (
          <UnfoldButton
            key={tool}
            label={toolWord(trans, tool)}
            content={content}
            open={view.tool === tool}
            onToggle={open => {
              onView({ tool: open ? tool : null });
            }}
          />
        ))}
      </div>
      {view.tool !== null && (
        <Unfolded
          id={content}
          label={toolWord(trans, view.tool)}
          onClose={() => {
            onView({ tool: null });
          }}
        >
          {view.tool === 'copy' ? (
            <CopyReport trans={trans} guard={guard} />
          ) : (
            <Ask trans={trans} guard={guard} />
          )}
        </Unfolded>
      )}
    </>
  );
}

function toolWord(trans: TranslationBundle, tool: Tool): string {
  return tool === 'copy' ? trans.__('Copy report') : trans.__('Ask my admin');
}

function CopyReport({
  trans,
  guard: { server }
}: Pick<IDrawn, 'trans' | 'guard'>): React.JSX.Element {
  return (
    <>
      <CopyButton
        trans={trans}
        label={trans.__('As text')}
        text={() => server.written('text')}
      />
      <CopyButton
        trans={trans}
        label={trans.__('As Markdown, for a ticket')}
        text={() => server.written('markdown')}
      />
      <CopyButton
        trans={trans}
        label={trans.__('As JSON')}
        text={() => server.written('json')}
      />
    </>
  );
}
