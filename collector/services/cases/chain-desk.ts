/**
 * Chains of alerts on demand: which open ones should be a case, and how those of a case hang together. Nothing is kept but
 * what events have, by their ids, since an event never changes: the same alerts give the same chains.
 */
import { explainChain, formChains, type Chain, type ChainAlert } from '../../case/chain/form-chains.ts';
import { traitsOf, type Trait } from '../../case/chain/chain-traits.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import {
  hostRowIds,
  openChainIds,
  readChainAlerts,
  type AlertWithProofs,
} from '../../registry/cases/chain-alerts.ts';
import { slices } from '../../registry/cases/case-alerts.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { fromEventId } from '../../store/event-query.ts';
import type { EventStore } from '../../store/store.ts';

export interface Proposals {
  chains: readonly { chain: Chain; alertIds: string[] }[];
  /** Open alerts that were looked at, and whether there are more. */
  considered: number;
  isCut: boolean;
}

export const CHAIN_LIMITS = {
  /** Newest open alerts that are looked at. */
  alerts: 1_000,
  /** Of one case. */
  caseAlerts: 500,
  proposals: 50,
  /** Events whose traits are kept in memory. */
  events: 20_000,
} as const;

export class ChainDesk {
  readonly #db: RegistryDb;
  readonly #findAll: EventStore['findAll'];
  /** By the event's id, the oldest first. */
  readonly #traits = new Map<string, Trait[]>();

  constructor(db: RegistryDb, findAll: EventStore['findAll']) {
    this.#db = db;
    this.#findAll = findAll;
  }

  async propose(scope: AgencyScope): Promise<Proposals> {
    const ids = await openChainIds(this.#db, scope, CHAIN_LIMITS.alerts + 1);
    const looked = ids.slice(0, CHAIN_LIMITS.alerts);
    const chains = formChains(await this.#alerts(looked)).slice(0, CHAIN_LIMITS.proposals);
    const proposed: { chain: Chain; alertIds: string[] }[] = [];
    for (const chain of chains) {
      const agents = new Set(chain.members.flatMap(({ alert }) => alert.agentId ?? []));
      const rows = await hostRowIds(this.#db, [...agents], scope);
      proposed.push({ chain, alertIds: [...chain.members.map(({ alert }) => alert.id), ...rows] });
    }
    return { chains: proposed, considered: looked.length, isCut: ids.length > looked.length };
  }

  /** @param ids of a case's alerts, as far as the reader sees them */
  async explain(ids: readonly string[]): Promise<Chain | null> {
    return explainChain(await this.#alerts(ids.slice(0, CHAIN_LIMITS.caseAlerts)));
  }

  async #alerts(ids: readonly string[]): Promise<ChainAlert[]> {
    const alerts = await readChainAlerts(this.#db, ids);
    for (const some of slices(alerts.map(({ id }) => id))) {
      const wanted = new Set(some);
      await this.#learn(alerts.filter(({ id }) => wanted.has(id)));
    }
    return alerts.map((alert) => this.#chainAlert(alert));
  }

  #chainAlert(alert: AlertWithProofs): ChainAlert {
    const { entity, proofs, tags, ...facts } = alert;
    const found = new Map<string, Trait>();
    const add = (traits: readonly Trait[]): void => {
      for (const trait of traits) found.set(`${trait.kind}/${trait.value}`, trait);
    };
    add(traitsOf(entity, alert.hostname ?? ''));
    for (const { matched, hostname, eventId } of proofs) {
      add(traitsOf(matched, hostname));
      add(this.#traits.get(eventId) ?? []);
    }
    const tactics = tags.flatMap((tag) => /^attack\.([a-z-]+)$/.exec(tag)?.[1] ?? []);
    return { ...facts, tactics, traits: [...found.values()] };
  }

  /** Reads the events that are not known yet. */
  async #learn(alerts: readonly AlertWithProofs[]): Promise<void> {
    const missing = alerts.flatMap(({ proofs }) =>
      proofs.filter(({ eventId }) => !this.#traits.has(eventId)),
    );
    if (missing.length === 0) return;
    let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { timeMs } of missing) {
      fromMs = Math.min(fromMs, timeMs);
      toMs = Math.max(toMs, timeMs);
    }
    const names = [...new Set(missing.map(({ eventId }) => eventId))].map((id) => fromEventId(id));
    for (const { id, fields, hostname } of await this.#findAll(names, { fromMs, toMs }))
      this.#traits.set(id, traitsOf(fields, hostname));
    for (const id of this.#traits.keys()) {
      if (this.#traits.size <= CHAIN_LIMITS.events) break;
      this.#traits.delete(id);
    }
  }
}
