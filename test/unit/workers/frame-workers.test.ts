import { tableFromIPC } from 'apache-arrow';
import { afterEach, describe, expect, test } from 'vitest';
import { Detector } from '../../../collector/detect/detector.ts';
import { interpretFrame } from '../../../collector/detect/interpret-frame.ts';
import { makeRuleBook } from '../../../collector/detect/rule-book.ts';
import { parseDocument } from '../../../collector/content/rule-document.ts';
import { IndicatorIndex, type IndicatorHit } from '../../../collector/indicator/indicator-index.ts';
import type { FrameWork } from '../../../collector/ingest/admitted.ts';
import { encodeFrame } from '../../../collector/protocol/frame.ts';
import { makeFrames } from '../../../collector/simulate/records.ts';
import { ColumnCollector, type ColumnRows } from '../../../collector/store/column-rows.ts';
import { ColumnShelf } from '../../../collector/store/column-shelf.ts';
import { MessageBook } from '../../../collector/store/message-book.ts';
import { putRow } from '../../../collector/store/put-row.ts';
import type { UnitRows } from '../../../collector/store/store.ts';
import { FrameWorkers, type FrameWorkersOptions } from '../../../collector/workers/frame-workers.ts';
import type { RuleSource } from '../../../collector/workers/messages.ts';
import { WorkerThread } from '../../../collector/workers/worker-thread.ts';

const NOW = 1_760_000_000_000;

const rule = (id: string, word: string): RuleSource => ({
  text: `title: Says ${word}
id: ${id}
status: stable
level: high
logsource:
  product: linux
detection:
  said:
    message|contains: '${word}'
  condition: said
`,
  place: `${word}.yml`,
  line: 1,
  isTest: false,
  digest: id,
});
const SAYS_FAILED = rule('00000000-0000-4000-8000-0000000000a1', 'Failed');
const SAYS_SESSION = rule('00000000-0000-4000-8000-0000000000a2', 'session');

const sender = (at: number): FrameWork['sender'] => ({
  agentId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  epoch: '0'.repeat(32),
  hostname: `host-${at}`,
  timeZone: 'Asia/Ho_Chi_Minh',
  agencyId: 1 + at,
});

const line = (text: string, channel = 'sshd'): string =>
  JSON.stringify({ kind: 'log', at: NOW, channel, origin: '/var/log/auth.log', text });

const work = (at: number, firstSeq: number, records: readonly string[], skip = 0): FrameWork => ({
  sender: sender(at),
  frame: encodeFrame({ lane: 1, firstSeq }, records),
  skip,
});

const running: FrameWorkers[] = [];
afterEach(async () => {
  for (const workers of running.splice(0)) await workers.stop();
});

interface Told {
  unparsed: Map<string, number>;
  faults: unknown[];
  deaths: number[];
}

async function start(
  count: number,
  rules: readonly RuleSource[],
  changes: Partial<FrameWorkersOptions> = {},
): Promise<{ workers: FrameWorkers; told: Told }> {
  const told: Told = { unparsed: new Map(), faults: [], deaths: [] };
  const workers = await FrameWorkers.start(
    {
      count,
      now: () => NOW,
      indicators: () => undefined,
      judge: (hits) => hits,
      onUnparsed: (channel, lines) => told.unparsed.set(channel, (told.unparsed.get(channel) ?? 0) + lines),
      onFault: (error) => told.faults.push(error),
      onRefused: () => undefined,
      onWork: () => undefined,
      onDeath: (_error, frames) => told.deaths.push(frames),
      onStartFault: (error) => told.faults.push(error),
      ...changes,
    },
    rules,
  );
  running.push(workers);
  return { workers, told };
}

const bookOf = (rules: readonly RuleSource[]): ReturnType<typeof makeRuleBook> =>
  makeRuleBook(rules.map((one) => ({ parsed: parseDocument(one), isTest: one.isTest, digest: one.digest })));

function collected(units: readonly UnitRows[]): ColumnRows {
  const collector = new ColumnCollector(100, new ColumnShelf(new MessageBook()));
  for (const rows of units) {
    if ('pack' in rows) collector.addPacked(rows);
    else for (const row of rows) putRow(collector, row, () => undefined);
  }
  return collector.close();
}

