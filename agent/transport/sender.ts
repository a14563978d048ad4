/**
 * Sends what waits in the spool: lanes in order of priority, inside a lane in sequence, a window of unacknowledged
 * batches ahead, of which less important lanes leave a part free (window.ts). A gap is never sent over: a signed loss
 * message comes first.
 */
import { encodeFrame } from '#protocol/frame.ts';
import { LIMITS } from '#protocol/limits.ts';
import { lossBytes } from '#protocol/signing.ts';
import { ProtocolError } from '#protocol/error.ts';
import type { Loss, LossReason } from '#protocol/up.ts';
import { faultPoint } from '../fault-point.ts';
import type { Clock } from '../clock.ts';
import type { Spool } from '../spool/spool.ts';
import type { Age, Bandwidth } from './bandwidth.ts';
import type { SentMemory } from './reconcile.ts';
import type { Transport } from './transport.ts';
import { hasRoom } from './window.ts';

const BRACKETS_BYTES = 2;

/** What compression leaves of JSON, until it is known: bytes on the wire by bytes of payload. */
const RATIO_FIRST = 0.25;
const RATIO_MIN = 0.02;
/** A payload that is surely compressed, though its last record may not fit. */
const COMPRESSED_BYTES_MIN = LIMITS.compressAboveBytes + 512;

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
  bandwidth: Bandwidth;
  clock: Pick<Clock, 'monotonicMs'>;
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
  /** By lane: when its old records may be sent again, monotonic. */
  readonly #blockedUntilMs: number[] = [];
  #ratio = RATIO_FIRST;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#cursors = [...options.marks];
    this.#inFlightBatchesMax = options.inFlightBatchesMax;
  }

  setWindow(inFlightBatchesMax: number): void {
    this.#inFlightBatchesMax = inFlightBatchesMax;
  }

  /**
   * Sends until the window is full, nothing waits, or the bandwidth is used up.
   * @returns milliseconds after which more may be sent; undefined when that does not depend on time.
   */
  pump(): number | undefined {
    const { bandwidth } = this.#options;
    while (this.#hasRoom(0)) {
      const waitMs = bandwidth.waitMs();
      // Nobody overtakes: what is most important goes as soon as anything may.
      if (waitMs > 0) return this.#waits() ? waitMs : undefined;
      if (!this.#cursors.some((_, lane) => this.#hasRoom(lane) && this.#sendNext(lane)))
        return this.#blockedMs();
    }
    return undefined;
  }

  #hasRoom(lane: number): boolean {
    return hasRoom(lane, {
      batches: this.#inFlight.length,
      bytes: this.#inFlightBytes,
      batchesMax: this.#inFlightBatchesMax,
    });
  }

  /** Bytes of other messages of the session, which go before batches. */
  charge(bytes: number): void {
    this.#options.bandwidth.take(bytes);
  }

  #waits(): boolean {
    const { lanes } = this.#options.spool.status();
    return lanes.some(({ lane, nextSeq }) => nextSeq - 1 > (this.#cursors[lane] ?? 0));
  }

  #blockedMs(): number | undefined {
    const nowMs = this.#options.clock.monotonicMs();
    const waits = this.#blockedUntilMs.map((untilMs) => untilMs - nowMs).filter((ms) => ms > 0);
    return waits.length === 0 ? undefined : Math.ceil(Math.min(...waits));
  }

  /** A frame of about a second of what is allowed, so that nothing more important waits long behind it. */
  get #payloadBytesMax(): number {
    const { frameBytesMax } = this.#options.bandwidth;
    const wanted = frameBytesMax / this.#ratio;
    if (wanted > COMPRESSED_BYTES_MIN)
      return Math.floor(Math.min(wanted, LIMITS.batchBytesMax - BRACKETS_BYTES));
    // Smaller ones are not compressed: worth it only when what compression saves is more than the wait it costs.
    return COMPRESSED_BYTES_MIN * this.#ratio <= frameBytesMax * 1.5 ? COMPRESSED_BYTES_MIN : frameBytesMax;
  }

  /** Learns how well this host's records compress; a frame that came out larger counts at once. */
  #learn(payloadBytes: number, frameBytes: number): void {
    if (payloadBytes <= LIMITS.compressAboveBytes) return;
    const seen = Math.max(RATIO_MIN, frameBytes / payloadBytes);
    this.#ratio = seen > this.#ratio ? seen : (this.#ratio + seen) / 2;
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
    const { spool, memory, bandwidth, clock, acknowledged } = this.#options;
    const cursor = this.#cursors[lane] ?? 0;
    const loss = this.#lossAfter(lane, cursor);
    if (loss !== undefined) {
      this.#sendLoss(lane, cursor + 1, loss.toSeq, loss.reason);
      return true;
    }
    if ((this.#blockedUntilMs[lane] ?? 0) > clock.monotonicMs()) return false;
    const lease = spool.lease(lane, cursor, {
      eventsMax: LIMITS.batchEventsMax,
      bytesMax: this.#payloadBytesMax,
    });
    // A lease may find damage: the spool then names a loss, or has begun anew under another epoch.
    if (spool.epoch !== memory.epoch) return false;
    if (lease?.firstSeq !== cursor + 1) {
      const gap = this.#lossAfter(lane, cursor) ?? this.#gapAfter(lane, cursor, lease?.firstSeq);
      if (gap === undefined) return false;
      this.#sendLoss(lane, cursor + 1, gap.toSeq, gap.reason);
      return true;
    }
    const isRefill = lease.firstSeq <= (acknowledged[lane] ?? 0);
    const age: Age = isRefill ? { kind: 'refill' } : bandwidth.ageOf(lease.at);
    const waitMs = bandwidth.waitMsOf(age);
    if (waitMs > 0) {
      // Other lanes may have news.
      this.#blockedUntilMs[lane] = clock.monotonicMs() + waitMs;
      return false;
    }
    const frame = encodeFrame({ lane, firstSeq: lease.firstSeq }, lease.records);
    const payloadBytes = lease.records.reduce((sum, json) => sum + json.length + 1, 0);
    this.#learn(payloadBytes, frame.length);
    bandwidth.take(frame.length, age);
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
    this.charge(text.length);
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
