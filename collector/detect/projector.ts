/**
 * Turns the hits on stored rows into alerts, batch after batch, after the events themselves are durable.
 * Invariants: batches are projected in order, each exactly once, because alerts and cursor move in one transaction;
 * the correlator's state is a function of the batches up to the cursor: at start it is restored from the last
 * snapshot and fed the batches between snapshot and cursor without effects; what memory does not hold is read back
 * from the store, so memory is bounded.
 */
import { setImmediate as yieldToLoop, setTimeout as sleep } from 'node:timers/promises';
import type { Correlator, Engine } from '../../rules/sigma/index.ts';
import type { CorrelationRecord, Projection } from '../alert/detection.ts';
import type { HitRow, RowHit } from '../store/store.ts';
import { faultPoint } from '../telemetry/fault-point.ts';
import type { CorrelationReach } from './correlation-reach.ts';
import { isIndicatorHit } from './indicator-hits.ts';
import { baseDetection, correlationRecord, eventId, type AlertRules } from './hits.ts';

export interface ProjectorPorts {
  readHits: (afterBatch: number, toBatch: number) => AsyncIterable<HitRow[]>;
  /** One transaction; @returns how many correlation hits were new. */
  apply(projection: Projection): Promise<{ correlationHits: number }>;
  onDetections: (kind: 'rule' | 'correlation', count: number) => void;
  /** Matches were put aside with the projection just applied. */
  onLate: (matches: number) => void;
  /** The projection failed; it is tried again. */
  onRetry: (error: unknown) => void;
  onProgress: (cursor: number) => void;
  /** The correlator's state could not be kept this time. */
  onUnkept: (error: unknown) => void;
  /** Hits of rules that are not known here: another collector may have them already. */
  onUnknownRules?: (() => Promise<void>) | undefined;
}

/** The rules that hits are read by. */
export interface ProjectorRules {
  engine: Engine;
  reach: CorrelationReach;
  rules: AlertRules & { digest?: ((ruleId: string) => string | undefined) | undefined };
}

export interface ProjectorOptions extends ProjectorRules {
  ports: ProjectorPorts;
  /** How far out of order events may come, milliseconds. */
  latenessMs: number;
  /** The correlator's state is kept after so many batches. */
  snapshotEveryBatches: number;
  /** Rows with hits held in memory; beyond that they are read back from the store. */
  rowsInMemoryMax: number;
  retryMs: number;
}

interface PendingBatch {
  batch: number;
  rows: readonly HitRow[];
}

