/** Lines of a byte stream, without decoding. A line over the limit is reported as such and its bytes are let go. */
const LINE_FEED = 0x0a;

/** @returns lines numbered from 1; `line` is undefined for one over the limit. */
export async function* readLines(
  bytes: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<{ number: number; line: Buffer | undefined }> {
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  let tooLong = false;
  const keep = (part: Buffer): void => {
    restBytes += part.length;
    if (restBytes > lineBytesMax) {
      tooLong = true;
      rest = [];
    }
    if (!tooLong) rest.push(part);
  };
  const take = (): { number: number; line: Buffer | undefined } => {
    number += 1;
    const [only = Buffer.alloc(0)] = rest;
    const line = tooLong ? undefined : rest.length <= 1 ? only : Buffer.concat(rest);
    rest = [];
    restBytes = 0;
    tooLong = false;
    return { number, line };
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      yield take();
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (restBytes > 0) yield take();
}
