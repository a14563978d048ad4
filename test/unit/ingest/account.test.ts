/** What an agent counted comes in parts, and is handed on whole; one account at a time, of bounded size. */
import { expect, test } from 'vitest';
import { AccountInParts } from '../../../collector/ingest/account.ts';
import { ProtocolError } from '../../../collector/protocol/error.ts';
import { LIMITS } from '../../../collector/protocol/limits.ts';
import type { Tally, TallyEntry } from '../../../collector/protocol/up.ts';

const HOUR_MS = 3_600_000;
const SCOPE = { countsId: 'c'.repeat(32), sinceMs: 0, lanes: [{ lane: 1, seq: 9 }] };
const entry = (hour: number): TallyEntry => ({
  hourMs: hour * HOUR_MS,
  lane: 1,
  channel: 'log/sshd',
  produced: hour,
  limited: {},
  dropped: {},
});
const tally = (id: number, entries: TallyEntry[], last = false): Tally => ({
  type: 'tally',
  id,
  entries,
  ...(last ? { scope: SCOPE } : {}),
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
};

test('parts are put together with the last one', () => {
  const account = new AccountInParts();
  expect(account.add(tally(1, [entry(1)]))).toBeUndefined();
  expect(account.add(tally(2, [entry(2)], true))).toEqual({
    entries: [entry(1), entry(2)],
    scope: SCOPE,
  });
});

test('the next account waits until this one is answered', () => {
  const account = new AccountInParts();
  account.add(tally(1, [entry(1)], true));
  expect(codeOf(() => account.add(tally(2, [entry(1)], true)))).toBe('out-of-order');
});

test('an account without end is refused, and one that names a cell twice', () => {
  const account = new AccountInParts();
  for (let id = 1; id <= LIMITS.tallyPartsMax; id += 1) account.add(tally(id, [entry(id)]));
  expect(codeOf(() => account.add(tally(99, [entry(99)], true)))).toBe('too-large');
  expect(codeOf(() => new AccountInParts().add(tally(1, [entry(1), entry(1)], true)))).toBe('bad-frame');
});
