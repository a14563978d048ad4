/**
 * Looks for indicators in what is stored already. A stretch of history is asked which values it holds, the index says
 * which of these are indicators, and only then are events read. Invariants: an event that showed the indicator when it came
 * is not found again; a find is written down with its detection, so that it is found once, however often one looks.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { z } from 'zod';
import { HINDSIGHT_RULE, INDICATOR_FIELDS, INDICATOR_RULE } from '../../alert/indicator-rules.ts';
import type { Detection } from '../../alert/detection.ts';
import { indicatorDetection, indicatorHit } from '../../detect/indicator-hits.ts';
import { IndicatorIndex, type IndicatorHit } from '../../indicator/indicator-index.ts';
import { lookKey } from '../../indicator/look-key.ts';
import type { FieldValue } from '../../normalize/event.ts';
import type { StepContext } from '../jobs/job-runner.ts';
import type { Registry, RegistryTransaction } from '../../registry/database.ts';
import {
  chosenIndicators,
  countChosen,
  keepFinds,
  type HindsightChoice,
} from '../../registry/indicator/hindsight.ts';
import type { JobPreview, StepOutcome } from '../../registry/jobs.ts';
import { raise } from '../../registry/projection.ts';
import { fromFieldText } from '../../store/field-text.ts';
import type { HindsightStore, SaidValue, TimedValue } from '../../store/hindsight-store.ts';
import { HuntLimitError } from '../../store/hunt-store.ts';
import { fromEventId } from '../../store/event-query.ts';
import type { FoundEvent, RowHit } from '../../store/store.ts';
import { ShapedEvent } from '../../../rules/sigma/index.ts';

export const HINDSIGHT_KIND = 'indicator-hindsight';
const SECOND_MS = 1_000;
/** A stretch of history: as much as its values allow. */
const STRETCH = { firstMs: 86_400_000, maxMs: 32 * 86_400_000, minMs: SECOND_MS } as const;
/** What a stretch should take: so long nobody waits who cancels, and it is not begun too often. */
const STRETCH_TAKES_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Of a stretch, before it is cut. */
const VALUES_MAX = 300_000;
const VALUES_SHARE = 0.6;
/** Values that are indicators, of a stretch: as many as one statement carries. */
const SAID_MAX = 1_000;
const SAID_CHARS_MAX = 120_000;
const PAGE_EVENTS_MAX = 500;
/** Events that are told of one indicator; what is beyond is counted. */
const FINDS_MAX = 1_000;
const VALUES_A_TURN = 2_000;
const LIMITS = { secondsMax: 120, memoryBytesMax: 2_000_000_000 } as const;

export const hindsightParamsSchema = z.strictObject({
  ids: z.array(z.int()).optional(),
  source: z.string().optional(),
  addedSinceMs: z.number().optional(),
  afterId: z.int().optional(),
  fromMs: z.number(),
  toMs: z.number(),
  actor: z.string(),
});
export type HindsightParams = z.infer<typeof hindsightParamsSchema>;

const saidSchema = z.array(z.object({ field: z.string(), value: z.string() }));
const cursorSchema = z.object({
  atMs: z.number(),
  stretchMs: z.number(),
  /** The stretch behind this one: as long as this one's values say. */
  nextMs: z.number(),
  /** Of the stretch at hand: what is still to be read. */
  said: saidSchema.nullable(),
  /** Hours of the stretch in which events say them, and how many do; those that were read are gone. */
  hours: z.array(z.tuple([z.number(), z.number()])).default([]),
  after: z.object({ timeMs: z.number(), id: z.string() }).nullable(),
  /** Indicator -> events told. */
  told: z.record(z.string(), z.number()),
});
type Cursor = z.infer<typeof cursorSchema>;
/** What is looked for: by the index, and by the store. */
interface Chosen {
  index: IndicatorIndex;
  keys: ReadonlySet<string>;
}
type Write = (trx: RegistryTransaction) => Promise<StepOutcome>;

export class Hindsight {
  readonly #registry: Registry;
  readonly #store: HindsightStore;
  readonly #onAlerts: (ids: readonly string[]) => void;
  /** Of the job at hand. */
  #chosen: { jobId: string; index: IndicatorIndex; keys: ReadonlySet<string> } | undefined;
  /** Of the step before, which is durable when the next one begins. */
  #alertIds: readonly string[] = [];

  constructor(registry: Registry, store: HindsightStore, onAlerts: (ids: readonly string[]) => void) {
    this.#registry = registry;
    this.#store = store;
    this.#onAlerts = onAlerts;
  }

  /** @throws RefusalError indicator-limit */
  async preview(params: HindsightParams): Promise<JobPreview> {
    const { now, db } = this.#registry;
    const indicators = await countChosen(db, choiceOf(params), now());
    return hindsightPreview(params, indicators);
  }

