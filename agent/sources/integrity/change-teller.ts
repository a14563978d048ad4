/** Makes records of changes, with what else is known of them. */
import type { IntegrityRecord } from '#protocol/record.ts';
import type { Change, Teller } from './change-batch.ts';
import { makeRecord } from './make-record.ts';
import type { OwnerNames } from './owner-names.ts';

export interface TellerParts {
  now: () => number;
  names: OwnerNames;
}

export class ChangeTeller implements Teller {
  readonly #parts: TellerParts;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  notice(_change: Change): readonly IntegrityRecord[] {
    return [];
  }

  async tell(changes: readonly Change[]): ReturnType<Teller['tell']> {
    const at = this.#parts.now();
    return { records: changes.map((change) => makeRecord(change, at, this.#parts.names)), rows: new Map() };
  }
}