/** What an insert says, but for the patterns, which depend on what a thread has seen. */
function said(rows: ColumnRows): unknown {
  const table = tableFromIPC(Buffer.concat(rows.encode(1, NOW).chunks));
  return table.toArray().map((row) => {
    const cells: unknown = JSON.parse(
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    );
    return { ...(cells as object), message_pattern: '', message_text: '' };
  });
}

const rowsOf = async (done: readonly Promise<{ rows: UnitRows }>[]): Promise<UnitRows[]> =>
  (await Promise.all(done)).map(({ rows }) => rows);

const ruleIds = (rows: ColumnRows): string[] =>
  rows.hits.flatMap(({ hits }) => hits.map(({ ruleId }) => ruleId));

test('any number of workers make the rows, hits and counts that the main thread makes', async () => {
  const rules = [SAYS_FAILED, SAYS_SESSION];
  const unparsed = new Map<string, number>();
  const detector = new Detector(bookOf(rules), {
    onUnparsed: (channel) => unparsed.set(channel, (unparsed.get(channel) ?? 0) + 1),
    onFault: (error) => expect.fail(String(error)),
  });
  const frames = [1, 7, 40].flatMap((size) =>
    makeFrames(size, NOW)
      .slice(0, 12)
      .map((records, at) => work(at % 5, 1, records, at % 4 === 0 ? Math.floor(size / 2) : 0)),
  );
  const bad = JSON.stringify({ kind: 'log', at: 'yesterday', channel: 'sshd', origin: '', text: 'x' });
  frames.push(work(9, 1, [line('Failed password'), bad, line('of no form at all')]));
  const here = frames.map((frame) => interpretFrame(detector, frame, NOW));
  for (const count of [1, 2]) {
    const { workers, told } = await start(count, rules);
    const there = await Promise.all(frames.map((frame) => workers.interpret(frame)));
    expect(there.map(({ rejected }) => rejected)).toEqual(here.map(({ rejected }) => rejected));
    const [one, other] = [collected(here.map(({ rows }) => rows)), collected(there.map(({ rows }) => rows))];
    expect(other.digest()).toBe(one.digest());
    expect(other.hits).toEqual(one.hits);
    expect(said(other)).toEqual(said(one));
    expect(told.unparsed).toEqual(unparsed);
    expect(told.faults).toEqual([]);
  }
  expect(here.flatMap(({ rows }) => rows).some(({ hits }) => hits.length > 0)).toBe(true);
});

test('a frame that is none is refused as its session would refuse it, and those beside it are not concerned', async () => {
  const { workers } = await start(1, []);
  const broken = work(1, 1, [line('a')]);
  broken.frame[24] = 0;
  const [refused, good] = [workers.interpret(broken), workers.interpret(work(2, 1, [line('b')]))];
  await expect(refused).rejects.toMatchObject({ name: 'ProtocolError', code: 'bad-frame' });
  expect((await good).rows.length).toBe(1);
});

describe('a worker that dies', () => {
  /** Kills the thread that is handed a frame of host-13, `times` times. */
  function mortal(times: number): Pick<FrameWorkersOptions, 'start'> {
    let left = times;
    return {
      start: async (setup, events) => {
        const thread = await WorkerThread.start(setup, events);
        const send = thread.send.bind(thread);
        thread.send = (jobs, receivedMs) => {
          send(jobs, receivedMs);
          const isDeadly = jobs.some((job) => job.work.sender.hostname === 'host-13');
          if (isDeadly && left > 0) {
            left -= 1;
            thread.kill();
          }
        };
        return thread;
      },
    };
  }

  test('leaves nothing undone: another does it, and the rows are the same', async () => {
    const { workers, told } = await start(2, [SAYS_FAILED], mortal(1));
    const frames = Array.from({ length: 40 }, (_, at) =>
      work(at, 1, [line('Failed password'), line('other')]),
    );
    const rows = collected(await rowsOf(frames.map((frame) => workers.interpret(frame))));
    expect(rows.length).toBe(80);
    expect(rows.hits).toHaveLength(40);
    expect(told.deaths).toHaveLength(1);
    expect(told.deaths[0]).toBeGreaterThan(0);
    expect((await workers.interpret(work(1, 3, [line('Failed again')]))).rows.length).toBe(1);
  });

  test('over the same frame twice ends that frame, and no other', async () => {
    const { workers, told } = await start(1, [], mortal(2));
    const frames = [12, 13, 14].map((at) => workers.interpret(work(at, 1, [line('a')])));
    const done = await Promise.allSettled(frames);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(told.deaths).toHaveLength(2);
  });
});

