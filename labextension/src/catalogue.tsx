import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Breakable } from './breakable';
import { DocsLink, Requirements } from './details';
import { Prose, Steps } from './remedy';
import type { IControl } from './tokens';
import { severityWord } from './words';

interface ICatalogueProps {
  trans: TranslationBundle;
  control: IControl;
  /** Whether the steps stand below, with the names of this machine in them. */
  remedied: boolean;
}

/** What the catalogue says of a control, whatever the machine. */
export function Catalogue(props: ICatalogueProps): React.JSX.Element {
  const { trans, control, remedied } = props;
  return (
    <>
      <Facts trans={trans} control={control} />
      <h3>{trans.__('What it checks')}</h3>
      <Prose text={control.what} marked />
      <h3>{trans.__('Why it matters')}</h3>
      <Prose text={control.why} marked />
      <h3>{trans.__('How to fix')}</h3>
      <Prose text={control.fix} marked />
      {!remedied && <Steps trans={trans} steps={control.steps} />}
      <Requirements trans={trans} requirements={control.requirements} />
      <DocsLink trans={trans} docs={control.docs} />
    </>
  );
}

function Facts({
  trans,
  control
}: Omit<ICatalogueProps, 'remedied'>): React.JSX.Element {
  const facts: [string, string][] = [
    [trans.__('Severity'), severityWord(trans, control.severity)],
    [trans.__('Category'), control.category],
    [trans.__('Resource type'), control.resource_type],
    [trans.__('AWS Config rule'), ruleText(trans, control)],
    [
      trans.__('Change'),
      control.recreate ? trans.__('needs a new resource') : trans.__('in place')
    ],
    [
      trans.__('Judged here'),
      control.judged
        ? trans.__('yes')
        : trans.__('no: it is not about the machine that this runs on')
    ],
    ...Object.entries(control.parameters).map(
      ([name, values]): [string, string] => [name, values.join(', ')]
    )
  ];
  return (
    <dl className="jp-SmGuard-catalogue">
      {facts.map(
        ([name, value]) =>
          value !== '' && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Breakable text={value} />
              </dd>
            </div>
          )
      )}
    </dl>
  );
}

/** AWS Config's rule and when it is evaluated; empty where there is none. */
function ruleText(trans: TranslationBundle, control: IControl): string {
  const { config_rule, schedule } = control;
  return schedule === ''
    ? config_rule
    : trans.__('%1 (%2)', config_rule, schedule);
}