  async step(params: HindsightParams, context: StepContext): Promise<Write> {
    this.#tell();
    const { job, signal } = context;
    const cursor: Cursor =
      job.cursor === null
        ? {
            atMs: params.fromMs,
            stretchMs: STRETCH.firstMs,
            nextMs: STRETCH.firstMs,
            said: null,
            hours: [],
            after: null,
            told: {},
          }
        : cursorSchema.parse(job.cursor);
    if (cursor.atMs >= params.toMs) return ended(cursor);
    const { index, keys } = await this.#indexOf(job.id, params, cursor);
    if (index.size === index.removed) return ended(cursor);
    const toMs = Math.min(cursor.atMs + cursor.stretchMs, params.toMs);
    if (cursor.said !== null) return this.#read(index, { ...cursor, said: cursor.said }, toMs, context);
    const beganMs = performance.now();
    const looked = await this.#said({ index, keys }, cursor.atMs, toMs, signal);
    if (looked === undefined) {
      if (cursor.stretchMs > STRETCH.minMs) {
        const stretchMs = Math.max(
          STRETCH.minMs,
          Math.floor(Math.min(cursor.stretchMs, toMs - cursor.atMs) / 4),
        );
        return moved({ ...cursor, stretchMs });
      }
      throw new Error('a second of history holds more different values than can be looked at');
    }
    const { said, hours } = looked;
    // So that the next one holds what is well below the limit: to try and fail costs as much as to read.
    const share = Math.min(
      4,
      (VALUES_MAX * VALUES_SHARE) / Math.max(1, looked.values),
      (SAID_MAX * VALUES_SHARE) / Math.max(1, said.length),
      STRETCH_TAKES_MS / Math.max(1, performance.now() - beganMs),
    );
    const nextMs = Math.max(STRETCH.minMs, Math.floor(Math.min(cursor.stretchMs * share, STRETCH.maxMs)));
    if (said.length > 0) return moved({ ...cursor, said, hours, nextMs });
    return moved(beyond({ ...cursor, nextMs }, toMs), { done: (toMs - cursor.atMs) / SECOND_MS });
  }

  /** Alerts of the step before are durable now. */
  #tell(): void {
    if (this.#alertIds.length > 0) this.#onAlerts(this.#alertIds);
    this.#alertIds = [];
  }

  async #indexOf(jobId: string, params: HindsightParams, { told }: Cursor): Promise<Chosen> {
    const { db, now } = this.#registry;
    if (this.#chosen?.jobId === jobId) return this.#chosen;
    const index = new IndicatorIndex(1, await countChosen(db, choiceOf(params), now()));
    const keys = new Set<string>();
    for await (const page of chosenIndicators(db, choiceOf(params), now())) {
      for (const one of page) {
        if ((told[String(one.id)] ?? 0) >= FINDS_MAX) continue;
        index.put(one);
        keys.add(lookKey(one));
      }
      await yieldToLoop();
    }
    this.#chosen = { jobId, index, keys };
    return this.#chosen;
  }

  /** The values of a stretch that are indicators; undefined: the stretch holds too much. */
  async #said(
    { index, keys }: Chosen,
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<{ said: SaidValue[]; hours: [number, number][]; values: number } | undefined> {
    let values: TimedValue[] | undefined;
    try {
      const query = { fromMs, toMs, keys, valuesMax: VALUES_MAX };
      values = await this.#store.values(query, LIMITS, signal);
    } catch (error) {
      if (!(error instanceof HuntLimitError)) throw error;
      return undefined;
    }
    if (values === undefined) return undefined;
    const found: SaidValue[] = [];
    const perHour = new Map<number, number>();
    let chars = 0;
    const nowMs = this.#registry.now();
    for (const [at, { field, value, hours }] of values.entries()) {
      if (at % VALUES_A_TURN === 0) await yieldToLoop();
      const said = ShapedEvent.from<FieldValue>({ [field]: listOr(value) });
      if (index.match(said, nowMs).length === 0) continue;
      found.push({ field, value });
      chars += value.length;
      for (const [hour, events] of hours) perHour.set(hour, (perHour.get(hour) ?? 0) + events);
    }
    const isMuch = found.length > SAID_MAX || chars > SAID_CHARS_MAX;
    if (isMuch && toMs - fromMs > STRETCH.minMs) return undefined;
    const hours = [...perHour].toSorted(([a], [b]) => a - b);
    return { said: found.slice(0, SAID_MAX), hours, values: values.length };
  }

