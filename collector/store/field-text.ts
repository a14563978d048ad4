/**
 * Field values as the store keeps them: text as it is, everything else as JSON text under a marked name.
 * Invariant: what is read back equals what was stored, -0 and the non-finite numbers included.
 */
import type { FieldValue } from '../normalize/event.ts';

const ODD_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/** JSON text of a value that is not text itself. */
export function toFieldText(value: Exclude<FieldValue, string>): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return JSON.stringify(value);
}

function isFieldValue(value: unknown): value is FieldValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return true;
  }
  return Array.isArray(value) && value.every(isFieldValue);
}

/** What toFieldText was given; other text is returned as it is, so that one odd row never spoils a search. */
export function fromFieldText(text: string): FieldValue {
  const odd = ODD_NUMBERS.get(text);
  if (odd !== undefined) return odd;
  try {
    const value: unknown = JSON.parse(text);
    return isFieldValue(value) ? value : text;
  } catch {
    return text; // not JSON: not written by this version
  }
}