export class Projector {
  readonly #options: ProjectorOptions;
  #rules: ProjectorRules;
  #next: ProjectorRules | undefined;
  #correlator: Correlator;
  #correlated: ReadonlySet<string>;
  #cursor = 0;
  /** The watermark after the batch at the cursor. */
  #closedMs = 0;
  /** Highest batch known to be stored. */
  #head = 0;
  #sinceSnapshot = 0;
  /** Every stored batch above #memoryAfter, in order. */
  #memory: PendingBatch[] = [];
  #memoryRows = 0;
  #memoryAfter = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  readonly #idle = new Set<() => void>();

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#rules = options;
    this.#correlator = options.engine.correlator({ lateness: options.latenessMs });
    // From now on only the projector moves the watermark, batch by batch, so a replay gives the same state.
    this.#correlator.advance(0);
    this.#correlated = new Set(options.reach.ruleIds);
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** The last batch projected, and the event time up to which the live stream takes nothing from later ones. */
  get place(): { batch: number; closedMs: number } {
    return { batch: this.#cursor, closedMs: this.#closedMs };
  }

  /** From the next batch on; windows of correlations that are the same go on, the others begin anew. */
  use(rules: ProjectorRules): void {
    this.#next = rules;
  }

  /** Between two batches, so that the state stays a function of the batches up to the cursor. */
  #takeOver(): void {
    const [before, next] = [this.#rules, this.#next];
    if (next === undefined) return;
    this.#next = undefined;
    const correlator = next.engine.correlator({ lateness: this.#options.latenessMs });
    const changed = (id: string): boolean => before.rules.digest?.(id) !== next.rules.digest?.(id);
    const anew = next.engine.rules.filter(
      ({ id, kind }) => kind === 'correlation' && (next.engine.reach(id)?.ruleIds.some(changed) ?? false),
    );
    correlator.restore(this.#correlator.snapshot(), new Set(anew.map(({ id }) => id)));
    this.#correlator = correlator;
    this.#correlated = new Set(next.reach.ruleIds);
    this.#rules = next;
    // Kept with the next batch: a start from a snapshot of before would replay it by other rules.
    this.#sinceSnapshot = this.#options.snapshotEveryBatches;
  }

  /** Restores state as of `place` and goes on to `head`, the last stored batch. */
  async start(
    place: { cursor: number; snapshot: string | null; snapshotBatch: number },
    head: number,
  ): Promise<void> {
    const from = place.snapshot !== null && this.#restore(place.snapshot) ? place.snapshotBatch : 0;
    this.#cursor = place.cursor;
    this.#head = head;
    this.#memoryAfter = head;
    for await (const page of this.#options.ports.readHits(from, place.cursor)) {
      // Batch by batch, as they were projected: the watermark moves between them.
      for (const { rows } of byBatch(page)) this.#correlate(rows);
    }
    this.#noteClosed();
    this.#options.ports.onProgress(this.#cursor);
    this.#kick();
  }

  #noteClosed(): void {
    this.#closedMs = this.#correlator.watermarkMs - this.#options.latenessMs;
  }

  /** A batch is durable; `rows` are its rows with hits, in row order. Batches come in order. */
  offer(batch: number, rows: readonly HitRow[]): void {
    this.#head = batch;
    this.#memory.push({ batch, rows });
    this.#memoryRows += rows.length;
    while (this.#memoryRows > this.#options.rowsInMemoryMax) this.#forgetOldest();
    this.#kick();
  }

  /** Batches up to `head`, of whichever collectors, are stored: they are read back from the store. */
  advance(head: number): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#memoryAfter = head;
    this.#kick();
  }

  /** Resolves when everything stored so far is projected. */
  async settled(): Promise<void> {
    while (this.#cursor < this.#head && !this.#stopped) {
      await new Promise<void>((resolve) => this.#idle.add(resolve));
    }
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  #kick(): void {
    if (this.#running !== undefined || this.#stopped || this.#cursor >= this.#head) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#wake();
      this.#kick();
    });
  }

  /** A defect of ours stops the alerts, and says so again and again; it does not stop the collector. */
  async #run(): Promise<void> {
    try {
      await this.#catchUp();
    } catch (error) {
      this.#options.ports.onRetry(error);
      await sleep(this.#options.retryMs);
    }
  }

  async #catchUp(): Promise<void> {
    while (this.#cursor < this.#head && !this.#stopped) {
      while ((this.#memory[0]?.batch ?? Number.POSITIVE_INFINITY) <= this.#cursor) this.#forgetOldest();
      const next = this.#memory[0];
      if (next !== undefined && this.#cursor >= this.#memoryAfter) await this.#project(next.batch, next.rows);
      else await this.#projectFromStore(this.#memoryAfter);
    }
  }

  #forgetOldest(): void {
    const oldest = this.#memory.shift();
    if (oldest === undefined) return;
    this.#memoryRows -= oldest.rows.length;
    this.#memoryAfter = oldest.batch;
  }

  async #projectFromStore(toBatch: number): Promise<void> {
    try {
      for await (const rows of this.#options.ports.readHits(this.#cursor, toBatch)) {
        for (const group of byBatch(rows)) {
          if (this.#stopped) return;
          await this.#project(group.batch, group.rows);
        }
      }
    } catch (error) {
      // Goes on from the cursor, which stands after the last batch projected.
      this.#options.ports.onRetry(error);
      await sleep(this.#options.retryMs);
      return;
    }
    if (this.#cursor < toBatch && !this.#stopped) await this.#project(toBatch, []);
  }

  async #project(batch: number, rows: readonly HitRow[]): Promise<void> {
    const { ports, snapshotEveryBatches } = this.#options;
    if (rows.some(({ hits }) => hits.some((hit) => !this.#knows(hit))))
      await this.#untilDone(async () => ports.onUnknownRules?.());
    this.#takeOver();
    const { engine, rules } = this.#rules;
    const detections = rows.flatMap((row) =>
      row.hits.flatMap((hit) => baseDetection(engine, rules, row, hit) ?? []),
    );
    const { correlations, lateTimes } = this.#correlate(rows);
    this.#sinceSnapshot += 1;
    const due = this.#sinceSnapshot >= snapshotEveryBatches;
    const snapshot = due ? this.#snapshot() : undefined;
    faultPoint('projector.before-commit');
    const applied = await this.#untilDone(() =>
      ports.apply({ afterBatch: this.#cursor, batch, detections, correlations, lateTimes, snapshot }),
    );
    if (applied === undefined) return;
    faultPoint('projector.after-commit');
    if (due) this.#sinceSnapshot = 0;
    this.#cursor = batch;
    this.#noteClosed();
    if (lateTimes.length > 0) ports.onLate(lateTimes.length);
    ports.onDetections('rule', detections.length);
    ports.onDetections('correlation', applied.correlationHits);
    ports.onProgress(batch);
    await yieldToLoop();
  }

  /** A snapshot that cannot be read costs a longer replay, too; `restore` then changes nothing. */
  #restore(snapshot: string): boolean {
    try {
      this.#correlator.restore(JSON.parse(snapshot));
      return true;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      this.#options.ports.onUnkept(error);
      return false;
    }
  }

  /** A state too large to be one text costs a longer replay at the next start, never the projection. */
  #snapshot(): string | undefined {
    try {
      return JSON.stringify(this.#correlator.snapshot());
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#options.ports.onUnkept(error);
      return undefined;
    }
  }

  /** Tries until it works. @returns undefined when stopped first. */
  async #untilDone<T>(step: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (this.#stopped) return undefined;
        this.#options.ports.onRetry(error);
        await sleep(this.#options.retryMs);
        if (this.#stopped) return undefined;
      }
    }
  }

  #knows(hit: RowHit): boolean {
    return isIndicatorHit(hit) || this.#rules.rules.facts(hit.ruleId) !== undefined;
  }

  /** Feeds the correlator and says what it found, and what came too late for it. */
  #correlate(rows: readonly HitRow[]): { correlations: CorrelationRecord[]; lateTimes: number[] } {
    const { latenessMs } = this.#options;
    const { rules } = this.#rules;
    const correlations: CorrelationRecord[] = [];
    const lateTimes: number[] = [];
    let watermarkMs = 0;
    for (const row of rows) {
      // A host whose clock runs ahead must not make everyone else late.
      const timeMs = Math.min(row.timeMs, row.receivedMs + latenessMs);
      for (const hit of row.hits) {
        if (!this.#correlated.has(hit.ruleId)) continue;
        if (this.#correlator.isLate(timeMs)) {
          lateTimes.push(row.timeMs);
          continue;
        }
        for (const found of this.#correlator.push(
          { rule: { id: hit.ruleId } },
          hit.fields,
          timeMs,
          eventId(row),
        )) {
          correlations.push(correlationRecord(rules, found, row, false));
        }
      }
      watermarkMs = Math.max(watermarkMs, timeMs);
    }
    const last = rows.at(-1);
    if (last !== undefined && watermarkMs > 0) {
      for (const found of this.#correlator.advance(watermarkMs)) {
        correlations.push(correlationRecord(rules, found, last, false));
      }
    }
    return { correlations, lateTimes };
  }
}

function byBatch(rows: readonly HitRow[]): PendingBatch[] {
  const batches: { batch: number; rows: HitRow[] }[] = [];
  for (const row of rows) {
    const last = batches.at(-1);
    if (last?.batch === row.batch) last.rows.push(row);
    else batches.push({ batch: row.batch, rows: [row] });
  }
  return batches;
}
