/**
 * What somebody is typing, kept in memory while the page is open: a lost line, an ended session or another page loses no
 * typed text. Invariants: the drafts are one person's; signing out, or somebody else's signing in, drops them; at most
 * `draftsMax`, the oldest go first.
 */
import { useCallback, useEffect, useState } from 'react';

const draftsMax = 50;
const drafts = new Map<string, object>();
let owner: string | null = null;

/** @param username whose drafts may stay; null: nobody's */
export function keepDraftsOf(username: string | null): void {
  if (username !== owner) drafts.clear();
  owner = username;
}

function keep(key: string, value: object): void {
  drafts.delete(key);
  drafts.set(key, value);
  for (const oldest of drafts.keys()) {
    if (drafts.size <= draftsMax) break;
    drafts.delete(oldest);
  }
}

// The browser asks before a page with typed text is left.
window.addEventListener('beforeunload', (event) => {
  if (drafts.size > 0) event.preventDefault();
});

export type Draft<Value> = {
  readonly value: Value;
  /** Whether something was typed that is not sent yet. */
  readonly dirty: boolean;
  readonly change: (next: Partial<Value>) => void;
  /** Sent, or given up: begins anew with what the page shows. */
  readonly drop: () => void;
};

/**
 * State of a form that outlives its component.
 * @param key of what is edited, such as `case:42:note`
 * @param first what the form shows before anything is typed
 */
export function useDraft<Value extends object>(key: string, first: Value): Draft<Value> {
  const [, draw] = useState(0);
  // A draft under this key was kept by a form of the same shape.
  const kept = drafts.get(key) as Value | undefined;
  useEffect(() => draw((n) => n + 1), [key]);
  const value = kept ?? first;
  const change = useCallback(
    (next: Partial<Value>) => {
      keep(key, { ...first, ...drafts.get(key), ...next });
      draw((n) => n + 1);
    },
    [first, key],
  );
  const drop = useCallback(() => {
    drafts.delete(key);
    draw((n) => n + 1);
  }, [key]);
  return { value, dirty: kept !== undefined, change, drop };
}
