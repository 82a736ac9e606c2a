import React, { useEffect, useRef } from 'react';

import { useAnswer, type Answer } from './answer';
import { Catalogue } from './catalogue';
import { Seen, Waived } from './details';
import { StatusMark } from './finding';
import { CheckHistory } from './history';
import { Remedy } from './remedy';
import type { IControl, Trouble } from './tokens';
import { findingsAt, receivedOf } from './verdict';
import type { IDrawn } from './view';
import type { Finding } from './wire';
import { troubleSentence } from './words';

interface IPageProps extends Omit<IDrawn, 'view'> {
  check: string;
  /** Called when the page is gone. */
  onGone: () => void;
}

/** All about one control: what AWS wants, what this machine does, and what it did before. */
export function Page(props: IPageProps): React.JSX.Element {
  const { trans, guard, onView, check, onGone } = props;
  const gone = useRef(onGone);
  useEffect(() => gone.current, []);
  const answer = useAnswer(check, () => guard.server.control(check));
  const finding = findingOf(props);
  const title = answer.kind === 'here' ? answer.value.title : finding?.title;
  const back = (): void => {
    onView({ page: null });
  };
  return (
    <div
      className="jp-SmGuard-page"
      data-page={check}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          back();
        }
      }}
    >
      <button type="button" className="jp-SmGuard-button" onClick={back}>
        {trans.__('Back')}
      </button>
      <Title key={check}>
        {title === undefined ? check : trans.__('%1: %2', check, title)}
      </Title>
      <About {...props} answer={answer} finding={finding} />
      <Here {...props} finding={finding} />
      <h3>{trans.__('History')}</h3>
      <CheckHistory trans={trans} guard={guard} check={check} />
    </div>
  );
}

/** Takes the focus, so that a reader begins where the page does. */
function Title({ children }: { children: string }): React.JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <h2 ref={heading} tabIndex={-1}>
      {children}
    </h2>
  );
}

interface IHereProps extends IPageProps {
  finding: Finding | undefined;
}

interface IAboutProps extends IHereProps {
  answer: Answer<IControl>;
}

function About(props: IAboutProps): React.JSX.Element {
  const { trans, answer, finding } = props;
  return answer.kind === 'here' ? (
    <Catalogue
      trans={trans}
      control={answer.value}
      remedied={finding?.status === 'FAILED'}
    />
  ) : (
    <p className="jp-SmGuard-note" role="status">
      {answer.kind === 'waiting'
        ? trans.__('Asking the Jupyter server…')
        : troubleWords(props, answer.trouble)}
    </p>
  );
}

function findingOf({ guard, check }: IPageProps): Finding | undefined {
  const received = receivedOf(guard.state);
  const findings = received === null ? [] : findingsAt(received, Date.now());
  return findings.find(finding => finding.check === check);
}

function troubleWords({ trans, check }: IPageProps, trouble: Trouble): string {
  return trouble === 'missing'
    ? trans.__('The Jupyter server does not know a control %1.', check)
    : trans.__(
        'What the control means can’t be shown: %1.',
        troubleSentence(trans, trouble)
      );
}

/** The verdict on this machine. */
function Here({ trans, finding }: IHereProps): React.JSX.Element {
  return (
    <>
      <h3>{trans.__('On this machine')}</h3>
      {finding === undefined ? (
        <p>{trans.__('The report has no finding on this control.')}</p>
      ) : (
        <>
          <p>
            <StatusMark trans={trans} finding={finding} />
          </p>
          <Waived trans={trans} finding={finding} />
          <Seen trans={trans} finding={finding} />
          <Remedy trans={trans} finding={finding} />
        </>
      )}
    </>
  );
}
