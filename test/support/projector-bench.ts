/** A projector over rows in memory: what would be stored is an array, what would be alerted is collected. */
import { compile, parseRules, type Engine, type ParsedRules } from '../../rules/sigma/index.ts';
import type { CorrelationRecord, Projection, RuleFacts } from '../../collector/alert/detection.ts';
import { correlationReach, type CorrelationReach } from '../../collector/detect/correlation-reach.ts';
import type { AlertRules } from '../../collector/detect/hits.ts';
import { LateWorker } from '../../collector/detect/late-worker.ts';
import { Projector, type ProjectorOptions } from '../../collector/detect/projector.ts';
import type { HitRow } from '../../collector/store/store.ts';

export const BASE = '11111111-1111-4111-8111-111111111111';
export const BURST = '22222222-2222-4222-8222-222222222222';

const RULES = `
title: Failed login
id: ${BASE}
logsource: { product: linux }
detection:
  selection: { action: failed }
  condition: selection
---
title: Many failed logins
id: ${BURST}
correlation:
  type: event_count
  rules: [${BASE}]
  group-by: [ip]
  timespan: 1m
  condition: { gte: 3 }
  generate: true
`;

export const parsed = parseRules(RULES, { source: 'test.yml' });
export const engine = compile([parsed]);

export const rules: AlertRules = {
  facts: (ruleId): RuleFacts => ({
    ruleId,
    title: ruleId,
    titleVi: null,
    description: '',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
    severity: 'medium',
    tags: [],
    falsePositives: [],
    references: [],
  }),
  entityFields: () => ['ip'],
};

/** A stored row that hit the base rule. */
export function hitRow(batch: number, row: number, timeMs: number, ip: string, receivedMs = timeMs): HitRow {
  return {
    agentId: 'a',
    epoch: 'e',
    lane: 0,
    seq: batch * 1_000 + row,
    batch,
    row,
    timeMs,
    receivedMs,
    hostname: 'h',
    agencyId: 1,
    message: `${ip} at ${timeMs}`,
    hits: [{ ruleId: BASE, fields: { ip } }],
  };
}

type Place = Pick<HitRow, 'timeMs' | 'batch' | 'row'>;
const inTime = (a: Place, b: Place): number => a.timeMs - b.timeMs || a.batch - b.batch || a.row - b.row;

/** The durable side: stored rows and the place of the projector. */
export class World {
  readonly stored: HitRow[] = [];
  readonly projections: Projection[] = [];
  place = { cursor: 0, snapshot: null as string | null, snapshotBatch: 0 };
  readsFromStore = 0;
  /** Batches in a page that is read back. */
  pageBatches = 100;
  late = 0;
  /** Times a projection failed and was tried again. */
  retries = 0;
  /** Snapshots that could not be kept. */
  unkept = 0;
  /** Late events put aside, and what looking back for them found. */
  aside: { batch: number; timesMs: number[] }[] = [];
  readonly lateHits: CorrelationRecord[] = [];
  /** Correlation hits as they stand, by id, and the batch that a late one was found for. */
  readonly standing = new Map<string, CorrelationRecord & { batch: number }>();
  readonly engine: Engine;
  readonly reach: CorrelationReach;

  constructor(from: readonly ParsedRules[] = [parsed]) {
    this.engine = compile(from);
    this.reach = correlationReach(
      this.engine,
      from.flatMap(({ correlations }) => correlations),
    );
  }

  onUnknownRules: () => Promise<void> = async () => undefined;

  /** Errors that the next applications throw. */
  faults: Error[] = [];

  projector(options: Partial<ProjectorOptions> = {}): Projector {
    return new Projector({
      engine: this.engine,
      reach: this.reach,
      rules,
      latenessMs: 60_000,
      snapshotEveryBatches: 3,
      rowsInMemoryMax: 1_000,
      retryMs: 1,
      ports: {
        readHits: (after, to) => this.#read(after, to),
        apply: async (projection) => {
          const fault = this.faults.shift();
          if (fault !== undefined) throw fault;
          if (projection.afterBatch !== this.place.cursor) throw new Error('not after the cursor');
          this.projections.push(projection);
          this.place.cursor = projection.batch;
          this.#stand(projection.correlations, projection.batch);
          if (projection.lateTimes.length > 0) {
            this.aside.push({ batch: projection.batch, timesMs: [...projection.lateTimes] });
          }
          if (projection.snapshot !== undefined) {
            this.place.snapshot = projection.snapshot;
            this.place.snapshotBatch = projection.batch;
          }
          return { correlationHits: projection.correlations.length };
        },
        onDetections: () => undefined,
        onLate: (matches) => (this.late += matches),
        onRetry: () => (this.retries += 1),
        onProgress: () => undefined,
        onUnkept: () => (this.unkept += 1),
        onUnknownRules: () => this.onUnknownRules(),
      },
      ...options,
    });
  }

  lateWorker(projector: Projector, pageRows = Number.POSITIVE_INFINITY): LateWorker {
    return new LateWorker({
      engine: this.engine,
      reach: this.reach,
      rules,
      lingerMs: 1,
      batchesMax: 10,
      asideMax: 1_000,
      retryMs: 1,
      place: () => projector.place,
      take: async (batchesMax) => this.aside.slice(0, batchesMax),
      earlier: async (fromBatch) =>
        [...this.standing.values()].filter(({ late, batch }) => late && batch >= fromBatch),
      readHits: async ({ ruleIds, fromMs, toMs, batchMax, limit, after }) =>
        this.stored
          .filter((row) => row.batch <= batchMax && row.timeMs >= fromMs && row.timeMs <= toMs)
          .filter((row) => row.hits.some((hit) => ruleIds.includes(hit.ruleId)))
          .toSorted(inTime)
          .filter((row) => after === undefined || inTime(row, after) > 0)
          .slice(0, Math.min(limit, pageRows)),
      apply: async ({ batch: newest, batches, added, removed }) => {
        const fault = this.faults.shift();
        if (fault !== undefined) throw fault;
        this.aside = this.aside.filter(({ batch }) => !batches.includes(batch));
        this.lateHits.push(...added);
        for (const id of removed) this.standing.delete(id);
        this.#stand(added, newest);
        return { correlationHits: added.length };
      },
      onHits: () => undefined,
      onRetry: () => undefined,
    });
  }

  #stand(correlations: readonly CorrelationRecord[], batch: number): void {
    for (const one of correlations) {
      if (!this.standing.has(one.id)) this.standing.set(one.id, { ...one, batch });
    }
  }

  async *#read(after: number, to: number): AsyncGenerator<HitRow[]> {
    this.readsFromStore += 1;
    const rows = this.stored.filter((row) => row.batch > after && row.batch <= to);
    const batches = [...new Set(rows.map((row) => row.batch))].toSorted((a, b) => a - b);
    // The store gives whole batches, several in a page.
    for (let at = 0; at < batches.length; at += this.pageBatches) {
      const page = new Set(batches.slice(at, at + this.pageBatches));
      yield rows.filter((row) => page.has(row.batch));
    }
  }

  /** Stores a batch and tells the projector. */
  add(projector: Projector, batch: number, rows: readonly HitRow[]): void {
    this.stored.push(...rows);
    projector.offer(batch, rows);
  }

  /** Ids of all correlation hits, each as often as it was found anew. */
  hitIds(): string[] {
    return [
      ...new Set(this.projections.flatMap(({ correlations }) => correlations.map(({ id }) => id))),
    ].toSorted();
  }

  detectionIds(): string[] {
    return this.projections.flatMap(({ detections }) => detections.map(({ id }) => id)).toSorted();
  }
}
