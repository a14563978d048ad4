/** An agent as the ledger knows it: gives sequences, drops, delivers in order, tells totals, loses its spool. */
import type { TallyEntry } from '../../../collector/protocol/up.ts';
import type { Account } from '../../../collector/registry/ledger-told.ts';
import type { RowTally } from '../../../collector/store/store.ts';

export const HOUR_MS = 3_600_000;

interface ModelRecord {
  hour: number;
  channel: string;
  /** Why it was given up. */
  dropped?: 'spool-full' | 'spool-corrupt';
}

interface Cell {
  produced: number;
  limited: Record<string, number>;
  dropped: Record<string, number>;
}

export interface Delivery {
  rows: (Pick<RowTally, 'channel' | 'readHour' | 'rejected'> & { seq: number })[];
  losses: { fromSeq: number; toSeq: number; reason: string }[];
}

/** One lane is enough: lanes never meet in the ledger. It is the one in which a spool tells of its reset. */
export const LANE = 0;

export class ModelAgent {
  readonly agentId: string;
  epoch: string;
  #counts = 1;
  #records: ModelRecord[] = [];
  /** Sequences up to this one are delivered. */
  delivered = 0;
  #cells = new Map<string, Cell>();
  #epochs = 0;
  /** As they were when the process opened its spool. */
  #atOpening = new Map<string, Cell>();
  #image: { records: ModelRecord[]; cells: Map<string, Cell>; epoch: string; delivered: number } | undefined;

  constructor(agentId: string) {
    this.agentId = agentId;
    this.epoch = this.#nextEpoch();
  }

  #nextEpoch(): string {
    this.#epochs += 1;
    return `${this.agentId}-e${this.#epochs}`;
  }

  #cell(hour: number, channel: string): Cell {
    const key = `${hour} ${channel}`;
    let cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, (cell = { produced: 0, limited: {}, dropped: {} }));
    return cell;
  }

  get waiting(): number {
    return this.#records.slice(this.delivered).filter(({ dropped }) => dropped === undefined).length;
  }

  produce(hour: number, channel: string, count: number, limited: number): void {
    const cell = this.#cell(hour, channel);
    cell.produced += count + limited;
    if (limited > 0) cell.limited['rate'] = (cell.limited['rate'] ?? 0) + limited;
    for (let at = 0; at < count; at += 1) this.#records.push({ hour, channel });
  }

  /** The oldest waiting ones are given up; what the agent says of itself goes last of all. */
  drop(count: number): void {
    for (const record of this.#records.slice(this.delivered)) {
      if (count <= 0) return;
      if (record.dropped !== undefined || record.channel === 'agent') continue;
      record.dropped = 'spool-full';
      const { dropped } = this.#cell(record.hour, record.channel);
      dropped['spool-full'] = (dropped['spool-full'] ?? 0) + 1;
      count -= 1;
    }
  }

  /** What the collector stores next, in order; `spoil` decides which rows it rejects without knowing their channel. */
  deliver(count: number, spoil: (seq: number) => boolean): Delivery {
    const delivery: Delivery = { rows: [], losses: [] };
    const to = Math.min(this.#records.length, this.delivered + count);
    for (let at = this.delivered; at < to; at += 1) {
      const record = this.#records[at];
      if (record === undefined) break;
      const seq = at + 1;
      if (record.dropped !== undefined) {
        const last = delivery.losses.at(-1);
        if (last?.toSeq === seq - 1 && last.reason === record.dropped) last.toSeq = seq;
        else delivery.losses.push({ fromSeq: seq, toSeq: seq, reason: record.dropped });
        continue;
      }
      const rejected = spoil(seq);
      const channel = rejected ? 'unknown' : record.channel;
      delivery.rows.push({ seq, channel, readHour: record.hour, rejected });
    }
    this.delivered = to;
    return delivery;
  }

  /** The spool is set aside as corrupt; what waited in it becomes a loss at the head of the new epoch, when it is known. */
  reset(known: boolean): { epoch: string; lost: number | null } {
    const lost = this.#records.length - this.delivered;
    if (known) this.#dropAll();
    else {
      this.#cells = new Map();
      this.#atOpening = new Map();
      this.#counts += 1;
    }
    this.epoch = this.#nextEpoch();
    this.#image = undefined;
    this.delivered = 0;
    this.#records = [];
    if (known) {
      for (let at = 0; at < lost; at += 1)
        this.#records.push({ hour: 0, channel: '', dropped: 'spool-corrupt' });
    }
    return { epoch: this.epoch, lost: known ? lost : null };
  }

  /** What a corrupt spool still tells of its counts goes on: what waited is counted as dropped. */
  #dropAll(): void {
    for (const { hour, channel, dropped } of this.#records.slice(this.delivered)) {
      if (dropped !== undefined) continue;
      const cell = this.#cell(hour, channel);
      cell.dropped['spool-corrupt'] = (cell.dropped['spool-corrupt'] ?? 0) + 1;
    }
  }

  /** Keeps a disk image of the host. */
  snapshot(): void {
    this.#image = {
      records: structuredClone(this.#records),
      cells: structuredClone(this.#cells),
      epoch: this.epoch,
      delivered: this.delivered,
    };
  }

  /**
   * The image is put back, the agent reads `more` before it hears of what the collector has, and begins a new epoch:
   * what the collector has of the image is not sent again, what is left is numbered anew.
   */
  revert(more: (agent: ModelAgent) => void): void {
    const image = this.#image;
    if (image === undefined || image.epoch !== this.epoch || this.delivered <= image.records.length) return;
    const held = image.records.length;
    this.#records = structuredClone(image.records);
    this.#cells = structuredClone(image.cells);
    this.#atOpening = structuredClone(image.cells);
    this.delivered = image.delivered;
    this.#image = undefined;
    more(this);
    this.epoch = this.#nextEpoch();
    this.#counts += 1;
    this.#records = this.#records.slice(held);
    this.delivered = 0;
    for (const [key, cell] of this.#cells) {
      const before = this.#atOpening.get(key);
      if (before === undefined) continue;
      cell.produced -= before.produced;
      for (const [reason, count] of Object.entries(before.limited)) {
        cell.limited[reason] = (cell.limited[reason] ?? 0) - count;
      }
      for (const [reason, count] of Object.entries(before.dropped)) {
        cell.dropped[reason] = (cell.dropped[reason] ?? 0) - count;
      }
    }
  }

  account(): Account | undefined {
    const entries = [...this.#cells].map(([key, cell]): TallyEntry => {
      const [hour = '', channel = ''] = key.split(' ');
      return {
        hourMs: Number(hour) * HOUR_MS,
        lane: LANE,
        channel,
        produced: cell.produced,
        limited: { ...cell.limited },
        dropped: { ...cell.dropped },
      };
    });
    if (entries.length === 0) return undefined;
    return {
      agentId: this.agentId,
      epoch: this.epoch,
      countsId: `${this.agentId}-c${this.#counts}`,
      entries,
      sinceMs: 0,
      lanes: [{ lane: LANE, seq: this.#records.length }],
    };
  }
}
