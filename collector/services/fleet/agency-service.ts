/**
 * What happens to the agency tree by itself: planned changes are applied on their day, also after the collector was away,
 * and systems' rules are looked at again as hosts come and change. Several collectors may run it: each act is one
 * transaction that looks first whether there is still something to do.
 */
import type { Presence, SendingControl } from '../../api/ports.ts';
import type { Registry } from '../../registry/database.ts';
import { applyDueChanges } from '../../registry/agency-changes.ts';
import { applySystemRules } from '../../registry/system-rules.ts';
import type { Logger } from '../../telemetry/log.ts';

export interface AgencyServiceOptions {
  registry: Registry;
  presence: Pick<Presence, 'disconnect'>;
  sending: Pick<SendingControl, 'reload'>;
  log: Logger;
  /** How often it looks, milliseconds. */
  everyMs?: number;
}

const EVERY_MS = 60_000;

export class AgencyService {
  readonly #options: AgencyServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: AgencyServiceOptions) {
    this.#options = options;
  }

  /** Looks at once: what came due while no collector ran is done now. */
  start(): void {
    const look = (): void => {
      this.#running = this.#running.then(() => this.look());
    };
    this.#timer = setInterval(look, this.#options.everyMs ?? EVERY_MS);
    this.#timer.unref();
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One look; what fails is said and tried again at the next. */
  async look(): Promise<void> {
    const { registry, presence, sending, log } = this.#options;
    try {
      const { applied, hindered } = await applyDueChanges(registry);
      for (const { change, movedAgentIds } of applied) {
        log.info(
          { change: change.id, kind: change.kind, hosts: movedAgentIds.length },
          'a planned change of agencies was applied',
        );
        // A session keeps the agency it was opened with: the agents come back at once and open others.
        for (const agentId of movedAgentIds) presence.disconnect(agentId, 'shutting-down');
      }
      for (const one of hindered) log.warn(one, 'a planned change of agencies could not be applied');
      if (applied.length > 0) await sending.reload();
    } catch (error) {
      log.error({ err: error }, 'planned changes of agencies could not be looked at');
    }
    try {
      await applySystemRules(registry);
    } catch (error) {
      log.error({ err: error }, 'the rules of systems could not be looked at');
    }
  }
}