test('rules change between two frames, under load: each is matched by one of the books, in order', async () => {
  const { workers } = await start(2, [SAYS_FAILED]);
  const before = Array.from({ length: 30 }, (_, at) =>
    workers.interpret(work(at, 1, [line('Failed session')])),
  );
  const takeOver = await workers.prepare([SAYS_SESSION]);
  const between = workers.interpret(work(50, 1, [line('Failed session')]));
  const old = collected(await rowsOf([...before, between]));
  takeOver();
  const after = Array.from({ length: 30 }, (_, at) =>
    workers.interpret(work(at, 2, [line('Failed session')])),
  );
  const changed = collected(await rowsOf(after));
  expect(new Set(ruleIds(old))).toEqual(new Set([SAYS_FAILED.digest]));
  expect(old.hits).toHaveLength(31);
  expect(new Set(ruleIds(changed))).toEqual(new Set([SAYS_SESSION.digest]));
  expect(changed.hits).toHaveLength(30);
});

test('rules that no worker takes leave those in force', async () => {
  let starts = 0;
  const { workers } = await start(1, [SAYS_FAILED], {
    start: (setup, events) => {
      starts += 1;
      return starts === 2 ? Promise.reject(new Error('no memory')) : WorkerThread.start(setup, events);
    },
  });
  await expect(workers.prepare([SAYS_SESSION])).rejects.toThrow('no memory');
  const rows = collected(await rowsOf([workers.interpret(work(1, 1, [line('Failed session')]))]));
  expect(ruleIds(rows)).toEqual([SAYS_FAILED.digest]);
});

test('workers see indicators that are added and removed while they work, and the main thread says which count', async () => {
  const index = new IndicatorIndex(7);
  const put = (value: string): void =>
    index.put({ kind: 'ip', value, source: `feed-${value}`, confidence: 80, validUntilMs: null, id: 1 });
  let judge = (hits: readonly IndicatorHit[]): readonly IndicatorHit[] => hits;
  const { workers } = await start(1, [SAYS_FAILED], {
    indicators: () => index.share(),
    judge: (hits) => judge(hits),
  });
  let seq = 0;
  const look = async (address: string): Promise<string[]> => {
    seq += 1;
    const text = `Failed password for root from ${address} port 22 ssh2`;
    return ruleIds(collected(await rowsOf([workers.interpret(work(1, seq, [line(text)]))]))).map((id) =>
      id === SAYS_FAILED.digest ? 'rule' : 'indicator',
    );
  };
  expect(await look('203.0.113.7')).toEqual(['rule']);
  put('203.0.113.7');
  workers.share();
  expect(await look('203.0.113.7')).toEqual(['rule', 'indicator']);
  index.remove({ kind: 'ip', value: '203.0.113.7', source: 'feed-203.0.113.7' });
  expect(await look('203.0.113.7')).toEqual(['rule']);
  put('203.0.113.7');
  judge = () => [];
  expect(await look('203.0.113.7')).toEqual(['rule']);
});

test('no more is taken than waits for the workers there are', async () => {
  const { workers } = await start(1, []);
  const records = Array.from({ length: 500 }, () => line('x'.repeat(400)));
  const done: Promise<unknown>[] = [];
  let seq = 1;
  while (workers.hasRoom() && done.length < 100) {
    done.push(workers.interpret(work(done.length, seq, records)));
    seq += records.length;
  }
  expect(done.length).toBeLessThan(100);
  await Promise.all(done);
  expect(workers.hasRoom()).toBe(true);
});
