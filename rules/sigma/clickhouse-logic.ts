/**
 * SQL conditions in two forms: `over` holds wherever the rule's part holds, `under` only there. `not` swaps them,
 * which is what keeps a negation an over-approximation. Invariant: no condition is ever NULL.
 */

export interface Both {
  over: string;
  under: string;
}

export const TRUE = '1';
export const FALSE = '0';

/** A condition that decides. */
export function same(sql: string): Both {
  return { over: sql, under: sql };
}

export function notBoth({ over, under }: Both): Both {
  return { over: not(under), under: not(over) };
}

export function andBoth(parts: readonly Both[]): Both {
  return { over: and(parts.map(({ over }) => over)), under: and(parts.map(({ under }) => under)) };
}

export function orBoth(parts: readonly Both[]): Both {
  return { over: or(parts.map(({ over }) => over)), under: or(parts.map(({ under }) => under)) };
}

export function not(sql: string): string {
  if (sql === TRUE) return FALSE;
  return sql === FALSE ? TRUE : `NOT (${sql})`;
}

export function and(parts: readonly string[]): string {
  if (parts.includes(FALSE)) return FALSE;
  return link(
    parts.filter((part) => part !== TRUE),
    ' AND ',
    TRUE,
  );
}

export function or(parts: readonly string[]): string {
  if (parts.includes(TRUE)) return TRUE;
  return link(
    parts.filter((part) => part !== FALSE),
    ' OR ',
    FALSE,
  );
}

function link(parts: readonly string[], word: string, empty: string): string {
  const unique = [...new Set(parts)];
  const [first] = unique;
  if (first === undefined) return empty;
  return unique.length === 1 ? first : `(${unique.join(word)})`;
}
