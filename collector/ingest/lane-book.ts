/**
 * What the collector knows of every lane of every agent: how far it is stored and how far it is under way.
 * Invariants: committed <= pending; `committed` moves only after the store said so; sequences are admitted in
 * order and without gaps, so the highest stored sequence says that all below it are stored too. An agent names its
 * epochs itself, so only its EPOCHS_MAX last used ones are held.
 */
import type { LaneMark } from '../store/store.ts';

interface LaneState {
  /** Highest sequence durably stored. */
  committed: number;
  /** Highest sequence admitted in this process, stored or on its way to the store. */
  pending: number;
}

export type Admission =
  /** Events from the `skip`-th on are new and now pending. */
  | { kind: 'new'; skip: number }
  /** All of it is pending or stored already. */
  | { kind: 'known' }
  /** Sequences between `expected` and the batch are missing. */
  | { kind: 'gap'; expected: number };

/**
 * Epochs held of one agent. An honest one begins an epoch when its spool is lost or its disk image reverted: with one a
 * day this is years. What is forgotten is not lost, but would be stored twice if it were sent again.
 */
export const EPOCHS_MAX = 1_000;

type Epochs = Map<string, LaneState[]>;

export class LaneBook {
  /** Lanes by agent and epoch; the epochs of an agent in the order they were last used. */
  readonly #agents = new Map<string, Epochs>();

  constructor(marks: Iterable<LaneMark>) {
    this.learn(marks);
  }

  /** The store holds everything up to these. */
  learn(marks: Iterable<LaneMark>): void {
    for (const mark of marks) this.commit(mark);
  }

  /** Whether everything admitted of the agent is stored. */
  isSettled(agentId: string): boolean {
    for (const lanes of this.#agents.get(agentId)?.values() ?? []) {
      if (lanes.some(({ committed, pending }) => committed !== pending)) return false;
    }
    return true;
  }

  #lane(agentId: string, epoch: string, lane: number): LaneState {
    let epochs = this.#agents.get(agentId);
    if (epochs === undefined) this.#agents.set(agentId, (epochs = new Map()));
    let lanes = epochs.get(epoch);
    if (lanes === undefined) {
      if (epochs.size >= EPOCHS_MAX) forgetOldest(epochs);
      epochs.set(epoch, (lanes = []));
    }
    while (lanes.length <= lane) lanes.push({ committed: 0, pending: 0 });
    const state = lanes[lane];
    if (state === undefined) throw new RangeError(`lane ${lane} out of range`);
    return state;
  }

  #known(agentId: string, epoch: string, lane: number): LaneState | undefined {
    return this.#agents.get(agentId)?.get(epoch)?.[lane];
  }

  /** Stored marks of one agent and epoch, which a session begins with; lanes with nothing stored are left out. */
  marksOf(agentId: string, epoch: string): { lane: number; seq: number }[] {
    const epochs = this.#agents.get(agentId);
    const lanes = epochs?.get(epoch);
    if (epochs === undefined || lanes === undefined) return [];
    epochs.delete(epoch);
    epochs.set(epoch, lanes);
    return lanes.flatMap(({ committed }, lane) => (committed > 0 ? [{ lane, seq: committed }] : []));
  }

  committed(agentId: string, epoch: string, lane: number): number {
    return this.#known(agentId, epoch, lane)?.committed ?? 0;
  }

  /** Decides on `count` events from `firstSeq`, and changes nothing. */
  judge(agentId: string, epoch: string, lane: number, firstSeq: number, count: number): Admission {
    const expected = (this.#known(agentId, epoch, lane)?.pending ?? 0) + 1;
    if (firstSeq > expected) return { kind: 'gap', expected };
    if (firstSeq + count - 1 < expected) return { kind: 'known' };
    return { kind: 'new', skip: expected - firstSeq };
  }

  /** Decides on `count` events from `firstSeq` and, when any of them is new, marks them pending. */
  admit(agentId: string, epoch: string, lane: number, firstSeq: number, count: number): Admission {
    const admission = this.judge(agentId, epoch, lane, firstSeq, count);
    if (admission.kind === 'new') this.#lane(agentId, epoch, lane).pending = firstSeq + count - 1;
    return admission;
  }

  /** Everything of the lane up to `mark.seq` is stored. */
  commit(mark: LaneMark): void {
    const state = this.#lane(mark.agentId, mark.epoch, mark.lane);
    state.committed = Math.max(state.committed, mark.seq);
    state.pending = Math.max(state.pending, state.committed);
  }

  /** All committed marks, to be saved beside the events. */
  *all(): Generator<LaneMark> {
    for (const [agentId, epochs] of this.#agents) {
      for (const [epoch, lanes] of epochs) {
        for (const [lane, { committed }] of lanes.entries()) {
          if (committed > 0) yield { agentId, epoch, lane, seq: committed };
        }
      }
    }
  }
}

/** The epoch used longest ago of which nothing is under way. */
function forgetOldest(epochs: Epochs): void {
  for (const [epoch, lanes] of epochs) {
    if (lanes.some(({ committed, pending }) => committed !== pending)) continue;
    epochs.delete(epoch);
    return;
  }
}
