/**
 * Field values as the store keeps them: text as it is, everything else as JSON text under a marked name.
 * Invariant: what is read back equals what was stored, -0 and the non-finite numbers included.
 */
import type { FieldValue } from '../normalize/event.ts';

const ODD_NUMBERS: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity,
  '-Infinity': -Infinity,
  '-0': -0,
};

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

/** @throws SyntaxError when the text is not what toFieldText makes */
export function fromFieldText(text: string): FieldValue {
  const odd = ODD_NUMBERS[text];
  if (odd !== undefined) return odd;
  const value: unknown = JSON.parse(text);
  if (!isFieldValue(value)) throw new SyntaxError('a stored field holds an object');
  return value;
}
