/**
 * What somebody is typing, kept in memory while the page is open: a lost line, an ended session or another page loses no
 * typed text. Invariants: a draft holds what was typed and nothing else, so what was not touched shows what the server says;
 * the drafts are one person's, and signing out or somebody else's signing in drops them; at most `draftsMax`, the oldest go first.
 */
import { useCallback, useEffect, useMemo, useState } from 'react';

const draftsMax = 50;
const carriedKey = 'vonggac.drafts';
const drafts = new Map<string, object>();
let owner: string | null = null;
let leaving = false;

type Carried = { readonly owner: string; readonly drafts: readonly (readonly [string, object])[] };
let carried = takeCarried();

/** What a page that reloaded itself left for this one; it is there for a moment only. */
function takeCarried(): Carried | null {
  try {
    const text = window.sessionStorage.getItem(carriedKey);
    window.sessionStorage.removeItem(carriedKey);
    // Written below, by the same console or the one before it.
    return text === null ? null : (JSON.parse(text) as Carried);
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Loads the page anew, with the files that the server has now; what was typed goes along.
 * A browser that forbids storage asks before text is lost.
 */
export function reloadWithDrafts(): void {
  try {
    if (owner !== null && drafts.size > 0) {
      const left: Carried = { owner, drafts: [...drafts] };
      window.sessionStorage.setItem(carriedKey, JSON.stringify(left));
      leaving = true;
    }
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  window.location.reload();
}

/** @param username whose drafts may stay; null: nobody's */
export function keepDraftsOf(username: string | null): void {
  if (username !== owner) drafts.clear();
  // Who is not signed in yet may be who typed it: what was carried waits.
  if (username !== null && carried !== null) {
    if (carried.owner === username) for (const [key, value] of carried.drafts) keep(key, value);
    carried = null;
  }
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

/** All that is typed and not sent, for who may not send it any more; empty when there is nothing. */
export function typedText(): string {
  const texts = [...drafts.values()].flatMap((draft) =>
    Object.values(draft).filter((value) => typeof value === 'string' && value.trim() !== ''),
  );
  return texts.join('\n\n');
}

// The browser asks before a page with typed text is left.
window.addEventListener('beforeunload', (event) => {
  if (drafts.size > 0 && !leaving) event.preventDefault();
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
 * @param first what the form shows where nothing is typed
 */
export function useDraft<Value extends object>(key: string, first: Value): Draft<Value> {
  const [, draw] = useState(0);
  // A draft under this key was kept by a form of the same shape.
  const kept = drafts.get(key) as Partial<Value> | undefined;
  useEffect(() => draw((n) => n + 1), [key]);
  const value = useMemo(() => ({ ...first, ...kept }), [first, kept]);
  const change = useCallback(
    (next: Partial<Value>) => {
      keep(key, { ...drafts.get(key), ...next });
      draw((n) => n + 1);
    },
    [key],
  );
  const drop = useCallback(() => {
    drafts.delete(key);
    draw((n) => n + 1);
  }, [key]);
  return { value, dirty: kept !== undefined, change, drop };
}
