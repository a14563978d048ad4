/** What hosts told, as a table; answers as the store's reader does. */
import type {
  AssessmentList,
  ListEntry,
  ListKind,
  ListScope,
} from '../../../../collector/compliance/evidence/assessment-lists.ts';
import type {
  AnyEvidenceKind,
  AssessedSystem,
  Parameters,
} from '../../../../collector/compliance/evidence/evidence-kind.ts';
import type { EvidenceSources } from '../../../../collector/compliance/evidence/evidence-sources.ts';
import type {
  FleetEvent,
  FleetItem,
  FleetReader,
  FleetStanding,
} from '../../../../collector/store/fleet-store.ts';
import { aHost, aSystem, AT_MS, HOUR_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

type Facts = Readonly<Record<string, string>>;

/** What one host told of a category: facts by the items' keys. */
type ToldItems = Readonly<Record<string, Facts>>;

export interface ToldHost {
  /** By category; one that is named and empty was looked at. */
  items?: Readonly<Record<string, ToldItems>>;
  /** By category: how it stood, where not complete and of an hour ago. */
  stands?: Readonly<Record<string, Partial<FleetStanding>>>;
  /** When things happened last: milliseconds before the moment. */
  events?: Readonly<Partial<Record<FleetEvent, number>>>;
}

export type Fleet = Readonly<Record<string, ToldHost>>;

export const TOLD_MS: number = AT_MS - HOUR_MS;

function standings(fleet: Fleet): FleetStanding[] {
  return Object.entries(fleet).flatMap(([agentId, { items = {}, stands = {} }]) =>
    [...new Set([...Object.keys(items), ...Object.keys(stands)])].map((category) => ({
      agentId,
      category,
      state: 'complete',
      toldMs: TOLD_MS,
      items: Object.keys(items[category] ?? {}).length,
      truncated: 0,
      unread: '',
      ...stands[category],
    })),
  );
}

function itemsOf(fleet: Fleet, category: string, facts: readonly string[]): FleetItem[] {
  return Object.entries(fleet).flatMap(([agentId, { items = {} }]) =>
    Object.entries(items[category] ?? {}).map(([key, told]) => ({
      agentId,
      key,
      timeMs: TOLD_MS,
      facts: Object.fromEntries(facts.map((name) => [name, told[name] ?? ''])),
    })),
  );
}

export function fleetReader(fleet: Fleet, more: Partial<FleetReader> = {}): FleetReader {
  const unasked = (): never => {
    throw new Error('the kind asks what the test does not have');
  };
  return {
    standing: ({ categories }) =>
      Promise.resolve(standings(fleet).filter(({ category }) => categories.includes(category))),
    items: ({ category, facts, keys, where = [], unless, sort }) =>
      Promise.resolve({
        items: itemsOf(fleet, category, facts).filter(
          (item) =>
            (keys === undefined || keys.includes(item.key)) &&
            (sort === undefined || sort.in.includes(item.facts[sort.fact] ?? '')) &&
            (unless === undefined || !unless.in.includes(item.facts[unless.fact] ?? '')) &&
            (where.length === 0 ||
              where.some(({ fact, in: values }) => values.includes(item.facts[fact] ?? ''))),
        ),
        cutFrom: undefined,
      }),
    keys: ({ category }) => Promise.resolve([...new Set(itemsOf(fleet, category, []).map(({ key }) => key))]),
    counts: ({ events, fromMs }) =>
      Promise.resolve(
        Object.entries(fleet).flatMap(([agentId, host]) =>
          events.flatMap((event) => {
            const beforeMs = host.events?.[event];
            const lastMs = AT_MS - (beforeMs ?? 0);
            return beforeMs === undefined || lastMs < fromMs ? [] : [{ agentId, event, count: 1, lastMs }];
          }),
        ),
      ),
    logons: unasked,
    lastLogons: unasked,
    sharedUse: unasked,
    outbound: unasked,
    integrityScans: unasked,
    baselines: unasked,
    loads: unasked,
    ...more,
  };
}

export function aList(
  kind: ListKind,
  entries: readonly (string | ListEntry)[],
  scope: ListScope = { kind: 'all' },
): AssessmentList {
  return {
    kind,
    scope,
    setMs: AT_MS - HOUR_MS,
    entries: entries.map((entry) => (typeof entry === 'string' ? { value: entry } : entry)),
  };
}

interface Asked {
  params?: Parameters;
  lists?: readonly AssessmentList[];
  more?: Partial<FleetReader>;
  system?: AssessedSystem;
}

export function fleetSources(
  fleet: Fleet,
  { lists = [], more = {} }: Pick<Asked, 'lists' | 'more'> = {},
): Partial<EvidenceSources> {
  const at = (kinds: readonly ListKind[]) =>
    Promise.resolve(lists.filter((list) => kinds.includes(list.kind)));
  return { fleet: fleetReader(fleet, more), lists: { at } };
}

/** Lines as `host result reason`, of a system with all hosts of the fleet. */
export async function judged(kind: AnyEvidenceKind, fleet: Fleet, asked: Asked = {}): Promise<string[]> {
  const system = asked.system ?? aSystem(Object.keys(fleet).map((id) => aHost(id)));
  const sources = fleetSources(fleet, asked);
  return shortFindings(await judgeKind(kind, asked.params ?? {}, { sources, system }));
}
