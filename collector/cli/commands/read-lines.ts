/**
 * Lines of a byte stream, without decoding: all that end in one chunk at once, since a wait for every line would cost
 * more than the line. A line over the limit is reported as such and its bytes are let go.
 */
const LINE_FEED = 0x0a;

export interface LineBatch {
  /** Number of the first line; lines count from 1. */
  first: number;
  /** Undefined for a line over the limit. */
  lines: readonly (Buffer | undefined)[];
  /** Bytes of the stream read so far. */
  bytes: number;
}

/** @returns batches that are never empty; memory is bounded by a chunk and the limit. */
export async function* readLines(
  bytes: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<LineBatch> {
  let first = 1;
  let total = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const keep = (part: Buffer): void => {
    restBytes += part.length;
    if (restBytes > lineBytesMax) rest = [];
    else rest.push(part);
  };
  const take = (): Buffer | undefined => {
    const [only = Buffer.alloc(0)] = rest;
    const line = restBytes > lineBytesMax ? undefined : rest.length <= 1 ? only : Buffer.concat(rest);
    rest = [];
    restBytes = 0;
    return line;
  };
  for await (const chunk of bytes) {
    total += chunk.length;
    const lines: (Buffer | undefined)[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      lines.push(take());
    }
    if (from < chunk.length) keep(chunk.subarray(from));
    if (lines.length === 0) continue;
    yield { first, lines, bytes: total };
    first += lines.length;
  }
  if (restBytes > 0) yield { first, lines: [take()], bytes: total };
}
