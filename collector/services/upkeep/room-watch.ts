/**
 * Watches over room: budgets of agencies every hour, the disk every few minutes and when its reserve is touched; raises
 * the alerts about them and closes those that are over. Invariant: one look at a time; one that fails is told, changes
 * nothing and is tried again at its next time.
 */
import { groupKey } from '../../alert/detection.ts';
import type { HouseCondition } from '../../alert/house-finding.ts';
import type { Registry } from '../../registry/database.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { applyConditions, readOpenConditions } from '../../registry/house-conditions.ts';
import {
  listBudgets,
  listDiskSamples,
  readUsage,
  recordDiskSample,
  recordUsage,
} from '../../registry/room-book.ts';
import { addDays, dayOf, type Day } from '../../retention/day.ts';
import type { DiskRoom } from '../../retention/disk-watch.ts';
import { FORECAST_SAMPLES, forecastDisk, type DiskForecast } from '../../retention/forecast.ts';
import { budgetConditions, diskCondition, diskEntity, ROOM_AGAIN } from '../../retention/room-findings.ts';
import { isDiskFilling, type DayUsage } from '../../retention/room-state.ts';
import type { ColdDays, ColdRoom, EventRetention } from '../../store/event-retention.ts';

const BUDGETS_MS = 3_600_000;
const DISK_MS = 300_000;
const FILLING = 'vonggac:disk-filling';

export interface RoomWatchOptions {
  registry: Registry;
  store: Pick<EventRetention, 'agenciesOf' | 'hotBytes'> & { readonly cold: Pick<ColdDays, 'room'> };
  /** As found last; undefined before the first look. */
  disk: () => { room: DiskRoom & { reserveBytes: number }; isFull: boolean } | undefined;
  hostname: string;
  /** What must stay free of a disk of that size. */
  reserveOf: (totalBytes: number) => number;
  /** Days before the reserve is reached. */
  alertDays: number;
  /** Of several collectors one looks at what they share. */
  leads: () => boolean;
  /** Alerts that are new or changed, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
  onProblem: (error: unknown) => void;
}

/** Whose the alerts are, and which of them are open. */
interface Told {
  agencyId: number;
  told: ReadonlySet<string>;
}

export class RoomWatch {
  readonly #options: RoomWatchOptions;
  #timers: NodeJS.Timeout[] = [];
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #cold: ColdRoom | undefined;

  constructor(options: RoomWatchOptions) {
    this.#options = options;
  }

  /** The cold volume as it was found last; undefined without one. */
  get cold(): ColdRoom | undefined {
    return this.#cold;
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#inTurn(() => this.lookAtBudgets()), BUDGETS_MS),
      setInterval(() => this.#inTurn(() => this.lookAtDisk()), DISK_MS),
    ];
    for (const timer of this.#timers) timer.unref();
    this.#inTurn(() => this.lookAtDisk());
    this.#inTurn(() => this.lookAtBudgets());
  }

  /** The reserve was touched, or is free again. */
  onFull(): void {
    this.#inTurn(() => this.lookAtDisk());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#running;
  }

  #inTurn(look: () => Promise<void>): void {
    this.#running = this.#running.then(async () => {
      if (this.#isStopped) return;
      try {
        await look();
      } catch (error) {
        this.#options.onProblem(error);
      }
    });
  }

