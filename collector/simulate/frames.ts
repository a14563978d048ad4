/** How much a made-up agent puts into one frame: as the real one, well below what the protocol allows. */
import { LIMITS } from '#protocol/limits.ts';

const RECORDS_MAX = 100;
const BYTES_MAX = LIMITS.batchBytesMax / 4;

/** Records of one frame, as they come. */
export class OpenFrame {
  readonly records: string[] = [];
  #bytes = 0;

  /** @returns whether it is full */
  add(record: string): boolean {
    this.records.push(record);
    this.#bytes += record.length;
    return this.records.length >= RECORDS_MAX || this.#bytes >= BYTES_MAX;
  }
}
