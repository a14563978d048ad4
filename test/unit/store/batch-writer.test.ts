import { expect, test, vi } from 'vitest';
import type { WriteUnit } from '../../../collector/store/batch-line.ts';
import { Linger } from '../../../collector/store/linger.ts';
import { BatchWriter, type BatchWriterOptions } from '../../../collector/store/batch-writer.ts';
import {
  BatchRefusedError,
  BatchUnknownError,
  StoreUnavailableError,
  type EventRow,
  type RowBatch,
} from '../../../collector/store/store.ts';
import { ArrayCollector, ArrayRows, rowsOf } from '../../support/array-rows.ts';
import { ShapedEvent } from '../../../rules/sigma/index.ts';

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
  event: { timeMs: 1, logsources: [], columns: {}, fields: new ShapedEvent(), message, parsed: true },
});

const unit = (rows: EventRow[], bytes = rows.length): WriteUnit => ({
  rows,
  bytes,
  mark: { agentId: 'a', epoch: 'e', lane: 0, seq: rows.at(-1)?.seq ?? 0 },
  saveMark: rows.length === 0,
});

function harness(insert: (batch: RowBatch) => Promise<void>, changes: Partial<BatchWriterOptions> = {}) {
  const committed: RowBatch[] = [];
  const marks: number[] = [];
  const saved: unknown[] = [];
  const full: boolean[] = [];
  const retries: number[] = [];
  const rejected: number[] = [];
  const writer = new BatchWriter({
    store: {
      collect: () => new ArrayCollector(),
      insert,
      saveMarks: async (rows) => void saved.push(...rows),
    },
    firstBatch: 7,
    rowsMax: 100,
    linger: { min: 1, max: 1, fullRate: 1 },
    bytesMax: 1_000,
    retryMs: { min: 1, max: 2 },
    now: () => 42,
    clock: () => performance.now(),
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
  expect(committed.flatMap((batch) => rowsOf(batch).map(({ seq }) => seq))).toEqual(
    Array.from({ length: 250 }, (_, i) => i + 1),
  );
  expect(committed.map((batch) => batch.batch)).toEqual(committed.map((_, i) => 7 + i));
  expect(Math.max(...committed.map((batch) => batch.rows.length))).toBeLessThanOrEqual(100);
  expect(openMax).toBe(1);
  expect(marks.at(-1)).toBe(250);
});

test('a batch of unknown outcome is inserted again with the same number and rows', async () => {
  const tried: RowBatch[] = [];
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

test('rows are released once they are durable, but not those of an insert that was given up', async () => {
  let fails = false;
  const tried: RowBatch[] = [];
  const released = (): number[] => tried.map(({ rows }) => (rows instanceof ArrayRows ? rows.released : -1));
  const whenCommitted: number[][] = [];
  const { writer } = harness(
    async (batch) => {
      tried.push(batch);
      if (fails) {
        fails = false;
        throw new BatchUnknownError('cut');
      }
    },
    { onCommitted: (_units, batches) => void (batches.length > 0 && whenCommitted.push(released())) },
  );
  writer.add(unit([row(1)]));
  await writer.drain();
  expect(released()).toEqual([1]);
  fails = true;
  writer.add(unit([row(2)]));
  await writer.drain();
  expect(released()).toEqual([1, 0, 0]);
  expect(whenCommitted).toEqual([[0], [1, 0, 0]]);
});

test('a refused batch is halved until the offending row is alone, and that row is kept as rejected', async () => {
  const stored: EventRow[] = [];
  const { writer, committed, rejected, marks } = harness(async (batch) => {
    if (rowsOf(batch).some(({ event, channel }) => event.message === 'poison' && channel !== 'rejected')) {
      throw new BatchRefusedError('cannot parse');
    }
    stored.push(...rowsOf(batch));
  });
  writer.add(unit(Array.from({ length: 50 }, (_, i) => row(i + 1, i === 30 ? 'poison' : 'fine'))));
  await writer.drain();
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(stored[30]).toMatchObject({
    channel: 'rejected',
    event: { fields: ShapedEvent.from({ 'error.message': 'cannot parse', 'event.channel': 'log/sshd' }) },
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
  await vi.waitFor(() => expect(retries.length).toBeGreaterThan(1), { timeout: 15_000 });
  await writer.stop();
  expect(committed).toEqual([]);
});

test('who sent a row that was refused has batches of its own, and the others go on between its inserts', async () => {
  const inserted: { seqs: number[]; refused: boolean }[] = [];
  const { writer, committed, rejected } = harness(async (batch) => {
    const rows = rowsOf(batch);
    const refused = rows.some(({ event, channel }) => event.message === 'poison' && channel !== 'rejected');
    inserted.push({ seqs: rows.map(({ seq }) => seq), refused });
    if (refused) throw new BatchRefusedError('cannot parse');
  });
  const from = (agentId: string, seqs: number[], message: string): WriteUnit => ({
    rows: seqs.map((seq) => ({ ...row(seq, message), agentId })),
    bytes: 1,
    mark: { agentId, epoch: 'e', lane: 0, seq: seqs.at(-1) ?? 0 },
    saveMark: false,
  });
  writer.add(from('good', [1, 2, 3], 'fine'));
  writer.add(from('bad', [1001], 'poison'));
  await writer.drain();
  expect(rejected).toEqual([1001]);

  inserted.length = 0;
  for (let at = 0; at < 20; at += 1) writer.add(from('bad', [1002 + at], 'poison'));
  for (let at = 0; at < 20; at += 1) writer.add(from('good', [4 + at * 50, 5 + at * 50], 'fine'));
  await writer.drain();
  const isGood = (seqs: readonly number[]): boolean => seqs.every((seq) => seq < 1001);
  expect(inserted.every(({ seqs }) => isGood(seqs) || seqs.every((seq) => seq > 1001))).toBe(true);
  // Nothing of the others is ever refused, and no more than a few inserts come between two of theirs.
  const ofOthers = inserted.flatMap(({ seqs }, at) => (isGood(seqs) ? [at] : []));
  expect(ofOthers[0]).toBe(0);
  expect(inserted.filter(({ seqs, refused }) => refused && isGood(seqs))).toEqual([]);
  const stored = committed.flatMap((batch) => rowsOf(batch));
  for (const agentId of ['good', 'bad']) {
    const seqs = stored.filter((one) => one.agentId === agentId).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
  }
  expect(stored).toHaveLength(4 + 20 + 40);
  const numbers = committed.map(({ batch }) => batch);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

/** A writer whose store refuses a row by its message, and what it was asked. */
function poisoned(changes: Partial<BatchWriterOptions> = {}) {
  const inserted: { agents: string[]; rows: number; refused: boolean }[] = [];
  const made = harness(async (batch) => {
    const rows = rowsOf(batch);
    const refused = rows.some(({ event, channel }) => event.message === 'poison' && channel !== 'rejected');
    inserted.push({ agents: [...new Set(rows.map(({ agentId }) => agentId))], rows: rows.length, refused });
    if (refused) throw new BatchRefusedError('cannot parse');
  }, changes);
  return { ...made, inserted };
}

const from = (agentId: string, seqs: number[], message: string, bytes = 1): WriteUnit => ({
  rows: seqs.map((seq) => ({ ...row(seq, message), agentId })),
  bytes,
  mark: { agentId, epoch: 'e', lane: 0, seq: seqs.at(-1) ?? 0 },
  saveMark: false,
});

test('however many rows of one agent are refused, the others in the batch wait for a few inserts', async () => {
  const { writer, inserted, committed } = poisoned({ rowsMax: 10_000, bytesMax: 1e9 });
  for (let at = 0; at < 40; at += 1) {
    for (let agent = 0; agent < 30; agent += 1) {
      const seqs = Array.from({ length: 5 }, (_, n) => at * 5 + n + 1);
      writer.add(from(`agent-${agent}`, seqs, agent === 17 ? 'poison' : 'fine'));
    }
  }
  await writer.drain();
  const lastOfOthers = inserted.findLastIndex(
    ({ agents, refused }) => !refused && !agents.includes('agent-17'),
  );
  expect(lastOfOthers).toBeLessThan(12);
  const stored = committed.flatMap((batch) => rowsOf(batch));
  expect(stored).toHaveLength(40 * 30 * 5);
  expect(stored.filter(({ channel }) => channel === 'rejected')).toHaveLength(200);
});

test('what was added before and after a refusal keeps its order, over batches closed before it too', async () => {
  const { writer, committed, marks } = poisoned({ rowsMax: 20, bytesMax: 1e9 });
  for (let seq = 1; seq <= 60; seq += 1) {
    writer.add(from('bad', [seq], seq === 3 || seq === 41 ? 'poison' : 'fine'));
    writer.add(from('good', [seq], 'fine'));
  }
  await writer.drain();
  for (let seq = 61; seq <= 80; seq += 1) {
    writer.add(from('bad', [seq], 'fine'));
    writer.add(from('good', [seq], 'fine'));
  }
  await writer.drain();
  const stored = committed.flatMap((batch) => rowsOf(batch));
  for (const agentId of ['good', 'bad']) {
    expect(stored.filter((one) => one.agentId === agentId).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 80 }, (_, at) => at + 1),
    );
  }
  expect(stored.filter(({ channel }) => channel === 'rejected').map(({ seq }) => seq)).toEqual([3, 41]);
  expect(marks).toHaveLength(160);
  expect(writer.waitingBytes).toBe(0);
});

test('an agent all of whose rows are refused costs a bounded number of refusals', async () => {
  const { writer, inserted, committed } = poisoned({ rowsMax: 1_000, bytesMax: 1e9 });
  for (let at = 0; at < 60; at += 1) {
    writer.add(
      from(
        'bad',
        Array.from({ length: 100 }, (_, n) => at * 100 + n + 1),
        'poison',
      ),
    );
  }
  await writer.drain();
  expect(committed.flatMap((batch) => rowsOf(batch))).toHaveLength(6_000);
  expect(inserted.filter(({ refused }) => refused).length).toBeLessThan(230);
});

test('who is set apart and has enough waiting is held, and nobody else', async () => {
  const gate = Promise.withResolvers<void>();
  let open = true;
  const { writer } = harness(
    async (batch) => {
      if (!open) await gate.promise;
      if (rowsOf(batch).some(({ event, channel }) => event.message === 'poison' && channel !== 'rejected'))
        throw new BatchRefusedError('cannot parse');
    },
    { bytesMax: 1_000 },
  );
  writer.add(from('bad', [1], 'poison'));
  await writer.drain();
  open = false;
  for (let seq = 2; seq <= 5; seq += 1) {
    expect(writer.holds('bad')).toBe(false);
    writer.add(from('bad', [seq], 'fine', 80));
  }
  expect(writer.holds('bad')).toBe(true);
  expect(writer.holds('good')).toBe(false);
  open = true;
  gate.resolve();
  await writer.drain();
  expect(writer.holds('bad')).toBe(false);
});

test('a lone row waits briefly, and many rows longer, so that they share an insert', () => {
  const linger = new Linger({ min: 200, max: 800, fullRate: 2_000 });
  linger.add(1, 0);
  expect(linger.ms).toBe(200);
  for (let ms = 0; ms <= 10_000; ms += 10) linger.add(100, ms);
  expect(linger.ms).toBe(800);
  for (let ms = 10_000; ms <= 30_000; ms += 1_000) linger.add(1, ms);
  expect(linger.ms).toBeLessThan(210);
});
