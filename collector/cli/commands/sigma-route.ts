/** How an event finds the rules it is tried against: by pipelines, by its own fields, or not at all. */
import { createRouter, type EventInput, type LogSource, type Pipeline } from '../../../rules/sigma/index.ts';
import type { Fields } from './event-stream.ts';

export const ROUTES = ['pipelines', 'fields', 'off'] as const;
export type RouteName = (typeof ROUTES)[number];

export interface Routed {
  /** The event as rules see it. */
  event: EventInput;
  /** Undefined: nothing is known, so every rule is tried. */
  logsource: LogSource | readonly LogSource[] | undefined;
}

export type Route = (event: Fields) => Routed;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The event's own log source; undefined when it names none. */
function ownLogsource(event: Fields): LogSource | undefined {
  const product = text(event['product']);
  const category = text(event['category']);
  const service = text(event['service']);
  return product === undefined && category === undefined && service === undefined
    ? undefined
    : { product, category, service };
}

/** @param fixed the log source of events of which nothing else is known */
export function routeBy(
  name: RouteName,
  pipelines: readonly Pipeline[],
  fixed: LogSource | undefined,
): Route {
  switch (name) {
    case 'off':
      return (event) => ({ event, logsource: fixed });
    case 'fields':
      return (event) => ({ event, logsource: ownLogsource(event) ?? fixed });
    case 'pipelines': {
      const router = createRouter(pipelines);
      return (event) => {
        const prepared = router.prepare(event);
        return { event: prepared.event, logsource: prepared.logsources ?? fixed };
      };
    }
  }
}
