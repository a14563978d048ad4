/**
 * Indicators at work: the index that every event is matched by, filled from the register and kept up with it. Invariants:
 * nothing is matched by half an index (it is made beside the old one and takes its place whole); what holds no longer by
 * its time ends with the clock, without reading anything; no turn of the event loop is held for longer than a page takes.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { IndicatorIndex, type IndicatorHit } from '../../indicator/indicator-index.ts';
import { INDICATOR_LIMITS } from '../../indicator/indicator.ts';
import { MatchThrottle } from '../../indicator/match-throttle.ts';
import type { SharedIndex } from '../../indicator/shared-index.ts';
import type { FieldValue } from '../../normalize/event.ts';
import type { Registry } from '../../registry/database.ts';
import {
  countInForceInTurns,
  indicatorChanges,
  indicatorsInForce,
  readChangeNo,
  type IndicatorChange,
  type MatchedIndicator,
} from '../../registry/indicator/changes.ts';
import { throttleIndicator } from '../../registry/indicator/throttled.ts';
import type { ShapedEvent } from '../../../rules/sigma/index.ts';

/** Another collector on the same control plane may have changed something. */
const LOOK_MS = 2_000;
/** Rows that match nothing any more are looked for. */
const SWEEP_MS = 3_600_000;
/** Room beside what is there, so that a feed of a day needs no new index. */
const ROOM_SHARE = 1.25;
const ROOM_MIN = 20_000;
/** Of all rows: above it the index is made anew. */
const DEAD_SHARE_MAX = 0.25;
/** A page longer than this is followed by everybody else's turn. */
const BREATH_MS = 5;

export interface IndicatorServiceOptions {
  registry: Registry;
  /** 32 random bits. */
  seed: number;
  /** Events that one indicator may show in an hour. */
  hourMax?: number | undefined;
  onMatches: (count: number) => void;
  /** Matches of throttled indicators that were left out. */
  onHeld: (count: number) => void;
  /** The index is another or holds others. */
  onFigures: (figures: IndicatorFigures) => void;
  /** Alerts that are new, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
  onFault: (what: string, error: unknown) => void;
}

export interface IndicatorFigures {
  indicators: number;
  bytes: number;
  /** Of the register, up to which everything is matched by. */
  changeNo: number;
}

/** How many rows it takes as it is. */
const roomOf = ({ room }: IndicatorIndex): number => Math.min(room, INDICATOR_LIMITS.indicatorsMax);

const NONE: readonly IndicatorHit[] = [];

export class IndicatorService {
  readonly #options: IndicatorServiceOptions;
  readonly #throttle: MatchThrottle;
  #index: IndicatorIndex;
  #changeNo = 0;
  #sweptMs = 0;
  #work: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #onShared: () => void = () => undefined;

  constructor(options: IndicatorServiceOptions) {
    this.#options = options;
    this.#throttle = new MatchThrottle(options.hourMax);
    this.#index = new IndicatorIndex(options.seed);
  }

  /** Resolves when the indicators of the register are matched by. */
  async start(): Promise<void> {
    await this.#load();
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#work;
  }

  get figures(): IndicatorFigures {
    const { size, removed, bytes } = this.#index;
    return { indicators: size - removed, bytes, changeNo: this.#changeNo };
  }

  /** What the event of a host shows. */
  match(fields: ShapedEvent<FieldValue>, nowMs: number, agentId: string): readonly IndicatorHit[] {
    const hits = this.#index.match(fields, nowMs);
    return hits.length === 0 ? NONE : this.told(hits, nowMs, agentId);
  }

  /** @param tell the memory that `shared` gives is another */
  onShared(tell: () => void): void {
    this.#onShared = tell;
  }

  /** The memory of the index in use, for other threads to find what `told` then judges. */
  shared(): SharedIndex {
    return this.#index.share();
  }

  /** Which hits of an event of a host count: those of throttled indicators do not. */
  told(hits: readonly IndicatorHit[], nowMs: number, agentId: string): readonly IndicatorHit[] {
    const told = hits.filter(({ id }) => {
      const verdict = this.#throttle.judge(id, agentId, nowMs);
      if (verdict === 'throttled-now') this.#writeThrottled(id);
      return verdict !== 'held';
    });
    if (told.length > 0) this.#options.onMatches(told.length);
    if (told.length < hits.length) this.#options.onHeld(hits.length - told.length);
    return told;
  }

  #writeThrottled(id: number): void {
    const { registry, hourMax, onAlerts, onFault } = this.#options;
    throttleIndicator(registry, id, hourMax)
      .then((alertId) => {
        if (alertId !== undefined) onAlerts([alertId]);
      })
      .catch((error: unknown) => onFault('a throttled indicator could not be written down', error));
  }

