/**
 * An event's fields as a flat list of dotted names and texts. Invariant: bounded whatever the event holds; what is
 * left out is counted.
 */

const entriesMax = 500;
const depthMax = 8;

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? String(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns name and text of each field in the order of the event; `left`: fields beyond the limit. */
export function flatten(fields: Readonly<Record<string, unknown>>): {
  readonly entries: readonly (readonly [name: string, text: string])[];
  readonly left: number;
} {
  const entries: [string, string][] = [];
  let left = 0;
  const walk = (value: unknown, name: string, depth: number) => {
    if (isPlainObject(value) && depth < depthMax && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, name === '' ? key : `${name}.${key}`, depth + 1);
      return;
    }
    if (name === '') return;
    if (entries.length >= entriesMax) left += 1;
    else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
      entries.push([name, value.join('\n')]);
    } else entries.push([name, textOf(value)]);
  };
  walk(fields, '', 0);
  return { entries, left };
}
