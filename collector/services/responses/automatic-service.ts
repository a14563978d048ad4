/**
 * Rules act on hosts where a document signed beforehand lets them (registry/authorisations). One collector looks; what it
 * finds is on the line within seconds, and at the next session of a host that is away.
 */
import type { AutomaticResult } from '../../registry/authorisations/act-by-authorisation.ts';
import { actByAuthorisations } from '../../registry/authorisations/act-by-authorisation.ts';
import type { Registry } from '../../registry/database.ts';
import { faultPoint } from '../../telemetry/fault-point.ts';

/** Time passes, and hours begin in which a document lets rules act. */
const LOOK_MS = 5_000;
/** Alerts come in company. */
const KICK_MS = 200;

export interface AutomaticServiceOptions {
  registry: Registry;
  leads: () => boolean;
  letGo: (agentId: string) => Promise<void>;
  onActs: (result: AutomaticResult) => void;
  onFault: (error: unknown) => void;
}

export class AutomaticService {
  readonly #options: AutomaticServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isBusy = false;
  #kicked: NodeJS.Timeout | undefined;

  constructor(options: AutomaticServiceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.#isBusy) void this.look();
    }, LOOK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#kicked);
    await this.#running;
  }

  /** There are alerts: looks in a moment, once for all that come until then. */
  kick(): void {
    if (this.#kicked !== undefined) return;
    this.#kicked = setTimeout(() => {
      this.#kicked = undefined;
      void this.look();
    }, KICK_MS);
    this.#kicked.unref();
  }

  /** One look at a time. */
  look(): Promise<void> {
    this.#isBusy = true;
    this.#running = this.#running
      .then(() => this.#look())
      .catch(this.#options.onFault)
      .finally(() => (this.#isBusy = false));
    return this.#running;
  }

  async #look(): Promise<void> {
    const { registry, leads, letGo, onActs } = this.#options;
    if (!leads()) return;
    const result = await actByAuthorisations(registry);
    if (result.outcomes.length === 0) return;
    faultPoint('automatic.after-commit');
    onActs(result);
    for (const agentId of new Set(result.agentIds)) await letGo(agentId);
  }
}
