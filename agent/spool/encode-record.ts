/** A record as the JSON that will go over the wire, always small enough for one frame. */
import { LIMITS } from '#protocol/limits.ts';
import type { SourceRecord } from '#protocol/record.ts';

/** One record must fit a frame with its brackets and a separator. */
export const RECORD_JSON_BYTES_MAX = LIMITS.batchBytesMax - 3;

const BYTES_PER_CODE_UNIT_MAX = 3;

function fits(json: string, bytesMax: number): boolean {
  return json.length * BYTES_PER_CODE_UNIT_MAX <= bytesMax || Buffer.byteLength(json) <= bytesMax;
}

/** The longest prefix of `length` code units that does not end inside a surrogate pair. */
function wholePrefix(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/**
 * Text of a log record that escapes to more than a frame holds (a line of NULs) is cut, and the cut is told.
 * @returns undefined when the record cannot be made to fit.
 */
export function encodeRecord(record: SourceRecord, bytesMax = RECORD_JSON_BYTES_MAX): string | undefined {
  let json = JSON.stringify(record);
  if (fits(json, bytesMax)) return json;
  if (record.kind !== 'log') return undefined;
  const textBytes = Buffer.byteLength(record.text);
  let { text } = record;
  while (text.length > 1) {
    text = wholePrefix(text, text.length >> 1);
    const cutBytes = (record.cutBytes ?? 0) + textBytes - Buffer.byteLength(text);
    json = JSON.stringify({ ...record, text, cutBytes });
    if (fits(json, bytesMax)) return json;
  }
  return undefined;
}
