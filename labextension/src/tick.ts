import { useEffect, useState } from 'react';

/** Draws the component again `every` so many ms, so that what it says of time stays true. */
export function useTick(every: number): void {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setTick(tick + 1);
    }, every);
    return () => {
      window.clearTimeout(timer);
    };
  }, [tick, every]);
}
