/**
 * Sends what waits in the spool: lanes in order of priority, inside a lane in sequence, a window of
 * unacknowledged batches ahead. A gap is never sent over: a signed loss message comes first.
 */
import { encodeFrame } from '#protocol/frame.ts';
import { LIMITS } from '#protocol/limits.ts';
import { lossBytes } from '#protocol/signing.ts';
import { ProtocolError } from '#protocol/error.ts';
import type { Loss, LossReason } from '#protocol/up.ts';
import { faultPoint } from '../fault-point.ts';
import type { Spool } from '../spool/spool.ts';
import type { SentMemory } from './reconcile.ts';
import type { Transport } from './transport.ts';

/** Bounds the agent's memory: unacknowledged frames may still lie in the socket's buffer. */
const IN_FLIGHT_BYTES_MAX = 4 * 1_048_576;
const BRACKETS_BYTES = 2;

const LEASE_LIMITS = {
  eventsMax: LIMITS.batchEventsMax,
  bytesMax: LIMITS.batchBytesMax - BRACKETS_BYTES,
} as const;

export interface SenderOptions {
  transport: Transport;
  spool: Spool;
  agentId: string;
  /** Ed25519 signature, base64. */
  sign: (bytes: Uint8Array) => string;
  memory: SentMemory;
  /** By lane: highest sequence the collector has stored. */
  marks: readonly number[];
  /** By lane: highest sequence ever acknowledged. Below it the spool holds only what it keeps to refill a collector. */
  acknowledged: readonly number[];
  inFlightBatchesMax: number;
  /** Told for every batch and loss handed to the transport. */
  onSent: (lane: number, lastSeq: number) => void;
}

interface Gap {
  toSeq: number;
  reason: LossReason;
}

interface InFlight {
  lane: number;
  lastSeq: number;
  bytes: number;
}

export class Sender {
  readonly #options: SenderOptions;
  /** By lane: highest sequence sent in this session, or stored before it. */
  readonly #cursors: number[];
  #inFlight: InFlight[] = [];
  #inFlightBytes = 0;
  #inFlightBatchesMax: number;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#cursors = [...options.marks];
    this.#inFlightBatchesMax = options.inFlightBatchesMax;
  }

  setWindow(inFlightBatchesMax: number): void {
    this.#inFlightBatchesMax = inFlightBatchesMax;
  }

  /** Sends until the window is full or nothing waits. */
  pump(): void {
    while (this.#inFlight.length < this.#inFlightBatchesMax && this.#inFlightBytes < IN_FLIGHT_BYTES_MAX) {
      if (!this.#cursors.some((_, lane) => this.#sendNext(lane))) return;
    }
  }

  /**
   * What an earlier session sent may be acknowledged before this one has come to send it again.
   * @throws ProtocolError when the collector acknowledges what was never sent.
   */
  acknowledged(lane: number, seq: number): void {
    const { memory } = this.#options;
    const cursor = this.#cursors[lane];
    const sent = Math.max(cursor ?? 0, memory.sent[lane] ?? 0, (memory.nextAtOpen[lane] ?? 1) - 1);
    if (cursor === undefined || seq > sent) {
      throw new ProtocolError(
        'out-of-order',
        `lane ${lane} is acknowledged up to ${seq}, which was not sent`,
      );
    }
    this.#cursors[lane] = Math.max(cursor, seq);
    this.#inFlight = this.#inFlight.filter((batch) => batch.lane !== lane || batch.lastSeq > seq);
    this.#inFlightBytes = this.#inFlight.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #sendNext(lane: number): boolean {
    const { spool, memory } = this.#options;
    const cursor = this.#cursors[lane] ?? 0;
    const loss = this.#lossAfter(lane, cursor);
    if (loss !== undefined) {
      this.#sendLoss(lane, cursor + 1, loss.toSeq, loss.reason);
      return true;
    }
    const lease = spool.lease(lane, cursor, LEASE_LIMITS);
    // A lease may find damage: the spool then names a loss, or has begun anew under another epoch.
    if (spool.epoch !== memory.epoch) return false;
    if (lease?.firstSeq !== cursor + 1) {
      const gap = this.#lossAfter(lane, cursor) ?? this.#gapAfter(lane, cursor, lease?.firstSeq);
      if (gap === undefined) return false;
      this.#sendLoss(lane, cursor + 1, gap.toSeq, gap.reason);
      return true;
    }
    const frame = encodeFrame({ lane, firstSeq: lease.firstSeq }, lease.records);
    this.#sent(lane, lease.firstSeq + lease.records.length - 1, frame.length, frame);
    return true;
  }

  /** The named loss that covers the next sequence. */
  #lossAfter(lane: number, cursor: number): Gap | undefined {
    const { spool } = this.#options;
    return spool.losses(lane).find(({ fromSeq, toSeq }) => fromSeq <= cursor + 1 && toSeq > cursor);
  }

  /** What was acknowledged once, is wanted again and is no longer there; or what the spool lost without a name. */
  #gapAfter(lane: number, cursor: number, nextSeq: number | undefined): Gap | undefined {
    const acknowledged = this.#options.acknowledged[lane] ?? 0;
    if (cursor < acknowledged)
      return { toSeq: Math.min(acknowledged, (nextSeq ?? Infinity) - 1), reason: 'not-retained' };
    return nextSeq === undefined ? undefined : { toSeq: nextSeq - 1, reason: 'unsendable' };
  }

  #sendLoss(lane: number, fromSeq: number, toSeq: number, reason: LossReason): void {
    const { agentId, sign, memory } = this.#options;
    const signature = sign(lossBytes({ agentId, epoch: memory.epoch, lane, fromSeq, toSeq, reason }));
    const loss: Loss = { type: 'loss', lane, fromSeq, toSeq, reason, signature };
    const text = JSON.stringify(loss);
    this.#sent(lane, toSeq, text.length, text);
  }

  #sent(lane: number, lastSeq: number, bytes: number, message: string | Buffer): void {
    const { memory, transport, onSent } = this.#options;
    this.#cursors[lane] = lastSeq;
    memory.sent[lane] = Math.max(memory.sent[lane] ?? 0, lastSeq);
    this.#inFlight.push({ lane, lastSeq, bytes });
    this.#inFlightBytes += bytes;
    transport.send(message);
    onSent(lane, lastSeq);
    faultPoint('agent.after-send');
  }
}
