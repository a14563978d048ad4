/**
 * What the collector knows of every lane of every agent: how far it is stored and how far it is under way.
 * Invariants: committed <= pending; `committed` moves only after the store said so; sequences are admitted in
 * order and without gaps, so the highest stored sequence says that all below it are stored too.
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

export class LaneBook {
  readonly #lanes = new Map<string, LaneState[]>();

  constructor(marks: Iterable<LaneMark>) {
    for (const mark of marks) {
      const lane = this.#lane(mark.agentId, mark.epoch, mark.lane);
      lane.committed = Math.max(lane.committed, mark.seq);
      lane.pending = lane.committed;
    }
  }

  #lane(agentId: string, epoch: string, lane: number): LaneState {
    const key = `${agentId}/${epoch}`;
    let lanes = this.#lanes.get(key);
    if (lanes === undefined) this.#lanes.set(key, (lanes = []));
    while (lanes.length <= lane) lanes.push({ committed: 0, pending: 0 });
    const state = lanes[lane];
    if (state === undefined) throw new RangeError(`lane ${lane} out of range`);
    return state;
  }

  /** Stored marks of one agent and epoch; lanes with nothing stored are left out. */
  marksOf(agentId: string, epoch: string): { lane: number; seq: number }[] {
    const lanes = this.#lanes.get(`${agentId}/${epoch}`) ?? [];
    return lanes.flatMap(({ committed }, lane) => (committed > 0 ? [{ lane, seq: committed }] : []));
  }

  committed(agentId: string, epoch: string, lane: number): number {
    return this.#lanes.get(`${agentId}/${epoch}`)?.[lane]?.committed ?? 0;
  }

  /** Decides on `count` events from `firstSeq` and, when any of them is new, marks them pending. */
  admit(agentId: string, epoch: string, lane: number, firstSeq: number, count: number): Admission {
    const state = this.#lane(agentId, epoch, lane);
    const expected = state.pending + 1;
    if (firstSeq > expected) return { kind: 'gap', expected };
    const lastSeq = firstSeq + count - 1;
    if (lastSeq < expected) return { kind: 'known' };
    state.pending = lastSeq;
    return { kind: 'new', skip: expected - firstSeq };
  }

  /** Everything of the lane up to `mark.seq` is stored. */
  commit(mark: LaneMark): void {
    const state = this.#lane(mark.agentId, mark.epoch, mark.lane);
    state.committed = Math.max(state.committed, mark.seq);
    state.pending = Math.max(state.pending, state.committed);
  }

  /** All committed marks, to be saved beside the events. */
  *all(): Generator<LaneMark> {
    for (const [key, lanes] of this.#lanes) {
      const [agentId = '', epoch = ''] = key.split('/');
      for (const [lane, { committed }] of lanes.entries()) {
        if (committed > 0) yield { agentId, epoch, lane, seq: committed };
      }
    }
  }
}
