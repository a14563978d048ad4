/**
 * The different values that an alert's detections have of each field. Bounded: so many fields, so many values of each
 * with their counts; beyond these different values are told apart by digests, and beyond those only "more" is known.
 */
import { createHash } from 'node:crypto';
import type { FieldValue } from '../normalize/event.ts';

export const VALUE_LIMITS = { fields: 10, values: 20, digests: 256, chars: 256, fieldChars: 128 } as const;
/** Characters of base64url: 36 bits, so that of a few hundred values two hardly ever look alike. */
const DIGEST_CHARS = 6;

export interface FieldValues {
  /** Value -> detections that have it. */
  values: Record<string, number>;
  /** Detections with a value that is not among these. */
  others: number;
  /** Digests of values that are not among these, one after the other. */
  digests: string;
  /** There were more different values than could be told apart. */
  beyond: boolean;
}

export type DistinctValues = Record<string, FieldValues>;

/** Different values of a field that are known of. */
export function countDistinct({ values, digests }: FieldValues): number {
  return Object.keys(values).length + digests.length / DIGEST_CHARS;
}

function textOf(value: FieldValue): string {
  const text = Array.isArray(value) ? value.map((one) => String(one)).join(', ') : String(value ?? '');
  return text.slice(0, VALUE_LIMITS.chars);
}

function hasDigest(digests: string, digest: string): boolean {
  for (let at = 0; at < digests.length; at += DIGEST_CHARS) {
    if (digests.startsWith(digest, at)) return true;
  }
  return false;
}

/** Counts one detection's value of a field, in place. @returns whether the value was not known before */
export function addValue(all: DistinctValues, field: string, value: FieldValue, times = 1): boolean {
  const name = field.slice(0, VALUE_LIMITS.fieldChars);
  const text = textOf(value);
  if (text === '') return false;
  let known = Object.hasOwn(all, name) ? all[name] : undefined;
  if (known === undefined) {
    if (Object.keys(all).length >= VALUE_LIMITS.fields) return false;
    // No prototype: a host chooses names and values.
    known = { values: Object.create(null) as Record<string, number>, others: 0, digests: '', beyond: false };
    all[name] = known;
  }
  if (Object.hasOwn(known.values, text)) {
    known.values[text] = (known.values[text] ?? 0) + times;
    return false;
  }
  if (Object.keys(known.values).length < VALUE_LIMITS.values) {
    known.values[text] = times;
    return true;
  }
  known.others += times;
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_CHARS);
  if (hasDigest(known.digests, digest)) return false;
  if (known.digests.length >= VALUE_LIMITS.digests * DIGEST_CHARS) {
    known.beyond = true;
    return false;
  }
  known.digests += digest;
  return true;
}

export function emptyValues(): DistinctValues {
  return Object.create(null) as DistinctValues;
}
