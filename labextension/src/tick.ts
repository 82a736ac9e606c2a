import { useEffect, useState } from 'react';

/** Draws the component again `every` so many ms, so that what it says of time stays true; null is
 * never. */
export function useTick(every: number | null): void {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    if (every === null) {
      return;
    }
    const timer = window.setTimeout(() => {
      setTick(tick + 1);
    }, every);
    return () => {
      window.clearTimeout(timer);
    };
  }, [tick, every]);
}