  /** Takes over what has changed in the register; resolves when what had changed before is matched by. */
  look(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#work !== undefined) {
      this.#again = true;
      return this.#work;
    }
    this.#work = this.#lookAll().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  async #lookAll(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#follow();
        await this.#sweep();
      } catch (error) {
        this.#options.onFault('changed indicators could not be read', error);
        return;
      }
    } while (this.#again && !this.#stopped);
  }

  async #follow(): Promise<void> {
    const { db } = this.#options.registry;
    const now = await readChangeNo(db);
    if (now === this.#changeNo) return;
    // An older copy of the control plane was put in its place.
    if (now < this.#changeNo) return this.#load();
    for await (const page of indicatorChanges(db, this.#changeNo)) {
      if (this.#stopped) return;
      if (this.#index.size + page.length > roomOf(this.#index)) return this.#load();
      const { layout } = this.#index;
      this.#apply(this.#index, page);
      if (this.#index.layout !== layout) this.#onShared();
      // Of a transaction that is read in part the rest comes next; to read the first part twice does no harm.
      this.#changeNo = Math.max(this.#changeNo, (page.at(-1)?.changeNo ?? 1) - 1);
      await yieldToLoop();
    }
    this.#changeNo = Math.max(this.#changeNo, now);
    this.#options.onFigures(this.figures);
  }

  #apply(index: IndicatorIndex, page: readonly IndicatorChange[]): void {
    const nowMs = this.#options.registry.now();
    for (const change of page) {
      const isInForce = change.validUntilMs === null || change.validUntilMs > nowMs;
      if (change.isActive && isInForce) index.put(change);
      else index.remove(change);
      this.#throttle.set(change.id, change.throttledMs !== null);
    }
  }

  /** Once an hour: are there so many rows that match nothing that a new index is worth it? */
  async #sweep(): Promise<void> {
    const nowMs = this.#options.registry.now();
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    const { size } = this.#index;
    if (size > ROOM_MIN && this.#index.countDead(nowMs) > size * DEAD_SHARE_MAX) await this.#load();
  }

  /** Makes an index beside the one in use, and puts it in its place. */
  async #load(): Promise<void> {
    const { registry, seed } = this.#options;
    const { db } = registry;
    const changeNo = await readChangeNo(db);
    const count = await countInForceInTurns(db, registry.now());
    const room = Math.min(Math.ceil(count * ROOM_SHARE) + ROOM_MIN, INDICATOR_LIMITS.indicatorsMax);
    const index = new IndicatorIndex(seed, room);
    let turnMs = performance.now();
    for await (const page of indicatorsInForce(db, registry.now())) {
      if (this.#stopped) return;
      this.#fill(index, page);
      if (performance.now() - turnMs < BREATH_MS) continue;
      await yieldToLoop();
      turnMs = performance.now();
    }
    for await (const page of indicatorChanges(db, changeNo)) this.#apply(index, page);
    this.#index = index;
    this.#onShared();
    this.#changeNo = changeNo;
    this.#sweptMs = registry.now();
    this.#options.onFigures(this.figures);
  }

  #fill(index: IndicatorIndex, page: readonly MatchedIndicator[]): void {
    for (const indicator of page) {
      index.put(indicator);
      if (indicator.throttledMs !== null) this.#throttle.set(indicator.id, true);
    }
  }
}
