/** Pasted events: one JSON object a line, or one object or list over several lines. */

export type EventLines =
  | { readonly kind: 'events'; readonly events: readonly Readonly<Record<string, unknown>>[] }
  /** Line from 1 that is no object. */
  | { readonly kind: 'bad'; readonly line: number }
  | { readonly kind: 'many'; readonly count: number };

export const eventsMax = 100;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function bounded(events: readonly Readonly<Record<string, unknown>>[]): EventLines {
  return events.length > eventsMax ? { kind: 'many', count: events.length } : { kind: 'events', events };
}

export function readEventLines(text: string): EventLines {
  const whole = parsed(text);
  if (isObject(whole)) return { kind: 'events', events: [whole] };
  if (Array.isArray(whole) && whole.every(isObject)) return bounded(whole);
  const events: Record<string, unknown>[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const event = parsed(line);
    if (!isObject(event)) return { kind: 'bad', line: index + 1 };
    events.push(event);
  }
  return bounded(events);
}
