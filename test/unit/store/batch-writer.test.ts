import { expect, test, vi } from 'vitest';
import {
  BatchWriter,
  type BatchWriterOptions,
  type WriteUnit,
} from '../../../collector/store/batch-writer.ts';
import {
  BatchRefusedError,
  BatchUnknownError,
  StoreUnavailableError,
  type EventBatch,
  type EventRow,
} from '../../../collector/store/store.ts';

const row = (seq: number, message = `line ${seq}`): EventRow => ({
  agentId: 'a',
  epoch: 'e',
  lane: 0,
  seq,
  hostname: 'h',
  agencyId: 1,
  channel: 'log/sshd',
  origin: '',
  readHour: 472_222,
  hits: [],
  event: { timeMs: 1, logsources: [], columns: {}, fields: {}, message, parsed: true },
});

const unit = (rows: EventRow[], bytes = rows.length): WriteUnit => ({
  rows,
  bytes,
  mark: { agentId: 'a', epoch: 'e', lane: 0, seq: rows.at(-1)?.seq ?? 0 },
  saveMark: rows.length === 0,
});

function harness(insert: (batch: EventBatch) => Promise<void>, changes: Partial<BatchWriterOptions> = {}) {
  const committed: EventBatch[] = [];
  const marks: number[] = [];
  const saved: unknown[] = [];
  const full: boolean[] = [];
  const retries: number[] = [];
  const rejected: number[] = [];
  const writer = new BatchWriter({
    store: { insert, saveMarks: async (rows) => void saved.push(...rows) },
    firstBatch: 7,
    rowsMax: 100,
    lingerMs: 1,
    bytesMax: 1_000,
    retryMs: { min: 1, max: 2 },
    now: () => 42,
    onCommitted: (units, batches) => {
      committed.push(...batches);
      marks.push(...units.map(({ mark }) => mark.seq));
    },
    onFull: (value) => full.push(value),
    onRetry: (_error, attempt) => retries.push(attempt),
    onRejected: (refused) => rejected.push(refused.seq),
    ...changes,
  });
  return { writer, committed, marks, saved, full, retries, rejected };
}

test('rows go into numbered batches in the order they came, one insert at a time', async () => {
  let open = 0;
  let openMax = 0;
  const { writer, committed, marks } = harness(async () => {
    open += 1;
    openMax = Math.max(openMax, open);
    await Promise.resolve();
    open -= 1;
  });
  for (let seq = 1; seq <= 250; seq += 1) writer.add(unit([row(seq)]));
  await writer.drain();
  expect(committed.flatMap((batch) => batch.rows.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 250 }, (_, i) => i + 1),
  );
  expect(committed.map((batch) => batch.batch)).toEqual(committed.map((_, i) => 7 + i));
  expect(Math.max(...committed.map((batch) => batch.rows.length))).toBeLessThanOrEqual(100);
  expect(openMax).toBe(1);
  expect(marks.at(-1)).toBe(250);
});

test('a batch of unknown outcome is inserted again with the same number and rows', async () => {
  const tried: EventBatch[] = [];
  const { writer, committed, retries } = harness(async (batch) => {
    tried.push(batch);
    if (tried.length < 4)
      throw tried.length % 2 === 0 ? new StoreUnavailableError('disk full') : new BatchUnknownError('cut');
  });
  writer.add(unit([row(1), row(2)]));
  await writer.drain();
  expect(new Set(tried).size).toBe(1);
  expect(committed).toHaveLength(1);
  expect(retries).toEqual([1, 2, 3]);
});

test('a refused batch is halved until the offending row is alone, and that row is kept as rejected', async () => {
  const stored: EventRow[] = [];
  const { writer, committed, rejected, marks } = harness(async (batch) => {
    if (batch.rows.some(({ event, channel }) => event.message === 'poison' && channel !== 'rejected')) {
      throw new BatchRefusedError('cannot parse');
    }
    stored.push(...batch.rows);
  });
  writer.add(unit(Array.from({ length: 50 }, (_, i) => row(i + 1, i === 30 ? 'poison' : 'fine'))));
  await writer.drain();
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(stored[30]).toMatchObject({
    channel: 'rejected',
    event: { fields: { 'error.message': 'cannot parse' } },
  });
  expect(rejected).toEqual([31]);
  expect(marks).toEqual([50]);
  const numbers = committed.map((batch) => batch.batch);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('a declared loss has its mark saved before it counts as committed', async () => {
  const { writer, saved, marks } = harness(async () => undefined);
  const loss: WriteUnit = {
    rows: [],
    bytes: 0,
    mark: { agentId: 'a', epoch: 'e', lane: 0, seq: 9 },
    saveMark: true,
  };
  writer.add(loss);
  await writer.drain();
  expect(saved).toEqual([loss.mark]);
  expect(marks).toEqual([9]);
});

test('says when it is full and when it no longer is', async () => {
  const gate = Promise.withResolvers<void>();
  const { writer, full } = harness(async () => gate.promise);
  for (let seq = 1; seq <= 20; seq += 1) writer.add(unit([row(seq)], 100));
  expect(full).toEqual([true]);
  gate.resolve();
  await writer.drain();
  expect(full).toEqual([true, false]);
  expect(writer.waitingBytes).toBe(0);
});

test('stops at once while the store does not answer, and commits nothing it does not know', async () => {
  const { writer, committed, retries } = harness(async () => {
    throw new StoreUnavailableError('starting');
  });
  writer.add(unit([row(1)]));
  await vi.waitFor(() => expect(retries.length).toBeGreaterThan(1));
  await writer.stop();
  expect(committed).toEqual([]);
});
