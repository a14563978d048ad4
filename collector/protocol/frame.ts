/**
 * A batch frame: 24 bytes of header, then the records as one JSON array, zstd-compressed above 4 KiB.
 * Sequences inside a frame are contiguous: firstSeq, firstSeq + 1, ... Sizes are checked before any allocation.
 *
 *   0 u8 magic 0x56   1 u8 version 1   2 u8 flags (1 = zstd)   3 u8 lane
 *   4 u32 count       8 u64 firstSeq  16 u32 payload bytes before compression  20 u32 zero     (little-endian)
 */
import zlib from 'node:zlib';
import { ProtocolError } from './error.ts';
import { LIMITS } from './limits.ts';

const HEADER_BYTES = 24;
const MAGIC = 0x56;
const FRAME_VERSION = 1;
const FLAG_ZSTD = 1;

export interface FrameHeader {
  lane: number;
  firstSeq: number;
  count: number;
  /** Payload size before compression. */
  payloadBytes: number;
}

/** Records still to be validated, one entry per sequence. */
export interface DecodedFrame extends FrameHeader {
  records: unknown[];
}

/**
 * @param recordsJson each record already serialised as JSON, in sequence order.
 * @throws RangeError when the batch is over LIMITS: the caller cuts batches, so this is its defect.
 */
export function encodeFrame(
  header: { lane: number; firstSeq: number },
  recordsJson: readonly string[],
): Buffer {
  const payload = Buffer.from(`[${recordsJson.join(',')}]`, 'utf8');
  if (
    recordsJson.length === 0 ||
    recordsJson.length > LIMITS.batchEventsMax ||
    payload.length > LIMITS.batchBytesMax
  ) {
    throw new RangeError(
      `batch of ${recordsJson.length} records and ${payload.length} bytes is over the limit`,
    );
  }
  const compress = payload.length > LIMITS.compressAboveBytes;
  const body = compress
    ? zlib.zstdCompressSync(payload, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } })
    : payload;
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt8(MAGIC, 0);
  frame.writeUInt8(FRAME_VERSION, 1);
  frame.writeUInt8(compress ? FLAG_ZSTD : 0, 2);
  frame.writeUInt8(header.lane, 3);
  frame.writeUInt32LE(recordsJson.length, 4);
  frame.writeBigUInt64LE(BigInt(header.firstSeq), 8);
  frame.writeUInt32LE(payload.length, 16);
  frame.writeUInt32LE(0, 20);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

function refuse(message: string, cause?: unknown): never {
  throw new ProtocolError('bad-frame', message, { cause });
}

/** An ordinary payload in one piece; of what a header claims beyond that, no more is allocated than comes. */
const CHUNK_BYTES = { min: 64, max: 262_144 } as const;

function inflate(body: Uint8Array, payloadBytes: number): Uint8Array<ArrayBuffer> {
  // One byte of slack tells an honest size from a payload that goes on beyond what its header says.
  const maxOutputLength = payloadBytes + 1;
  const chunkSize = Math.min(Math.max(maxOutputLength, CHUNK_BYTES.min), CHUNK_BYTES.max);
  try {
    return zlib.zstdDecompressSync(body, { maxOutputLength, chunkSize });
  } catch (error) {
    return refuse('the payload is not valid zstd of the size its header claims', error);
  }
}

/**
 * Gives the memory of an inflated payload back at once. Left to the garbage collector it goes only when the whole heap is
 * looked through, and a few hundred such payloads make the runtime look. Small ones lie in memory that others share.
 */
function giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

/** What the header of a frame says of its size. @throws RangeError when it is shorter than a header */
export function frameSize(frame: Buffer): { count: number; payloadBytes: number } {
  return { count: frame.readUInt32LE(4), payloadBytes: frame.readUInt32LE(16) };
}

/** What the frame says before its payload is looked at. @throws ProtocolError bad-frame or too-large */
export function readHeader(frame: Buffer): FrameHeader {
  if (frame.length > LIMITS.frameBytesMax) {
    throw new ProtocolError('too-large', `frame of ${frame.length} bytes; at most ${LIMITS.frameBytesMax}`);
  }
  if (frame.length < HEADER_BYTES) refuse(`frame of ${frame.length} bytes is shorter than its header`);
  if (frame.readUInt8(0) !== MAGIC || frame.readUInt8(1) !== FRAME_VERSION)
    refuse('not a batch frame of version 1');
  const flags = frame.readUInt8(2);
  const lane = frame.readUInt8(3);
  const count = frame.readUInt32LE(4);
  const firstSeq = Number(frame.readBigUInt64LE(8));
  const payloadBytes = frame.readUInt32LE(16);
  if ((flags & ~FLAG_ZSTD) !== 0 || frame.readUInt32LE(20) !== 0) refuse('reserved bits are set');
  if (lane >= LIMITS.lanesMax) refuse(`lane ${lane} does not exist`);
  if (firstSeq < 1 || !Number.isSafeInteger(firstSeq + count)) refuse('sequence out of range');
  if (count < 1 || count > LIMITS.batchEventsMax || payloadBytes > LIMITS.batchBytesMax) {
    throw new ProtocolError(
      'too-large',
      `batch of ${count} events and ${payloadBytes} bytes is over the limit`,
    );
  }
  return { lane, firstSeq, count, payloadBytes };
}

/** @throws ProtocolError bad-frame or too-large; nothing beyond LIMITS is ever allocated. */
export function decodeFrame(frame: Buffer): DecodedFrame {
  const header = readHeader(frame);
  const { count, payloadBytes } = header;
  const isCompressed = (frame.readUInt8(2) & FLAG_ZSTD) !== 0;
  const body = frame.subarray(HEADER_BYTES);
  const inflated = isCompressed ? inflate(body, payloadBytes) : undefined;
  const payload = inflated ?? body;
  if (payload.length !== payloadBytes)
    refuse(`payload of ${payload.length} bytes, header says ${payloadBytes}`);
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8');
  if (inflated !== undefined) giveBack(inflated);
  let records: unknown;
  try {
    records = JSON.parse(text);
  } catch (error) {
    return refuse('the payload is not JSON', error);
  }
  if (!Array.isArray(records)) return refuse('the payload is not an array');
  if (records.length !== count) refuse(`${records.length} records, header says ${count}`);
  return { ...header, records };
}
