/** What the source remembers beside the states: when it last saw everything, and how far a scan had come. */
import type { SealedRows } from './sealed-rows.ts';

type Row = [key: string, value: string | undefined];

const SEEN = 'work:seen';
const SCAN = 'work:scan';
const CONFIG = 'work:config';

export interface ScanPlace {
  startedAt: number;
  /** Last folder that was compared. */
  folder: string;
}

export class WorkRows {
  readonly #rows: SealedRows;

  constructor(rows: SealedRows) {
    this.#rows = rows;
  }

  /** When changes were last seen as they happen: milliseconds since 1970. */
  get seenAt(): number | undefined {
    const text = this.#rows.get(SEEN);
    return text === undefined ? undefined : Number(text);
  }

  seenRow(at: number): Row {
    return [SEEN, String(at)];
  }

  /** Of a scan that was not finished. */
  get scanPlace(): ScanPlace | undefined {
    const text = this.#rows.get(SCAN);
    return text === undefined ? undefined : (JSON.parse(text) as ScanPlace);
  }

  scanRow(place: ScanPlace | undefined): Row {
    return [SCAN, place === undefined ? undefined : JSON.stringify(place)];
  }

  /** The sets as they were when everything was last brought in line with them. */
  get config(): string | undefined {
    return this.#rows.get(CONFIG);
  }

  configRow(text: string): Row {
    return [CONFIG, text];
  }
}
