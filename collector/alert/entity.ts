/** What an alert is about: the fields its rule names, else the host. */
import type { FieldValue } from '../normalize/event.ts';

const VALUE_MAX = 512;

function text(value: FieldValue | undefined): string {
  if (value === undefined || value === null) return '';
  return (Array.isArray(value) ? value.map((item) => text(item)).join(', ') : String(value)).slice(
    0,
    VALUE_MAX,
  );
}

/**
 * @param names field names the rule declares as its entity.
 * @returns the named fields that have a value; when there is none, the host.
 */
export function entityOf(
  names: readonly string[],
  fields: Readonly<Record<string, FieldValue>>,
  hostname: string,
): Record<string, string> {
  const entity: Record<string, string> = {};
  for (const name of names) {
    const value =
      name === 'host.name' ? hostname : text(Object.hasOwn(fields, name) ? fields[name] : undefined);
    if (value !== '') entity[name] = value;
  }
  return Object.keys(entity).length > 0 ? entity : { 'host.name': hostname };
}
