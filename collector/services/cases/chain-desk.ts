/**
 * Chains of alerts on demand: which open ones should be a case, and how those of a case hang together. Nothing is kept but
 * what events have, by their ids, since an event never changes: the same alerts give the same chains.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { chainsInTurns, explainInTurns, type Chain } from '../../case/chain/form-chains.ts';
import type { ChainAlert, InTurns } from '../../case/chain/join-alerts.ts';
import { traitsOf, type Trait } from '../../case/chain/chain-traits.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import {
  hostRowIds,
  openChainIds,
  readChainAlerts,
  type AlertWithProofs,
} from '../../registry/cases/chain-alerts.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { fromEventId } from '../../store/event-query.ts';
import type { EventStore } from '../../store/store.ts';

export interface Proposals {
  chains: readonly { chain: Chain; alertIds: string[] }[];
  /** Open alerts that were looked at, of so many. */
  considered: number;
  open: number;
}

export const CHAIN_LIMITS = {
  /** Open alerts that are looked at; which ones, openChainIds says. */
  alerts: 2_000,
  /** Of one case. */
  caseAlerts: 500,
  proposals: 50,
  /** Events whose traits are kept in memory. */
  events: 20_000,
} as const;

/** Alerts whose events are asked for together. */
const LEARNT_AT_ONCE = 200;
/** After so long others have their turn. */
const TURN_MS = 8;

/** Runs it to its end, and lets others run in between. */
async function pacing<T>(work: InTurns<T>): Promise<T> {
  for (let begun = performance.now(); ;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - begun < TURN_MS) continue;
    await yieldToLoop();
    begun = performance.now();
  }
}

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
    const { ids, open } = await openChainIds(this.#db, scope, CHAIN_LIMITS.alerts);
    const chains = await pacing(chainsInTurns(await this.#alerts(ids), CHAIN_LIMITS.proposals));
    const proposed: { chain: Chain; alertIds: string[] }[] = [];
    for (const chain of chains) {
      const alerts = [...chain.members.map(({ alert }) => alert), ...chain.untold];
      const agents = new Set(alerts.flatMap(({ agentId }) => agentId ?? []));
      const rows = await hostRowIds(this.#db, [...agents], scope);
      proposed.push({ chain, alertIds: [...alerts.map(({ id }) => id), ...rows] });
    }
    return { chains: proposed, considered: ids.length, open };
  }

  /** @param ids of a case's alerts, as far as the reader sees them */
  async explain(ids: readonly string[]): Promise<Chain | null> {
    return pacing(explainInTurns(await this.#alerts(ids.slice(0, CHAIN_LIMITS.caseAlerts))));
  }

  async #alerts(ids: readonly string[]): Promise<ChainAlert[]> {
    const alerts = await readChainAlerts(this.#db, ids);
    const chained: ChainAlert[] = [];
    // Together what is near in time: the store then looks through a short stretch of it.
    const ordered = alerts.toSorted((a, b) => a.lastMs - b.lastMs);
    for (let at = 0; at < ordered.length; at += LEARNT_AT_ONCE) {
      const some = ordered.slice(at, at + LEARNT_AT_ONCE);
      await this.#learn(some);
      chained.push(...(await pacing(this.#chainAlerts(some))));
    }
    return chained;
  }

  *#chainAlerts(alerts: readonly AlertWithProofs[]): InTurns<ChainAlert[]> {
    const chained: ChainAlert[] = [];
    for (const alert of alerts) {
      chained.push(this.#chainAlert(alert));
      yield;
    }
    return chained;
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

  *#keep(events: Awaited<ReturnType<EventStore['findAll']>>): InTurns<void> {
    for (const { id, fields, hostname } of events) {
      this.#traits.set(id, traitsOf(fields, hostname));
      yield;
    }
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
    await pacing(this.#keep(await this.#findAll(names, { fromMs, toMs })));
    for (const id of this.#traits.keys()) {
      if (this.#traits.size <= CHAIN_LIMITS.events) break;
      this.#traits.delete(id);
    }
  }
}