  /** A page of the events that say them. */
  async #read(
    index: IndicatorIndex,
    cursor: Cursor & { said: SaidValue[] },
    toMs: number,
    { rowsMax, nowMs, signal }: StepContext,
  ): Promise<Write> {
    const { atMs, said, after } = cursor;
    const limit = Math.min(rowsMax, PAGE_EVENTS_MAX);
    // As many hours as a page holds: what lies between pages is not read for each of them.
    const wanted = hoursOf(cursor.hours, limit);
    const [begin, end] = [cursor.hours[0]?.[0], cursor.hours[wanted - 1]?.[0]];
    const span = {
      fromMs: begin === undefined ? atMs : Math.max(atMs, begin * HOUR_MS),
      toMs: end === undefined ? toMs : Math.min(toMs, (end + 1) * HOUR_MS),
    };
    const query = { ...span, said, limit, after: after ?? undefined };
    const { events, hasMore } = await this.#store.events(query, LIMITS, signal);
    const told = { ...cursor.told };
    const detections: { detection: Detection; indicatorId: number }[] = [];
    let beyondCount = 0;
    for (const event of events) {
      for (const { hit, id } of this.#newHits(index, event, nowMs)) {
        const count = (told[String(id)] ?? 0) + 1;
        if (count > FINDS_MAX) {
          beyondCount += 1;
          continue;
        }
        told[String(id)] = count;
        detections.push({ detection: indicatorDetection(rowOf(event, hit), hit), indicatorId: id });
      }
    }
    const last = events.at(-1);
    const hours = cursor.hours.slice(wanted);
    const isRead = !(hasMore && last !== undefined) && hours.length === 0;
    const next: Cursor = isRead
      ? { ...beyond(cursor, toMs), told }
      : hasMore && last !== undefined
        ? { ...cursor, told, after: { timeMs: last.timeMs, id: last.id } }
        : { ...cursor, told, hours, after: null };
    const done = isRead ? (toMs - atMs) / SECOND_MS : 0;
    return async (trx) => {
      const fresh = new Set(
        await keepFinds(
          trx,
          detections.map(({ detection, indicatorId }) => ({ detectionId: detection.id, indicatorId })),
        ),
      );
      const found = detections.map(({ detection }) => detection).filter(({ id }) => fresh.has(id));
      const raised = await raise(trx, { batch: 0, detections: found, correlations: [], nowMs });
      this.#alertIds = raised.alertIds;
      const skipped = {
        ...(found.length < detections.length ? { 'found before': detections.length - found.length } : {}),
        ...(beyondCount > 0 ? { 'beyond the limit of one indicator': beyondCount } : {}),
      };
      return { cursor: next, done, changed: found.length, skipped, isEnd: false };
    };
  }

  /** A hit for each value, without what the event showed when it came. */
  #newHits(
    index: IndicatorIndex,
    event: FoundEvent & { hits: readonly RowHit[] },
    nowMs: number,
  ): { hit: RowHit; id: number }[] {
    const known = knownIds(event.hits);
    const byValue = new Map<string, IndicatorHit[]>();
    for (const hit of index.match(ShapedEvent.from<FieldValue>(event.fields), nowMs)) {
      if (known.has(hit.id)) continue;
      byValue.set(hit.value, [...(byValue.get(hit.value) ?? []), hit]);
    }
    return [...byValue.values()].map((hits) => ({
      hit: indicatorHit(HINDSIGHT_RULE, hits),
      id: hits[0]?.id ?? 0,
    }));
  }
}

/** How many of the first hours a page holds; one at least. */
function hoursOf(hours: Cursor['hours'], limit: number): number {
  let [wanted, events] = [0, 0];
  for (const [, count] of hours) {
    if (wanted > 0 && events + count > limit) break;
    events += count;
    wanted += 1;
  }
  return wanted;
}

/** @param indicators how many are looked for */
export function hindsightPreview({ fromMs, toMs }: HindsightParams, indicators: number): JobPreview {
  const total = Math.max(0, Math.ceil((toMs - fromMs) / SECOND_MS));
  return { total, changes: indicators, skipped: {}, sample: [], needsApproval: [] };
}

const choiceOf = ({ ids, source, addedSinceMs, afterId }: HindsightParams): HindsightChoice => ({
  ids,
  source,
  addedSinceMs,
  afterId,
});

/** A field that holds a list is kept as its JSON. */
function listOr(value: string): FieldValue {
  return value.startsWith('[') ? fromFieldText(value) : value;
}

function knownIds(hits: readonly RowHit[]): ReadonlySet<number> {
  const known = new Set<number>();
  for (const { ruleId, fields } of hits) {
    if (ruleId !== INDICATOR_RULE) continue;
    const ids = fields[INDICATOR_FIELDS.id];
    for (const id of Array.isArray(ids) ? (ids as readonly FieldValue[]) : [ids])
      if (typeof id === 'number') known.add(id);
  }
  return known;
}

function rowOf(event: FoundEvent, hit: RowHit) {
  const { timeMs, receivedMs, hostname, agencyId, message } = event;
  return {
    ...fromEventId(event.id),
    batch: 0,
    row: 0,
    timeMs,
    receivedMs,
    hostname,
    agencyId,
    message,
    hits: [hit],
  };
}

/** Behind a stretch. */
function beyond(cursor: Cursor, toMs: number): Cursor {
  return { ...cursor, atMs: toMs, stretchMs: cursor.nextMs, said: null, hours: [], after: null };
}

function moved(cursor: Cursor, { done = 0 }: { done?: number } = {}): Write {
  return async () => ({ cursor, done, changed: 0, isEnd: false });
}

function ended(cursor: Cursor): Write {
  return async () => ({ cursor, done: 0, changed: 0, isEnd: true });
}
