/**
 * How correlations read an event: a field as an identity (text that names a group or a value) or as a number.
 * Invariant: different values have different identities; `["a","b"]` as a text is not the list of `a` and `b`.
 */
import { readSlot } from '../event.ts';
import { parseNumber } from '../fold.ts';
import type { EventInput } from '../types.ts';
import type { FieldNames } from './compile.ts';

/** In front of the JSON of a list, and of a text that itself begins with it. */
const MARK = '\u0000';

/**
 * Null where the field is absent or null. Numbers are their text; a list is one value. Of several names for one field
 * the first that the event has with a value counts.
 */
export function readIdentity(event: EventInput, field: FieldNames): string | null {
  if (typeof field === 'string') return identityIn(event, field);
  for (const name of field) {
    const identity = identityIn(event, name);
    if (identity !== null) return identity;
  }
  return null;
}

function identityIn(event: EventInput, field: string): string | null {
  const value = plainValue(event, field);
  if (typeof value === 'string') return identityOf(value);
  const { texts } = readSlot(event, field);
  const [only] = texts;
  if (texts.length > 1) return MARK + JSON.stringify(texts);
  return only === undefined ? null : identityOf(only);
}

/** The first number among the field's values, whatever of its names it stands under. */
export function readNumber(event: EventInput, field: FieldNames): number | undefined {
  if (typeof field === 'string') return numberIn(event, field);
  for (const name of field) {
    const number = numberIn(event, name);
    if (number !== undefined) return number;
  }
  return undefined;
}

function numberIn(event: EventInput, field: string): number | undefined {
  const value = plainValue(event, field);
  if (typeof value === 'number' || typeof value === 'string') return parseNumber(value);
  for (const one of readSlot(event, field).values) {
    const number = parseNumber(one);
    if (number !== undefined) return number;
  }
  return undefined;
}

/** Most events are plain and most fields hold one scalar: then nothing is built to read them. */
function plainValue(event: EventInput, field: string): unknown {
  if (typeof event.get === 'function' || !Object.hasOwn(event, field)) return undefined;
  return (event as Readonly<Record<string, unknown>>)[field];
}

export function identityOf(text: string): string {
  return text.charCodeAt(0) === 0 ? MARK + text : text;
}

/** The identity as people see it. */
export function textOfIdentity(identity: string): string {
  return identity.charCodeAt(0) === 0 ? identity.slice(1) : identity;
}

/** Several identities as one: each with its length in front, so that no two tuples are the same text. */
export function tupleOf(parts: readonly (string | null)[]): string {
  let tuple = '';
  for (const part of parts) tuple += part === null ? '-' : `${String(part.length)}:${part}`;
  return tuple;
}

/** Undefined where the text is not a tuple of so many parts. */
export function partsOfTuple(tuple: string, count: number): (string | null)[] | undefined {
  const parts: (string | null)[] = [];
  let at = 0;
  while (at < tuple.length && parts.length < count) {
    if (tuple[at] === '-') {
      parts.push(null);
      at += 1;
      continue;
    }
    const colon = tuple.indexOf(':', at);
    const digits = colon === -1 ? '' : tuple.slice(at, colon);
    if (!/^(?:0|[1-9][0-9]{0,9})$/.test(digits)) return undefined;
    const end = colon + 1 + Number(digits);
    if (end > tuple.length) return undefined;
    parts.push(tuple.slice(colon + 1, end));
    at = end;
  }
  return at === tuple.length && parts.length === count ? parts : undefined;
}
