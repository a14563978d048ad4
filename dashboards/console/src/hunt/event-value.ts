/** The value of a field of an event as one line; nested fields by their dotted names. */
import type { ApiEvent } from '../api/types.ts';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  let value: unknown = fields;
  for (const part of name.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

export function valueOf(event: ApiEvent, name: string): string {
  const value = within(event.fields, name);
  if (value === undefined) {
    if (name === 'host.name') return event.hostname;
    if (name === 'event.dataset') return event.channel;
    return name === 'agent.id' ? event.agentId : '';
  }
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
