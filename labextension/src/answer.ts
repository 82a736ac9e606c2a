import { useEffect, useRef, useState } from 'react';

import type { Trouble } from './tokens';
import { troubleOf } from './trouble';

/** What became of a question to the server. */
export type Answer<T> =
  | { kind: 'waiting' }
  | { kind: 'here'; value: T }
  | { kind: 'trouble'; trouble: Trouble };

/** Asks once for each `key`; what it answered before stays until the next answer is here. */
export function useAnswer<T>(key: string, ask: () => Promise<T>): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ kind: 'waiting' });
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    let wanted = true;
    const take = (next: Answer<T>): void => {
      if (wanted) {
        setAnswer(next);
      }
    };
    question.current().then(
      value => {
        take({ kind: 'here', value });
      },
      (error: unknown) => {
        take({ kind: 'trouble', trouble: troubleOf(error) });
      }
    );
    return () => {
      wanted = false;
    };
  }, [key]);
  return answer;
}
