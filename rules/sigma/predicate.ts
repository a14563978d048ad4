/**
 * Predicates: what a rule asks of one field, as data. The matcher, the naive matcher, the index and the SQL writer
 * each read this form; none of them knows modifiers.
 */
import type { Network } from './network.ts';
import type { Tokens } from './text.ts';
import type { TimePart } from './time.ts';
import type { Comparison } from './types.ts';

export type Affix = 'equals' | 'contains' | 'startswith' | 'endswith';

/** `field` undefined asks every value of the event (a keyword). */
export type Predicate =
  | { kind: 'text'; field: string | undefined; tokens: Tokens; cased: boolean }
  | { kind: 'regex'; field: string | undefined; pattern: string; flags: string }
  | { kind: 'null'; field: string }
  | { kind: 'exists'; field: string; want: boolean }
  | { kind: 'cidr'; field: string; network: Network; text: string }
  | { kind: 'compare'; field: string; op: Comparison; value: number; part: TimePart | undefined }
  | { kind: 'fieldref'; field: string; other: string; affix: Affix; cased: boolean };

export type Expr<Leaf = Predicate> =
  | { kind: 'leaf'; leaf: Leaf }
  | { kind: 'not'; of: Expr<Leaf> }
  | { kind: 'and' | 'or'; of: readonly Expr<Leaf>[] };

/** Equal keys mean equal predicates. */
export function predicateKey(predicate: Predicate): string {
  const field = predicate.field ?? '';
  // With its length, so that no name of a field can pass for another with a text behind it.
  return `${predicate.kind} ${String(field.length)}:${field} ${detailKey(predicate)}`;
}

function detailKey(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'text':
      return `${String(predicate.cased)} ${tokensKey(predicate.tokens)}`;
    case 'regex':
      return `${predicate.flags}/${predicate.pattern}`;
    case 'null':
      return '';
    case 'exists':
      return String(predicate.want);
    case 'cidr':
      return `${predicate.network.bytes.join('.')}/${String(predicate.network.bits)}`;
    case 'compare':
      return `${predicate.part ?? ''} ${predicate.op} ${String(predicate.value)}`;
    case 'fieldref':
      return `${predicate.affix} ${String(predicate.cased)} ${predicate.other}`;
  }
}

function tokensKey(tokens: Tokens): string {
  const [only] = tokens;
  if (tokens.length === 1 && typeof only === 'string') return `=${only}`;
  return tokens
    .map((token) => (typeof token === 'string' ? `${String(token.length)}:${token}` : String(token)))
    .join();
}

/** `and`/`or` without nesting in themselves and without wrapping a single part. */
export function join<Leaf>(kind: 'and' | 'or', parts: readonly Expr<Leaf>[]): Expr<Leaf> {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  return flat.length === 1 && flat[0] !== undefined ? flat[0] : { kind, of: flat };
}