  async lookAtBudgets(): Promise<void> {
    const { registry, leads, onAlerts } = this.#options;
    const { db } = registry;
    if (!leads()) return;
    const budgets = await listBudgets(db);
    if (budgets.length === 0) return;
    const nowMs = registry.now();
    const today = dayOf(nowMs);
    // Until a whole day has passed within the budget, what was told stays told.
    const days = await Promise.all([addDays(today, -1), today].map(async (day) => this.#usageOf(day, today)));
    const conditions = budgets.flatMap(({ agencyId, agencyName, ...budget }) =>
      budgetConditions({
        agencyId,
        agencyName,
        budget,
        days: days.map(({ day, byAgency }) => ({
          day,
          usage: byAgency.get(agencyId) ?? { events: 0, bytes: 0 },
        })),
      }),
    );
    const ids = await applyConditions(db, conditions, ROOM_AGAIN, nowMs);
    if (ids.length > 0) onAlerts(ids);
  }

  /** A day that is over is counted once and written down. */
  async #usageOf(day: Day, today: Day): Promise<{ day: Day; byAgency: Map<number, DayUsage> }> {
    const { registry } = this.#options;
    const written = day < today ? await readUsage(registry.db, day) : [];
    const usage = written.length > 0 ? written : await this.#count(day);
    if (day < today && written.length === 0) await recordUsage(registry.db, day, usage);
    return {
      day,
      byAgency: new Map(usage.map(({ agencyId, events, bytes }) => [agencyId, { events, bytes }])),
    };
  }

  async #count(day: Day): Promise<({ agencyId: number } & DayUsage)[]> {
    const counted = await this.#options.store.agenciesOf(day);
    return counted.map(({ agencyId, rows, bytes }) => ({ agencyId, events: rows, bytes }));
  }

  async lookAtDisk(): Promise<void> {
    const { registry, disk, onAlerts } = this.#options;
    const found = disk();
    if (found === undefined) return;
    const { db } = registry;
    const agencyId = await rootAgencyId(db);
    const told = new Set((await readOpenConditions(db, [FILLING])).map(({ key }) => key));
    const forecast = await this.#forecast(found.room);
    const conditions = this.#diskConditions(found, forecast, { agencyId, told });
    conditions.push(...(await this.#coldConditions({ agencyId, told })));
    const ids = await applyConditions(db, conditions, ROOM_AGAIN, registry.now());
    if (ids.length > 0) onAlerts(ids);
  }

  #diskConditions(
    { room, isFull }: { room: DiskRoom & { reserveBytes: number }; isFull: boolean },
    forecast: DiskForecast,
    { agencyId, told }: Told,
  ): HouseCondition[] {
    const { hostname, alertDays } = this.#options;
    const facts = { hostname, agencyId, ...room, daysUntilFull: forecast.daysUntilFull };
    const isTold = told.has(groupKey(FILLING, diskEntity(hostname, false), agencyId));
    return [
      diskCondition(FILLING, isDiskFilling({ room, forecast, alertDays, isTold }), facts),
      diskCondition('vonggac:disk-full', isFull, facts),
    ];
  }

  /** Where the cold volume has no room, old days stay on the disk that new ones need. */
  async #coldConditions({ agencyId, told }: Told): Promise<HouseCondition[]> {
    const { store, hostname, alertDays, leads, reserveOf } = this.#options;
    this.#cold = await store.cold.room();
    if (this.#cold === undefined || !leads()) return [];
    const { freeBytes, totalBytes } = this.#cold;
    const room = { freeBytes, totalBytes, reserveBytes: reserveOf(totalBytes) };
    const isTold = told.has(groupKey(FILLING, diskEntity(hostname, true), agencyId));
    const isFilling = isDiskFilling({ room, forecast: { daysUntilFull: null }, alertDays, isTold });
    return [
      diskCondition(FILLING, isFilling, { hostname, agencyId, isCold: true, ...room, daysUntilFull: null }),
    ];
  }

  /** The growth is of what all collectors store, and its record one of them keeps. */
  async #forecast({
    freeBytes,
    totalBytes,
    reserveBytes,
  }: DiskRoom & { reserveBytes: number }): Promise<DiskForecast> {
    const { registry, store, leads } = this.#options;
    if (!leads()) return { growthBytesPerDay: null, daysUntilFull: null };
    const atMs = registry.now();
    const sample = { atMs, freeBytes, totalBytes, storeBytes: await store.hotBytes() };
    await recordDiskSample(registry.db, dayOf(atMs), sample);
    return forecastDisk(await listDiskSamples(registry.db, FORECAST_SAMPLES), reserveBytes);
  }
}
