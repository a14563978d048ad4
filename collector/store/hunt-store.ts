/** What a hunt asks of the store: the events that may be meant, page by page, and what they come to in all. */
import type { ArrivedEvents, ArrivedKind, EventCountsQuery } from './event-counts.ts';
import type { BoundQuery } from './event-query.ts';
import type { FieldValue } from '../normalize/event.ts';
import type { FoundEvent } from './store.ts';

/** A statement that selects candidates of the events' table, with its columns as they are. */
export type Candidates = BoundQuery;

export interface HuntLimits {
  secondsMax: number;
  memoryBytesMax: number;
}

export interface HuntPageQuery {
  candidates: Candidates;
  /** Only of these; left out: of all. */
  agencyIds?: readonly number[] | undefined;
  limit: number;
  /** Continue behind this event. */
  after?: { timeMs: number; id: string } | undefined;
}

/** What decides about a candidate, and whose it is. */
export interface SlimEvent extends Pick<
  FoundEvent,
  'id' | 'timeMs' | 'agentId' | 'hostname' | 'agencyId' | 'logsources'
> {
  /** Those asked for that it has, as the matcher sees them. */
  fields: Record<string, FieldValue>;
}

export interface HuntSummary {
  count: number;
  /** Events in steps of time, the empty ones left out, ascending. */
  byTime: { fromMs: number; count: number }[];
  /** The values that are there most often, by column; counts are exact up to 1,000 different values. */
  facets: Record<string, { value: string; count: number }[]>;
}

/** Candidates about one thing on one host within an hour. */
export interface HuntGroup {
  agencyId: number;
  agentId: string;
  hostname: string;
  /** Values of the fields asked for, '' where there is none. */
  entity: readonly string[];
  /** Whole hours since 1970. */
  hour: number;
  count: number;
  firstMs: number;
  lastMs: number;
}

export interface AgentSource {
  product?: string | undefined;
  category?: string | undefined;
  service?: string | undefined;
  eventId?: number | undefined;
}

export interface HuntStore {
  /** Newest first. @throws HuntLimitError, StoreUnavailableError, the signal's reason */
  page(query: HuntPageQuery, limits: HuntLimits, signal?: AbortSignal): Promise<FoundEvent[]>;
  /** The same with these fields alone, which costs a tenth. @throws as `page` */
  slimPage(
    query: HuntPageQuery & { fields: readonly string[] },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<SlimEvent[]>;
  /** Events by their ids, as far as they are there, in no order; of times from `fromMs` to `toMs`, both included. @throws as `page` */
  named(
    ids: readonly string[],
    span: { fromMs: number; toMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<FoundEvent[]>;
  /** How many events each rule hit, of these rules or of all; `fromMs` included, `toMs` not. @throws as `page` */
  hitCounts(
    query: {
      fromMs: number;
      toMs: number;
      ruleIds?: readonly string[] | undefined;
      agencyIds?: readonly number[] | undefined;
    },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ ruleId: string; count: number }[]>;
  /** What all candidates come to. @throws as `page` */
  summary(
    query: Pick<HuntPageQuery, 'candidates' | 'agencyIds'> & { stepMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<HuntSummary>;
  /** Candidates by agency, host, entity and hour, the hours ascending. @throws as `page` */
  groups(
    query: Pick<HuntPageQuery, 'candidates' | 'agencyIds' | 'limit'> & { entityFields: readonly string[] },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<HuntGroup[]>;
  /** How many there are, by whole hours since 1970. @throws as `page` */
  hours(
    query: Pick<HuntPageQuery, 'candidates' | 'agencyIds'>,
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ hour: number; count: number }[]>;
  /** Names that hold lists or objects in some event of the time; undefined when there are too many. @throws as `page` */
  mixedFields(
    query: { fromMs: number; toMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<string[] | undefined>;
  /** Names of fields that some event of the time has, each once; undefined when there are too many. @throws as `page` */
  fieldNames(
    query: { fromMs: number; toMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<string[] | undefined>;
  /** Matches that are stored, by rule. @throws as `page` */
  ruleCounts(
    query: { fromMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ ruleId: string; count: number; lastMs: number }[]>;
  /** Log sources of which there are events, each once; what one lacks is ''. @throws as `page` */
  logSources(
    query: { fromMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ product: string; category: string; service: string }[]>;
  /** What one agent's events are of, each once; Windows' with the event's number. @throws as `page` */
  sourcesOf(
    query: { agentId: string; fromMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<AgentSource[]>;
  /** What arrived, in steps of time by agency, ascending. @throws as `page` */
  arrived(
    query: EventCountsQuery & { stepMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<ArrivedEvents[]>;
  /** What arrived by kind, the most first. @throws as `page` */
  arrivedKinds(query: EventCountsQuery, limits: HuntLimits, signal?: AbortSignal): Promise<ArrivedKind[]>;
  /** Agents of which there is any event in the time. @throws as `page` */
  agentsWithEvents(
    query: { fromMs: number; toMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<string[]>;
}

/** The store stopped a hunt that asked for more than it may have. */
export class HuntLimitError extends Error {
  override readonly name = 'HuntLimitError';
  readonly what: 'time' | 'memory';

  constructor(what: 'time' | 'memory', options?: ErrorOptions) {
    super(
      what === 'time'
        ? 'the hunt took longer than it may: ask for less time, or for more exact values'
        : 'the hunt needs more memory than it may have: ask for less time, or for more exact values',
      options,
    );
    this.what = what;
  }
}
