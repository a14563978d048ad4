/**
 * Puts together what an agent tells of one moment in several tallies. Invariant: what is held of a peer is bounded,
 * and one account is under way at a time.
 */
import { ProtocolError } from '../protocol/error.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Tally, TallyEntry, TallyScope } from '../protocol/up.ts';

/** All tallies of one moment. */
export interface ToldAccount {
  entries: readonly TallyEntry[];
  scope: TallyScope;
}

export class AccountInParts {
  #parts: TallyEntry[][] = [];
  #whole = false;

  /**
   * @returns the whole account with its last part; the next one begins with a new object
   * @throws ProtocolError
   */
  add(tally: Tally): ToldAccount | undefined {
    if (this.#whole) throw new ProtocolError('out-of-order', 'a tally before the last account was answered');
    if (this.#parts.length >= LIMITS.tallyPartsMax) {
      throw new ProtocolError('too-large', `an account of more than ${LIMITS.tallyPartsMax} tallies`);
    }
    this.#parts.push(tally.entries);
    if (tally.scope === undefined) return undefined;
    const entries = this.#parts.flat();
    const places = new Set(entries.map(({ hourMs, lane, channel }) => `${hourMs}/${lane}/${channel}`));
    if (places.size < entries.length)
      throw new ProtocolError('bad-frame', 'an account names a channel twice');
    this.#parts = [];
    this.#whole = true;
    return { entries, scope: tally.scope };
  }
}
