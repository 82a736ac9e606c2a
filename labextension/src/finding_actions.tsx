import React, { useId, useState } from 'react';

import { Ask } from './ask';
import { CopyButton } from './copy';
import { Unfolded, UnfoldButton } from './unfold';
import { isWanting } from './verdict';
import type { IDrawn } from './view';
import type { Finding } from './wire';

interface IFindingActionsProps extends IDrawn {
  finding: Finding;
}

/** What can be done with one finding. */
export function FindingActions(props: IFindingActionsProps): React.JSX.Element {
  const { trans, guard, finding, onView } = props;
  const { check } = finding;
  const [asking, setAsking] = useState(false);
  const content = useId();
  const written = () => guard.server.written('markdown', check);
  const close = (): void => {
    setAsking(false);
  };
  const turn = (): void => {
    onView({ page: check });
  };
  return (
    <>
      <div className="jp-SmGuard-actions">
        <button type="button" className="jp-SmGuard-button" onClick={turn}>
          {trans.__('All about this control')}
        </button>
        {isWanting(finding) && (
          <UnfoldButton
            label={trans.__('Ask my admin')}
            content={content}
            open={asking}
            onToggle={setAsking}
          />
        )}
        <CopyButton
          trans={trans}
          label={trans.__('Copy for a ticket')}
          text={written}
        />
      </div>
      {asking && isWanting(finding) && (
        <Unfolded id={content} label={trans.__('Ask my admin')} onClose={close}>
          <Ask trans={trans} guard={guard} check={check} />
        </Unfolded>
      )}
    </>
  );
}
