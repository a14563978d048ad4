import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Account,
  FairLine,
  URGENCIES,
  type LineMember,
  type Urgency,
} from '../../../collector/ingest/fair-line.ts';

class Member implements LineMember {
  readonly account: Account;
  readonly work: Record<Urgency, number[]>;

  constructor(account: Account, urgent: number[], rest: number[]) {
    this.account = account;
    this.work = { 0: urgent, 1: rest };
  }

  nextBytes(urgency: Urgency): number {
    return this.work[urgency][0] ?? 0;
  }
}

/** Takes turns until nobody waits or `turns` are over. @returns bytes taken, by account and urgency */
function run(members: readonly Member[], turns = Number.POSITIVE_INFINITY): Map<string, number> {
  const line = new FairLine<Member>();
  const enter = (member: Member): void => {
    for (const urgency of URGENCIES) if (member.nextBytes(urgency) > 0) line.enter(member, urgency);
  };
  members.forEach(enter);
  const taken = new Map<string, number>();
  for (let count = 0; count < turns; count += 1) {
    const turn = line.next();
    if (turn === undefined) break;
    const bytes = turn.member.work[turn.urgency].shift() ?? 0;
    const key = `${turn.member.account.id}/${turn.urgency}`;
    taken.set(key, (taken.get(key) ?? 0) + bytes);
    enter(turn.member);
  }
  return taken;
}

const times = (count: number, bytes: number): number[] => Array.from({ length: count }, () => bytes);

test('an account with a thousand busy members gets no more than one with a single one', () => {
  const flood = new Account(1);
  const quiet = new Account(2);
  const members = Array.from({ length: 1_000 }, () => new Member(flood, [], times(100, 50_000)));
  members.push(new Member(quiet, [], times(10_000, 50_000)));
  const taken = run(members, 2_000);
  const [first = 0, second = 0] = [taken.get('1/1'), taken.get('2/1')];
  expect(first / second).toBeGreaterThan(0.9);
  expect(first / second).toBeLessThan(1.1);
});

test('shares are of bytes, not of pieces', () => {
  const taken = run(
    [
      new Member(new Account(1), [], times(1_000, 1_000_000)),
      new Member(new Account(2), [], times(100_000, 1_000)),
    ],
    20_000,
  );
  expect((taken.get('1/1') ?? 0) / (taken.get('2/1') ?? 1)).toBeCloseTo(1, 0);
});

test('members of an account take turns', () => {
  const account = new Account(1);
  const members = [1, 2, 3].map(() => new Member(account, [], times(100, 10)));
  run(members, 30);
  expect(members.map(({ work }) => work[1].length)).toEqual([90, 90, 90]);
});

test('urgent work of a quiet account passes a flood of other work', () => {
  const flood = Array.from({ length: 50 }, () => new Member(new Account(1), [], times(1_000, 100_000)));
  const quiet = new Member(new Account(2), [500], []);
  run([...flood, quiet], 1);
  expect(quiet.work[0]).toEqual([]);
});

test('a flood of urgent work leaves the rest its share', () => {
  const taken = run(
    [
      new Member(new Account(1), times(10_000, 10_000), []),
      new Member(new Account(2), [], times(10_000, 10_000)),
    ],
    5_000,
  );
  const share = (taken.get('2/1') ?? 0) / ((taken.get('1/0') ?? 0) + (taken.get('2/1') ?? 0));
  expect(share).toBeGreaterThan(0.08);
  expect(share).toBeLessThan(0.2);
});

test('everything gets its turn exactly once, whatever waits', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1_048_576 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), sizes, sizes), { maxLength: 30 }), (rows) => {
      const accounts = Array.from({ length: 6 }, (_, id) => new Account(id));
      const members = rows.map(([id, urgent, rest]) => {
        const account = accounts[id];
        if (account === undefined) throw new RangeError('no such account');
        return new Member(account, [...urgent], [...rest]);
      });
      const taken = [...run(members).values()].reduce((sum, bytes) => sum + bytes, 0);
      const all = rows.flatMap(([, urgent, rest]) => [...urgent, ...rest]);
      expect(taken).toBe(all.reduce((sum, bytes) => sum + bytes, 0));
      expect(members.every(({ work }) => work[0].length + work[1].length === 0)).toBe(true);
    }),
  );
});
