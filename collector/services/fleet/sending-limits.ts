/** Quotas and bandwidth caps of the control plane, as the agents' door works by them: read at the start and when changed. */
import { withinPrefix } from '../../agency/address-prefix.ts';
import type { Bandwidth } from '../../ingest/bandwidth.ts';
import type { QuotaBook } from '../../ingest/quota-book.ts';
import { listAgencies } from '../../registry/agencies.ts';
import { listBandwidthCaps } from '../../registry/bandwidth-caps.ts';
import type { Registry } from '../../registry/database.ts';
import { listQuotas } from '../../registry/quotas.ts';

export interface SendingLimitsOptions {
  registry: Registry;
  quotas: QuotaBook;
  bandwidth: Bandwidth;
  /** Told of agents whose share of a line has changed. */
  onShares: (agentIds: readonly string[]) => void;
  /** Other agents may be under a quota now. */
  onQuotas: () => void;
  onFault: (error: unknown) => void;
}

/** Shares are told anew no more often, however many come and go. */
const SETTLE_MS = 3_000;
/** Another collector on the same control plane may have changed them. */
const RELOAD_MS = 60_000;

export class SendingLimits {
  readonly #options: SendingLimitsOptions;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: SendingLimitsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.reload();
    this.#timers = [
      setInterval(() => this.#settle(), SETTLE_MS),
      setInterval(() => void this.reload().catch(this.#options.onFault), RELOAD_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async reload(): Promise<void> {
    const { registry, quotas, bandwidth } = this.#options;
    const [agencies, rules, caps] = await Promise.all([
      listAgencies(registry),
      listQuotas(registry),
      listBandwidthCaps(registry),
    ]);
    const parents = new Map(agencies.map(({ id, parentId }) => [id, parentId]));
    const parentOf = (id: number): number | null => parents.get(id) ?? null;
    const isOther = quotas.setRules(rules, parentOf);
    bandwidth.setRules(
      caps.map((cap) => ({ ...cap, contains: cap.prefix === null ? undefined : withinPrefix(cap.prefix) })),
      parentOf,
    );
    this.#settle();
    if (isOther) this.#options.onQuotas();
  }

  #settle(): void {
    const changed = this.#options.bandwidth.settle();
    if (changed.length > 0) this.#options.onShares(changed.map(({ agentId }) => agentId));
  }
}
