/** What agents told and what is stored meet in one cell; the report says what became of every record. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import {
  addDuplicates,
  applyCount,
  forgetCounts,
  readLedgerCursor,
} from '../../../collector/registry/ledger-count.ts';
import { CellBudget } from '../../../collector/registry/cell-budget.ts';
import { emptyCell } from '../../../collector/registry/ledger-cells.ts';
import { compactLedger, HOURS_APART } from '../../../collector/registry/ledger-compact.ts';
import { readLedger, type LedgerReport } from '../../../collector/registry/ledger-report.ts';
import { ledgerSummary, recentLedgerSummary } from '../../../collector/registry/ledger-summary.ts';
import { recordAccounts, type Account } from '../../../collector/registry/ledger-told.ts';
import { recordLoss } from '../../../collector/registry/loss-book.ts';
import type { RowTally } from '../../../collector/store/store.ts';
import { enrolRequest, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const HOUR_MS = 3_600_000;
const HOUR = Math.floor(START_MS / HOUR_MS);
const EPOCH = 'e'.repeat(32);
const CHANNEL = 'log/sshd';

let registry: Registry;
let clock: TestClock;
let agentId: string;

// Its own, so that other files in the same home are not set up by it.
describe('the ledger', () => {
  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
    const outcome = await enrolAgent(
      registry,
      enrolRequest(await createJoinToken(registry, {}, 'test')),
      '127.0.0.1',
    );
    if (!outcome.ok) throw new Error(outcome.fault);
    ({ agentId } = outcome);
  });
  afterEach(() => registry.close());

  const tell = (
    cell: { produced: number; limited?: Record<string, number>; dropped?: Record<string, number> },
    seq: number,
    change: Partial<Account> = {},
  ): Promise<string[]> => {
    const { produced, limited = {}, dropped = {} } = cell;
    const entry = { hourMs: HOUR * HOUR_MS, lane: 1, channel: CHANNEL, produced, limited, dropped };
    const account = { agentId, epoch: EPOCH, countsId: 'c'.repeat(32), entries: [entry], sinceMs: 0 };
    clock.ms += 1_000;
    return recordAccounts(registry.db, [{ ...account, lanes: [{ lane: 1, seq }], ...change }], clock.ms);
  };

  const store = async (rows: number, seqMin: number, change: Partial<RowTally> = {}): Promise<void> => {
    const tally = { agentId, epoch: EPOCH, lane: 1, channel: CHANNEL, readHour: HOUR, rejected: false, rows };
    const afterBatch = await readLedgerCursor(registry.db);
    await applyCount(registry.db, {
      afterBatch,
      toBatch: afterBatch + 1,
      tallies: [{ ...tally, seqMin, seqMax: seqMin + rows - 1, ...change }],
      resets: [],
      nowMs: clock.ms,
    });
  };

  const report = (by: 'channel' | 'hour' | 'agent' | 'agency' = 'channel'): Promise<LedgerReport> =>
    readLedger(registry.db, { fromMs: 0, toMs: START_MS + 48 * HOUR_MS, by, scope: { kind: 'all' } });

  test('produced = limited + dropped + stored + rejected + waiting, with the reasons', async () => {
    await tell({ produced: 100, limited: { rate: 10 }, dropped: { 'spool-full': 5 } }, 90);
    await recordLoss(registry.db, {
      agent_id: agentId,
      epoch: EPOCH,
      lane: 1,
      from_seq: 1,
      to_seq: 5,
      reason: 'spool-full',
      recorded_ms: clock.ms,
    });
    await store(60, 6);
    await store(5, 66, { rejected: true });
    await addDuplicates(registry.db, [{ agentId, hour: HOUR, lane: 1, channel: CHANNEL, count: 7 }], {
      nowMs: clock.ms,
    });
    const { lines, reasons, unbalanced, gaps } = await report();
    expect(lines).toEqual([
      {
        key: CHANNEL,
        label: '',
        produced: 100,
        limited: 10,
        dropped: 5,
        stored: 60,
        rejected: 5,
        duplicate: 7,
        uncounted: 0,
        waiting: 20,
        untold: 0,
        named: 0,
        missing: 0,
      },
    ]);
    expect(reasons).toEqual({ limited: { rate: 10 }, dropped: { 'spool-full': 5 }, named: {} });
    expect([unbalanced, gaps]).toEqual([[], []]);
  });

  test('totals told again change nothing, and later ones take their place', async () => {
    await tell({ produced: 10 }, 10);
    await tell({ produced: 10 }, 10);
    await tell({ produced: 12 }, 12);
    await store(12, 1);
    expect((await report()).lines).toMatchObject([{ produced: 12, stored: 12, waiting: 0, missing: 0 }]);
  });

  test('what vanished is named by agent, channel, hour and number, and counted in the summary', async () => {
    await tell({ produced: 10 }, 10);
    await store(7, 4);
    const { unbalanced, gaps } = await report('agent');
    expect(unbalanced).toMatchObject([
      { agentId, hostname: 'pc-01', channel: CHANNEL, hourMs: HOUR * HOUR_MS, difference: 3 },
    ]);
    expect(gaps).toMatchObject([{ agentId, lane: 1, afterSeq: 0, toSeq: 10, missing: 3 }]);
    expect(await ledgerSummary(registry.db, { kind: 'all' }, clock.ms)).toMatchObject({
      unbalancedHours: 1,
      sequenceGaps: 1,
    });
    expect(await ledgerSummary(registry.db, { kind: 'some', agencyIds: [999] }, clock.ms)).toMatchObject({
      unbalancedHours: 0,
      sequenceGaps: 0,
    });
  });

  test('rows that claim more hours and channels than an agent may fill are counted under none, and still balance', async () => {
    const budget = new CellBudget(5);
    const overflow: [string, number][] = [];
    const entries = Array.from({ length: 20 }, (_, at) => ({
      hourMs: HOUR * HOUR_MS,
      lane: 1,
      channel: `log/${at}`,
      produced: 10,
      limited: {},
      dropped: {},
    }));
    for (let step = 0; step < 3; step += 1) {
      await applyCount(registry.db, {
        afterBatch: step,
        toBatch: step + 1,
        tallies: entries.map(({ channel }, at) => ({
          agentId,
          epoch: EPOCH,
          lane: 1,
          channel,
          readHour: HOUR - step * 100,
          rejected: at % 2 === 0,
          rows: 10,
          seqMin: step * 200 + at * 10 + 1,
          seqMax: step * 200 + at * 10 + 10,
        })),
        resets: [],
        nowMs: HOUR * HOUR_MS,
        budget,
        onOverflow: (agent, cells) => overflow.push([agent, cells]),
      });
    }
    expect(overflow).toEqual([
      [agentId, 15],
      [agentId, 20],
      [agentId, 20],
    ]);
    const cells = await registry.db
      .selectFrom('ledger_cell')
      .select(['channel', 'stored', 'rejected'])
      .execute();
    expect(cells).toHaveLength(6);
    expect(cells.reduce((sum, { stored, rejected }) => sum + stored + rejected, 0)).toBe(600);
    // The agent tells of each hour and channel what it read: nothing is missing, and nothing is too much.
    for (let step = 0; step < 3; step += 1) {
      const told = entries.map((entry) => ({ ...entry, hourMs: entry.hourMs - step * 100 * HOUR_MS }));
      await tell({ produced: 0 }, 600, { entries: told });
    }
    const { unbalanced, lines } = await report('agent');
    expect(unbalanced).toEqual([]);
    expect(lines).toMatchObject([{ produced: 600, stored: 300, rejected: 300, missing: 0, waiting: 0 }]);
  });

  test('an agent that fills the same cell again and again keeps it', async () => {
    const budget = new CellBudget(5);
    for (let step = 0; step < 20; step += 1) {
      const { deltas, overflow } = await registry.db
        .transaction()
        .execute((trx) =>
          budget.fit(trx, [emptyCell({ agentId, hour: HOUR, lane: 1, channel: CHANNEL })], HOUR),
        );
      expect(deltas).toMatchObject([{ channel: CHANNEL, hour: HOUR }]);
      expect(overflow.size).toBe(0);
    }
  });

  test('who asks for the summary within some seconds gets the same answer, and later a new one', async () => {
    const all = { kind: 'all' } as const;
    const first = recentLedgerSummary(registry.db, all, clock.ms);
    expect(recentLedgerSummary(registry.db, all, clock.ms + 4_999)).toBe(first);
    expect(recentLedgerSummary(registry.db, { kind: 'some', agencyIds: [1] }, clock.ms)).not.toBe(first);
    expect(recentLedgerSummary(registry.db, all, clock.ms + 5_000)).not.toBe(first);
    await first;
  });

  test('an agent that cannot count balances by sequences only, and says so', async () => {
    await store(5, 1);
    expect((await report()).lines).toMatchObject([{ produced: 0, stored: 5, uncounted: 5, missing: 0 }]);
  });

  test('a store put back to an older state is counted anew, and what it lacks is missing', async () => {
    await tell({ produced: 10 }, 10);
    await store(10, 1);
    const first = { agentId, epoch: EPOCH, lane: 1, readHour: HOUR, seqMin: 1 };
    await forgetCounts(registry.db, [first]);
    expect(await readLedgerCursor(registry.db)).toBe(0);
    await store(6, 1);
    expect((await report()).lines).toMatchObject([{ produced: 10, stored: 6, waiting: 4 }]);
    await recordLoss(registry.db, {
      agent_id: agentId,
      epoch: EPOCH,
      lane: 1,
      from_seq: 7,
      to_seq: 10,
      reason: 'not-retained',
      recorded_ms: clock.ms,
    });
    const { lines, reasons } = await report();
    expect(lines).toMatchObject([{ stored: 6, waiting: 0, named: 4, missing: 0 }]);
    expect(reasons.named).toEqual({ 'not-retained': 4 });
  });

  test('old hours that balance are kept by the day, with the same sums; the others stay', async () => {
    const day = Math.floor(HOUR / 24) * 24;
    const entries = [0, 1, 5, 23].map((hour) => ({
      hourMs: (day + hour) * HOUR_MS,
      lane: 1,
      channel: CHANNEL,
      produced: 10,
      limited: {},
      dropped: {},
    }));
    await tell({ produced: 0 }, 40, { entries });
    for (const [at, hour] of [0, 1, 5].entries()) await store(10, at * 10 + 1, { readHour: day + hour });
    await store(9, 31, { readHour: day + 23, seqMax: 40 });
    const before = await report();
    expect(await compactLedger(registry.db, day + 24 + HOURS_APART - 1)).toBe(0);
    expect(await compactLedger(registry.db, day + 24 + HOURS_APART)).toBe(2);
    expect(await compactLedger(registry.db, day + 24 + HOURS_APART)).toBe(0);
    expect(await report()).toEqual(before);
    const cells = await registry.db
      .selectFrom('ledger_cell')
      .select(['hour', 'stored', 'open'])
      .orderBy('hour')
      .execute();
    expect(cells).toEqual([
      { hour: day, stored: 30, open: 0 },
      { hour: day + 23, stored: 9, open: 1 },
    ]);
  });
});
