/** What the agent says of itself: problems that hold now, attention, and what it has cost. */
import { expect, test } from 'vitest';
import { attentionOf } from '../../../agent/attention.ts';
import { checkRunning } from '../../../agent/doctor/check-running.ts';
import { CostMeter } from '../../../agent/cost-meter.ts';
import { formatDuration } from '../../../agent/format.ts';
import { en } from '../../../agent/messages/en.ts';
import { vi } from '../../../agent/messages/vi.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { StatusBoard } from '../../../agent/status-board.ts';
import { statusRows } from '../../../agent/status-view.ts';

const HOUR_MS = 3_600_000;

function makeBoard() {
  const clock = {
    nowMs: 1_000_000,
    now: () => clock.nowMs,
    monotonicMs: () => clock.nowMs,
    sleep: async () => undefined,
  };
  const lane = { lane: 0, nextSeq: 5, waiting: 3, acknowledgedSeq: 1, bytes: 900, retainedBytes: 0 };
  const spool = {
    status: () => ({
      epoch: 'e',
      lanes: [lane],
      waitingBytes: 900,
      bytesMax: 1_000,
      retainBytesMax: 0,
      droppedRecords: 0,
    }),
    oldestWaitingAt: () => clock.nowMs - 90_000,
  } as unknown as Spool;
  const board = new StatusBoard({
    agentVersion: '1',
    spool,
    clock,
    highWaters: [],
    bandwidth: { bytesPerSecondMax: undefined, sentBytes: 12_345 },
    proxy: undefined,
    sources: [{ name: 'file', kind: 'file' }],
  });
  return { board, clock };
}

test('a problem that is mended disappears, and what was lost is told for a day', () => {
  const { board, clock } = makeBoard();
  const problems = (): string[] =>
    board.status('running').sources[0]?.problems.map(({ message }) => message) ?? [];
  board.onSource('file', { kind: 'problem', problem: { subject: '/a', message: 'unreadable' } });
  board.onSource('file', { kind: 'problem', problem: { subject: '/a', message: 'lost', once: true } });
  expect(problems()).toEqual(['unreadable', 'lost']);
  board.onSource('file', { kind: 'resolved', subject: '/a' });
  expect(problems()).toEqual(['lost']);
  clock.nowMs += 25 * HOUR_MS;
  expect(problems()).toEqual([]);
  board.onSource('file', { kind: 'failed', error: new Error('broken'), retryInMs: 1 });
  expect(board.status('running').sources[0]).toMatchObject({
    state: 'failed',
    problems: [{ subject: 'file' }],
  });
  board.onSource('file', { kind: 'recovered' });
  expect(problems()).toEqual([]);
});

test('problems are bounded, the newest stay', () => {
  const { board } = makeBoard();
  for (let index = 0; index < 500; index += 1) {
    board.onSource('file', { kind: 'problem', problem: { subject: `/f${index}`, message: 'unreadable' } });
  }
  const { problems = [] } = board.status('running').sources[0] ?? {};
  expect(problems).toHaveLength(50);
  expect(problems.at(-1)?.subject).toBe('/f499');
});

test('how old the oldest is that waits, by lane', () => {
  const { board, clock } = makeBoard();
  expect(board.status('running').spool.lanes).toMatchObject([{ lane: 0, oldestAt: clock.nowMs - 90_000 }]);
});

test('what somebody should look at, as codes', () => {
  const { board } = makeBoard();
  expect(attentionOf(undefined, false, undefined)).toEqual(['not-running']);
  expect(attentionOf(board.status('running'), true, 'rolled-back')).toEqual([
    'not-connected',
    'spool-filling',
    'policy-refused',
  ]);
  board.onLink({ kind: 'online', clockSkewMs: 90_000 } as Parameters<typeof board.onLink>[0]);
  board.onSource('file', { kind: 'problem', problem: { subject: '/a', message: 'unreadable' } });
  expect(attentionOf(board.status('running'), true, 'applied')).toEqual([
    'source-problem',
    'spool-filling',
    'clock-off',
  ]);
  const nothing = { ...board.status('running'), sources: [] };
  expect(attentionOf(nothing, true, 'applied')).toContain('nothing-watched');
  expect(checkRunning(nothing, en)).toMatchObject([{ name: 'sources', level: 'warn' }]);
});

test.each([
  [
    'en',
    en,
    ['running since', 'security: 3 waiting (900 B), the oldest for 1 min 30 s', 'log files', 'attention'],
  ],
  ['vi', vi, ['đang chạy từ', 'an ninh: 3 đang chờ (900 B), lâu nhất 1 min 30 s', 'tệp nhật ký', 'cần xem']],
])('in words: %s', (_, m, words) => {
  const { board, clock } = makeBoard();
  const status = board.status('running');
  const attention = attentionOf(status, true, undefined);
  const text = statusRows({ status, alive: true, policy: undefined, attention, nowMs: clock.nowMs }, m)
    .map((row) => row.join(' '))
    .join('\n');
  for (const word of words) expect(text).toContain(word);
});

test('the cost: CPU by machine since the start and over the last hour, memory, line and disk', () => {
  let uptimeMs = 0;
  let cpuMs = 0;
  const meter = new CostMeter({
    uptimeMs: () => uptimeMs,
    cpuMs: () => cpuMs,
    rssBytes: () => 50,
    rssBytesPeak: () => 70,
    writtenBytes: () => null,
    cores: 2,
  });
  // A busy first hour, then two quiet ones.
  for (let minute = 1; minute <= 180; minute += 1) {
    uptimeMs = minute * 60_000;
    cpuMs += minute <= 60 ? 12_000 : 1_200;
    meter.read(0);
  }
  expect(meter.read(99)).toMatchObject({
    rssBytes: 50,
    rssBytesPeak: 70,
    machinePercent: 4,
    machinePercentHour: 1,
    sentBytes: 99,
    writtenBytes: null,
  });
  expect(new CostMeter().read(0).rssBytes).toBeGreaterThan(1_000_000);
});

test.each([
  [3, '3 ms'],
  [61_000, '1 min 1 s'],
  [2 * HOUR_MS + 60_000, '2 h 1 min'],
])('%i ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
