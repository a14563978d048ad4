/**
 * What events say of what a report to the centre tells: which program spoke to an address, at which port; where a file lay, and its
 * hash. Invariants: of each thing its newest event speaks; what no event says, or what lies beyond the limits, is left out.
 */
import { parseEventId } from '../../api/routes/events.ts';
import { HINDSIGHT_RULE, INDICATOR_FIELDS, INDICATOR_RULE } from '../../alert/indicator-rules.ts';
import type { FieldValue } from '../../normalize/event.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import type {
  DetectionQuery,
  EventQuery,
  EventStore,
  FoundDetection,
  FoundEvent,
} from '../../store/store.ts';

export type DetailReader = Pick<EventStore, 'detections' | 'search' | 'findAll'>;

const PAGE_ROWS = 1_000;
const PAGES_MAX = 10;
const DETAILS_MAX = 5_000;

export interface EventDetail {
  program: string;
  /** Of the program. */
  md5: string;
  sha256: string;
  port: string;
  path: string;
}

export interface FoundMalware {
  name: string;
  path: string;
  /** The longest that the product tells. */
  hash: string;
  files: number;
}

export interface DetailsAsked {
  scope: AgencyScope;
  /** Milliseconds since 1970. */
  fromMs: number;
  toMs: number;
}

const PROGRAM = ['process.executable', 'Image', 'NewProcessName', 'process.name'];
const PATH = ['file.path', 'TargetFilename', 'ImageLoaded', 'Path', ...PROGRAM];
const PORT = ['destination.port', 'DestinationPort'];
const PROCESS_MD5 = ['process.hash.md5'];
const PROCESS_SHA256 = ['process.hash.sha256'];
const NAME = ['threat.name', 'ThreatName'];
const HASHES = ['file.hash.sha256', 'file.hash.sha1', 'file.hash.md5'];
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;

const textOf = (value: FieldValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function first({ fields }: FoundEvent, names: readonly string[], form?: RegExp): string {
  for (const name of names) {
    const text = textOf(fields[name]).trim();
    if (text !== '' && (form === undefined || form.test(text))) return text;
  }
  return '';
}

/** Defender writes `file:_C:\a.exe; containerfile:_C:\b.zip`. */
const plainPath = (path: string): string => path.replace(/^[a-z]{1,32}:_/i, '').split('; ')[0] ?? '';

const detailOf = (event: FoundEvent): EventDetail => ({
  program: first(event, PROGRAM),
  md5: first(event, PROCESS_MD5, /^[0-9a-f]{32}$/i),
  sha256: first(event, PROCESS_SHA256, /^[0-9a-f]{64}$/i),
  port: first(event, PORT, /^\d{1,5}$/),
  path: plainPath(first(event, PATH)),
});

const idsOf = (value: FieldValue | undefined): number[] =>
  [value].flat().filter((id): id is number => typeof id === 'number');

export const sightingKey = (agentId: string, indicatorId: number): string => `${agentId}/${indicatorId}`;

/** Agent and indicator -> what the newest event says in which it was seen. */
export async function readSightingDetails(
  events: DetailReader,
  asked: DetailsAsked,
): Promise<ReadonlyMap<string, EventDetail>> {
  const eventOf = new Map<string, string>();
  for (const ruleId of [INDICATOR_RULE, HINDSIGHT_RULE])
    for await (const { agentId, eventId, matched } of allDetections(events, { ...spanOf(asked), ruleId }))
      for (const id of idsOf(matched[INDICATOR_FIELDS.id])) {
        const key = sightingKey(agentId, id);
        if (!eventOf.has(key) && eventOf.size < DETAILS_MAX) eventOf.set(key, eventId);
      }
  const names = [...new Set(eventOf.values())].flatMap((id) => parseEventId(id) ?? []);
  const found = names.length === 0 ? [] : await events.findAll(names, asked);
  const byId = new Map(found.map((event) => [event.id, detailOf(event)]));
  return new Map(
    [...eventOf].flatMap(([key, id]) => {
      const detail = byId.get(id);
      return detail === undefined ? [] : [[key, detail] as const];
    }),
  );
}

/** By agent what its antivirus found, as far as events name it; the newest first. */
export async function readFoundMalware(
  events: DetailReader,
  asked: DetailsAsked,
): Promise<ReadonlyMap<string, readonly FoundMalware[]>> {
  const byAgent = new Map<string, Map<string, FoundMalware>>();
  for (const columns of MALWARE_COLUMNS)
    for await (const event of allEvents(events, { ...spanOf(asked), columns })) {
      if (columns === DEFENDER && textOf(event.fields['Provider_Name']) !== DEFENDER_NAME) continue;
      const name = first(event, NAME);
      const path = plainPath(first(event, PATH.slice(0, -PROGRAM.length)));
      const hash = first(event, HASHES, HASH);
      if (name === '' && path === '') continue;
      const own = byAgent.get(event.agentId) ?? new Map<string, FoundMalware>();
      byAgent.set(event.agentId, own);
      const key = JSON.stringify([name, path, hash]);
      const known = own.get(key);
      if (known === undefined) own.set(key, { name, path, hash, files: 1 });
      else known.files += 1;
    }
  return new Map([...byAgent].map(([agentId, own]) => [agentId, [...own.values()]]));
}

const DEFENDER = { event_code: '1116' } as const;
const DEFENDER_NAME = 'Microsoft-Windows-Windows Defender';
const MALWARE_COLUMNS = [{ event_action: 'malware_found' }, DEFENDER] as const;

const spanOf = ({ scope, fromMs, toMs }: DetailsAsked) => ({
  fromMs,
  toMs,
  agencyIds: scope.kind === 'all' ? undefined : scope.agencyIds,
  limit: PAGE_ROWS,
});

async function* allDetections(events: DetailReader, query: DetectionQuery): AsyncGenerator<FoundDetection> {
  let after: DetectionQuery['after'];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await events.detections({ ...query, after });
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE_ROWS) return;
    after = { timeMs: last.timeMs, id: last.eventId, ruleId: last.ruleId };
  }
}

async function* allEvents(events: DetailReader, query: EventQuery): AsyncGenerator<FoundEvent> {
  let after: EventQuery['after'];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await events.search({ ...query, after });
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE_ROWS) return;
    after = { timeMs: last.timeMs, id: last.id };
  }
}
