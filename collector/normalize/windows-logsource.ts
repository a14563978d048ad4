/**
 * Which Sigma log sources a Windows event belongs to, and its fields under the names of Sigma's taxonomy: the built-in
 * pipelines, asked by channel, event id and event type alone.
 */
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { createRouter, type Pipeline, type Router, ShapedEvent } from '../../rules/sigma/index.ts';
import type { FieldValue, LogSource } from './event.ts';

export interface WindowsPlace {
  logsources: readonly LogSource[];
  /** Sigma category, when the event has one; the more general one first. */
  categories: readonly string[];
  service: string | undefined;
}

const UNKNOWN: WindowsPlace = { logsources: [{ product: 'windows' }], categories: [], service: undefined };

/** The others ask fields that are not asked for here: leaving them out saves looking. */
function asksChannel({ routes = [] }: Pipeline): boolean {
  return routes.some(({ when }) => Object.hasOwn(when, 'Channel'));
}

let router: Router | undefined;
/** By the router's own lists, of which there are as many as there are ways to route. */
const places = new WeakMap<readonly LogSource[], WindowsPlace>();

function placeOf(logsources: readonly LogSource[]): WindowsPlace {
  const known = places.get(logsources);
  if (known !== undefined) return known;
  const ofWindows = logsources.filter(({ product }) => product === 'windows');
  const place: WindowsPlace = {
    logsources,
    categories: ofWindows.flatMap(({ category }) => category ?? []),
    service: ofWindows.find(({ service }) => service !== undefined)?.service,
  };
  places.set(logsources, place);
  return place;
}

/**
 * @param eventType Sysmon's EventType, empty when there is none.
 * @param fields the event's own fields: names that rules use and it lacks are put into them.
 */
export function windowsPlace(
  channel: string,
  eventId: number,
  eventType: string,
  fields = new ShapedEvent<FieldValue>(),
): WindowsPlace {
  router ??= createRouter(builtInPipelines().filter(asksChannel));
  const logsources = router.complete(fields, { Channel: channel, EventID: eventId, EventType: eventType });
  return logsources === undefined ? UNKNOWN : placeOf(logsources);
}
