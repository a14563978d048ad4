/** A text after it has rested a moment: what is asked of the server while somebody types. */
import { useEffect, useState } from 'react';

const restMs = 400;

export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), restMs);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}
