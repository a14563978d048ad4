/**
 * Which agents this collector takes events of. Invariants: an agent's marks are read from the store after it became
 * ours and before its session opens; it is handed over after its session was ended and all it sent is stored; while it
 * is being handed over no session of it opens here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  claimAgent,
  handOver,
  readWishes,
  revokedAmong,
  wishDone,
  wishEnd,
  type OwnerWish,
} from '../registry/agent-owners.ts';
import type { RegistryDb } from '../registry/database.ts';
import type { LaneMark } from '../store/store.ts';

export interface OwnershipOptions {
  db: RegistryDb;
  collectorId: string;
  readMarks: (agentIds: readonly string[]) => Promise<LaneMark[]>;
  /** The store holds these; before the agent's session opens. */
  learn: (marks: readonly LaneMark[]) => void;
  /** Whether everything taken of the agent is stored. */
  isSettled: (agentId: string) => boolean;
  agentsOnline: () => Iterable<string>;
  /** Ends the agent's session here, if any. */
  disconnect: (agentId: string, code: string) => void;
  onFault: (what: string, error: unknown) => void;
}

/** How often others' wishes are looked up: a revocation takes effect within this and one round trip. */
const POLL_MS = 250;
const ASK_AGAIN_MS = 100;
const SETTLE_POLL_MS = 20;
/** Agents whose marks are read together. */
const MARKS_LINGER_MS = 50;
const AGENTS_MAX = 1_000;

export class AgentOwnership {
  readonly #options: OwnershipOptions;
  /** Ours, with marks as the store has them. */
  readonly #owned = new Set<string>();
  readonly #leaving = new Map<string, Promise<void>>();
  /** How often an agent was given away: what was read of it before is not known to be true any more. */
  readonly #givenAway = new Map<string, number>();
  readonly #waiting = new Map<string, { resolve: () => void; reject: (error: unknown) => void }[]>();
  #reading: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #stopped = false;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#polling ??= this.#poll().finally(() => {
        this.#polling = undefined;
      });
    }, POLL_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#polling;
    await Promise.all(this.#leaving.values());
  }

  /** Whether a session of the agent may open here at this moment. */
  owns(agentId: string): boolean {
    return this.#owned.has(agentId) && !this.#leaving.has(agentId);
  }

  /**
   * Resolves when the agent is ours and its marks are those of the store.
   * @param isWanted false when its peer has gone meanwhile: then it resolves without
   */
  async take(agentId: string, isWanted: () => boolean): Promise<void> {
    const { db, collectorId } = this.#options;
    while (!this.#stopped && isWanted()) {
      await this.#leaving.get(agentId);
      if (await claimAgent(db, agentId, collectorId)) {
        if (!this.#owned.has(agentId)) await this.#readMarks(agentId);
        if (this.#owned.has(agentId)) return;
      } else await sleep(ASK_AGAIN_MS);
    }
  }

  /** Ends the agent's session at whichever collector has it. */
  async endElsewhere(agentId: string, code: string): Promise<void> {
    await wishEnd(this.#options.db, agentId, code);
  }

  #readMarks(agentId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(agentId) ?? [];
      waiting.push({ resolve, reject });
      this.#waiting.set(agentId, waiting);
      if (this.#reading === undefined) {
        this.#reading = setTimeout(() => void this.#readTogether(), MARKS_LINGER_MS);
      }
    });
  }

  async #readTogether(): Promise<void> {
    const agents = [...this.#waiting].slice(0, AGENTS_MAX);
    const before = new Map(agents.map(([agentId]) => [agentId, this.#givenAway.get(agentId)]));
    for (const [agentId] of agents) this.#waiting.delete(agentId);
    try {
      this.#options.learn(await this.#options.readMarks(agents.map(([agentId]) => agentId)));
      for (const [agentId, waiting] of agents) {
        if (before.get(agentId) === this.#givenAway.get(agentId)) this.#owned.add(agentId);
        for (const { resolve } of waiting) resolve();
      }
    } catch (error) {
      for (const [, waiting] of agents) for (const { reject } of waiting) reject(error);
    }
    this.#reading = this.#waiting.size > 0 ? setTimeout(() => void this.#readTogether(), 0) : undefined;
  }

  async #poll(): Promise<void> {
    const { db, collectorId, agentsOnline, disconnect, onFault } = this.#options;
    try {
      for (const wish of await readWishes(db, collectorId)) await this.#grant(wish);
      const online = [...agentsOnline()];
      for (let from = 0; from < online.length; from += AGENTS_MAX) {
        const revoked = await revokedAmong(db, online.slice(from, from + AGENTS_MAX));
        for (const agentId of revoked) disconnect(agentId, 'revoked');
      }
    } catch (error) {
      onFault('what other collectors want could not be looked up', error);
    }
  }

  async #grant({ agentId, wantedBy, endsWith }: OwnerWish): Promise<void> {
    const { db, collectorId, disconnect } = this.#options;
    if (endsWith !== null) {
      disconnect(agentId, endsWith);
      await wishDone(db, agentId, collectorId);
    }
    if (wantedBy === null || this.#leaving.has(agentId)) return;
    const leaving = this.#handOver(agentId).finally(() => this.#leaving.delete(agentId));
    this.#leaving.set(agentId, leaving);
  }

  async #handOver(agentId: string): Promise<void> {
    const { db, collectorId, disconnect, isSettled, onFault } = this.#options;
    disconnect(agentId, 'replaced');
    while (!isSettled(agentId)) {
      if (this.#stopped) return; // what is not stored by now is for whoever buries us
      await sleep(SETTLE_POLL_MS);
    }
    this.#owned.delete(agentId);
    this.#givenAway.set(agentId, (this.#givenAway.get(agentId) ?? 0) + 1);
    try {
      await handOver(db, agentId, collectorId);
    } catch (error) {
      onFault('an agent could not be handed over', error);
    }
  }
}
