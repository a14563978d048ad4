/**
 * Names of rows in order, as runs: rows of one frame have one agent, epoch and lane, and sequences without gaps.
 * Invariant: runs are as long as can be, so equal names in equal order are equal runs, and have one digest.
 */
import { createHash } from 'node:crypto';
import type { RowName } from './store.ts';

/** Names that follow each other. */
export interface NameRun {
  agentId: string;
  epoch: string;
  lane: number;
  firstSeq: number;
  count: number;
}

function follows(run: NameRun, { agentId, epoch, lane, seq }: RowName): boolean {
  return (
    seq === run.firstSeq + run.count && agentId === run.agentId && epoch === run.epoch && lane === run.lane
  );
}

export class RowNames {
  readonly #runs: NameRun[];

  constructor(runs: readonly NameRun[] = []) {
    this.#runs = [...runs];
  }

  add(name: RowName): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && follows(last, name)) last.count += 1;
    else {
      const { agentId, epoch, lane, seq } = name;
      this.#runs.push({ agentId, epoch, lane, firstSeq: seq, count: 1 });
    }
  }

  get runs(): readonly NameRun[] {
    return this.#runs;
  }

  addAll(names: RowNames): void {
    for (const run of names.runs) {
      const last = this.#runs.at(-1);
      if (last !== undefined && follows(last, { ...run, seq: run.firstSeq })) last.count += run.count;
      else this.#runs.push({ ...run });
    }
  }

  /** @throws RangeError when there is no row at the place */
  at(place: number): RowName {
    let before = 0;
    for (const { agentId, epoch, lane, firstSeq, count } of this.#runs) {
      if (place < before + count) return { agentId, epoch, lane, seq: firstSeq + place - before };
      before += count;
    }
    throw new RangeError(`there is no row ${place}`);
  }

  slice(from: number, to: number): RowNames {
    const runs: NameRun[] = [];
    let before = 0;
    for (const run of this.#runs) {
      const first = Math.max(from - before, 0);
      const end = Math.min(to - before, run.count);
      if (first < end) runs.push({ ...run, firstSeq: run.firstSeq + first, count: end - first });
      before += run.count;
    }
    return new RowNames(runs);
  }

  get agentIds(): ReadonlySet<string> {
    return new Set(this.#runs.map(({ agentId }) => agentId));
  }

  /** Places of the rows of these agents, and their names. */
  of(agentIds: ReadonlySet<string>): { places: number[]; names: RowNames } {
    const places: number[] = [];
    const names = new RowNames();
    let before = 0;
    for (const { agentId, epoch, lane, firstSeq, count } of this.#runs) {
      if (agentIds.has(agentId)) {
        for (let at = 0; at < count; at += 1) {
          places.push(before + at);
          names.add({ agentId, epoch, lane, seq: firstSeq + at });
        }
      }
      before += count;
    }
    return { places, names };
  }

  /** SHA-256 of the names in order, lower-case hex. */
  digest(): string {
    const hash = createHash('sha256');
    for (const { agentId, epoch, lane, firstSeq, count } of this.#runs)
      hash.update(`${agentId.length}:${agentId}${epoch.length}:${epoch}${lane}/${firstSeq}+${count};`);
    return hash.digest('hex');
  }
}
