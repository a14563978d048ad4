/**
 * Runs kept hunts that are due: one at a time over all, within the limits of any hunt, with what their owner may see now.
 * Of collectors side by side one runs them; what was under way when it ended is run again from the start.
 */
import type { HuntAsked, HuntControl } from '../../api/ports.ts';
import type { Registry } from '../../registry/database.ts';
import { askOwner } from '../../registry/hunt-schedules/hunt-owner.ts';
import {
  recordRun,
  spanOfRun,
  type RunResult,
  type RunSpan,
} from '../../registry/hunt-schedules/hunt-runs.ts';
import { nextDueHunt, settleTurns, type DueHunt } from '../../registry/hunt-schedules/hunt-schedules.ts';

const LOOK_MS = 10_000;
const SECONDS_MAX = 60;
/** A run reads no more; the newest count. */
export const HUNT_EVENTS_MAX = 2_000;

export interface HuntScheduleServiceOptions {
  registry: Registry;
  hunts: Pick<HuntControl, 'run'>;
  leads: () => boolean;
  /** Alerts that are new or changed, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
  eventsMax?: number | undefined;
}

export class HuntScheduleService {
  readonly #options: HuntScheduleServiceOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: HuntScheduleServiceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort(new Error('the collector ends'));
    await this.#running;
  }

  /** Runs what is due now; while it does, further looks wait for the same end. */
  look(): Promise<void> {
    this.#running ??= this.#runDue()
      .catch(this.#options.onFault)
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #runDue(): Promise<void> {
    const { registry, leads } = this.#options;
    if (!leads()) return;
    await settleTurns(registry);
    while (!this.#stop.signal.aborted && leads()) {
      const due = await nextDueHunt(registry.db, registry.now());
      if (due === undefined) return;
      await this.#run(due);
    }
  }

  async #run(due: DueHunt): Promise<void> {
    const { registry, onAlerts } = this.#options;
    const startedMs = registry.now();
    const span = spanOfRun(due.schedule, startedMs);
    const began = performance.now();
    const result = await this.#result(due, span);
    if (result === undefined) return;
    const tookMs = Math.round(performance.now() - began);
    const ids = await recordRun(registry, due, { ...span, startedMs, tookMs, result });
    if (ids !== undefined && ids.length > 0) onAlerts(ids);
  }

  /** @returns undefined when this collector ends meanwhile */
  async #result({ hunt, schedule }: DueHunt, span: RunSpan): Promise<RunResult | undefined> {
    const { registry, hunts, eventsMax = HUNT_EVENTS_MAX } = this.#options;
    const { signal } = this.#stop;
    const owner = await askOwner(registry, schedule.owner, hunt);
    if ('why' in owner) return { outcome: 'stopped', fault: owner.why };
    const asked: HuntAsked = hunt.kind === 'query' ? { query: hunt.text } : { sigma: hunt.text };
    try {
      const limits = { limit: eventsMax, secondsMax: SECONDS_MAX };
      const { events, hasMore } = await hunts.run({ asked, scope: owner.scope, ...span, ...limits, signal });
      return { outcome: 'done', events, isCut: hasMore };
    } catch (error) {
      if (signal.aborted) return undefined;
      return { outcome: 'failed', fault: error instanceof Error ? error.message : String(error) };
    }
  }
}
