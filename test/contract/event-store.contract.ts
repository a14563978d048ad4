/**
 * What every home of the event store must do. A suite runs it with an open store; tests share the store and use
 * agents and batch numbers of their own.
 */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { FieldValue, NormalEvent } from '../../collector/normalize/event.ts';
import {
  BatchRefusedError,
  type EventRow,
  type EventStore,
  type FoundEvent,
  type HitRow,
} from '../../collector/store/store.ts';
import { Sentence } from '../../collector/normalize/sentence.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';

/** What the suite needs of a home. */
export interface StoreUnderTest {
  store: EventStore;
  /** Number of active parts of the events' table: a batch must be one. */
  countParts: () => Promise<number>;
}

const RECEIVED_MS = Date.UTC(2026, 10, 22, 10, 0, 0);
let agents = 0;
let batches = 0;

/** An agent's id that no other test uses. */
export function newAgent(): string {
  agents += 1;
  return `agent-${agents}`;
}

/** A batch number above all given so far. */
export function newBatch(): number {
  batches += 1;
  return batches;
}

type EventChange = Partial<Omit<NormalEvent, 'fields'>> & { fields?: Record<string, FieldValue> };

/** An event with sensible values, changed as given. */
export function event({ fields = { user: 'root', port: 22 }, ...change }: EventChange = {}): NormalEvent {
  return {
    timeMs: RECEIVED_MS - 1_000,
    logsources: [{ product: 'linux', service: 'sshd' }],
    columns: { event_action: 'ssh_login_failed', user_name: 'root', source_ip: '203.0.113.7' },
    fields: ShapedEvent.from(fields),
    message: 'Failed password for root from 203.0.113.7 port 22 ssh2',
    parsed: true,
    ...change,
  };
}

/** A row with sensible values, changed as given. */
export function row(name: { agentId: string; seq: number } & Partial<EventRow>): EventRow {
  return {
    epoch: 'e1',
    lane: 0,
    hostname: 'srv-01',
    agencyId: 7,
    channel: 'log/sshd',
    origin: '/var/log/auth.log',
    readHour: 472_222,
    hits: [],
    event: event(),
    ...name,
  };
}

async function gather(pages: AsyncIterable<HitRow[]>): Promise<HitRow[][]> {
  const result: HitRow[][] = [];
  for await (const page of pages) result.push(page);
  return result;
}

const NASTY_TEXTS: Readonly<Record<string, string>> = {
  'a blank line followed by SQL':
    "x\n\nDROP TABLE events;\n\nSELECT * FROM file('/etc/passwd', 'LineAsString')\n",
  'quotes and backslashes': `'; DROP TABLE events; -- " \\ \\' \\\\ \` \\N`,
  'every control character':
    Array.from({ length: 32 }, (_, at) => String.fromCharCode(at)).join('') + '\u007f\u0085',
  'emoji, right-to-left and combining marks':
    '🕵️‍♀️ \u202eمرحبا\u202c Vọng Gác Vo\u0323ng 👩‍👩‍👧‍👦 \ufeff\u2028\u2029\uffff',
  'placeholders of the parameter syntax': '{agent:String} ${x} %s ?1',
  'an empty text': '',
};

export function eventStoreContract(name: string, underTest: () => StoreUnderTest): void {
  describe(`event store: ${name}`, () => {
    const all = { fromMs: -8.64e15, toMs: 8.64e15, limit: 100 };
    const find = async (agentId: string, seq: number): Promise<FoundEvent> => {
      const found = await underTest().store.find({ agentId, epoch: 'e1', lane: 0, seq });
      expect(found).toBeDefined();
      return found as FoundEvent;
    };
    const storeOne = async (change: EventChange, other: Partial<EventRow> = {}): Promise<FoundEvent> => {
      const agentId = newAgent();
      const stored = row({ agentId, seq: 1, event: event(change), ...other });
      await underTest().store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows: [stored] });
      return find(agentId, 1);
    };

    test('an event can be searched as soon as its insert returns, and comes back whole', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      const stored = row({ agentId, seq: 5, hits: [{ ruleId: 'rule-1', fields: { user: 'root' } }] });
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows: [stored] });
      const found = await store.search({ ...all, agentId });
      expect(found).toStrictEqual([
        {
          id: `${agentId}/e1/0/5`,
          timeMs: stored.event.timeMs,
          receivedMs: RECEIVED_MS,
          agentId,
          hostname: 'srv-01',
          agencyId: 7,
          channel: 'log/sshd',
          origin: '/var/log/auth.log',
          logsources: [{ product: 'linux', service: 'sshd' }],
          message: stored.event.message,
          fields: Object.assign(Object.create(null), { user: 'root', port: 22 }),
          ruleIds: ['rule-1'],
        },
      ]);
    });

    test('rows are counted by the hour in which they were read, rejected ones under the channel they claimed', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      const before = await store.lastBatch();
      const rejected = {
        channel: 'rejected',
        event: event({ fields: { 'event.channel': 'log/sshd' }, parsed: false }),
      };
      const rows = [
        row({ agentId, seq: 1, readHour: 10 }),
        row({ agentId, seq: 2, readHour: 10 }),
        row({ agentId, seq: 3, readHour: 11 }),
        row({ agentId, seq: 4, readHour: 11, ...rejected }),
        row({ agentId, seq: 5, readHour: 11, channel: 'rejected', event: event({ fields: {} }) }),
      ];
      const batch = newBatch();
      await store.insert({ batch, receivedMs: RECEIVED_MS, rows });
      const counted = { agentId, epoch: 'e1', lane: 0, channel: 'log/sshd', readHour: 11, rejected: false };
      const tallies = await store.tallyRows(before, batch);
      const order = ({ readHour, rejected: no, channel }: (typeof tallies)[number]): string =>
        `${readHour}/${Number(no)}/${channel}`;
      expect(tallies.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))).toStrictEqual([
        { ...counted, readHour: 10, rows: 2, seqMin: 1, seqMax: 2 },
        { ...counted, rows: 1, seqMin: 3, seqMax: 3 },
        { ...counted, rejected: true, rows: 1, seqMin: 4, seqMax: 4 },
        { ...counted, rejected: true, channel: 'unknown', rows: 1, seqMin: 5, seqMax: 5 },
      ]);
      expect(await store.tallyRows(batch, batch + 1)).toStrictEqual([]);
    });

    test('a batch is one part', async () => {
      const { store, countParts } = underTest();
      const agentId = newAgent();
      const before = await countParts();
      const rows = Array.from({ length: 3_000 }, (_, at) =>
        row({ agentId, seq: at + 1, event: event({ timeMs: RECEIVED_MS - at * 86_400_000 }) }),
      );
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
      // A merge in between can only lower the number.
      expect(await countParts()).toBeLessThanOrEqual(before + 1);
      expect(await store.count(agentId)).toBe(3_000);
    });

    test('a part of collected rows is stored as the rows themselves are', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      const rows = Array.from({ length: 40 }, (_, at) =>
        row({
          agentId,
          seq: at + 1,
          hits: at % 3 === 0 ? [{ ruleId: `rule-${at}`, fields: { at } }] : [],
          event: event({
            message: `Vọng Gác dòng ${at}`,
            columns: at % 2 === 0 ? { user_name: `user-${at}` } : {},
            fields: Object.fromEntries(
              Array.from({ length: at % 5 }, (_, n) => [`k${n}`, n % 2 === 0 ? n : `v${at}`]),
            ),
          }),
        }),
      );
      const collector = store.collect(rows.length);
      for (const one of rows) collector.add(one);
      expect(() => collector.add(row({ agentId, seq: 41, lane: 256 }))).toThrow(BatchRefusedError);
      const whole = collector.close();
      const part = whole.slice(7, 23);
      expect(part).toHaveLength(16);
      expect(part.nameAt(3)).toStrictEqual({ agentId, epoch: 'e1', lane: 0, seq: 11 });
      expect(part.hits.map(({ row: place, seq }) => [place, seq])).toStrictEqual([
        [2, 10],
        [5, 13],
        [8, 16],
        [11, 19],
        [14, 22],
      ]);
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows: part });
      expect(await store.count(agentId)).toBe(16);
      for (const { seq, event: said, hits } of rows.slice(7, 23)) {
        const found = await find(agentId, seq);
        expect(found.message).toBe(said.message);
        expect(found.fields).toStrictEqual(said.fields.toRecord());
        expect(found.ruleIds).toStrictEqual(hits.map(({ ruleId }) => ruleId));
      }
    });

    test('what is kept instead of a refused row says whose it was, and what was in it', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      const collector = store.collect(2);
      collector.add(row({ agentId, seq: 1 }));
      collector.add(row({ agentId, seq: 2, event: event({ fields: { secret: 'in the row' } }) }));
      const rows = collector.close().slice(1, 2).rejected(new Error('cannot parse'));
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
      const found = await find(agentId, 2);
      expect(found).toMatchObject({ channel: 'rejected', hostname: 'srv-01', agencyId: 7, ruleIds: [] });
      expect(found.fields).toMatchObject({ 'error.message': 'cannot parse', 'event.channel': 'log/sshd' });
      expect(found.message).toContain('in the row');
    });

    test('a batch that is inserted again is stored once', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      const batch = {
        batch: newBatch(),
        receivedMs: RECEIVED_MS,
        rows: [row({ agentId, seq: 1 }), row({ agentId, seq: 2 })],
      };
      await store.insert(batch);
      await store.insert(batch);
      await Promise.all([store.insert(batch), store.insert(batch)]);
      expect(await store.count(agentId)).toBe(2);
    });

    test('rows of an epoch are counted, and how many different events they are', async () => {
      const { store } = underTest();
      const epoch = randomBytes(16).toString('hex');
      const agents = [newAgent(), newAgent()];
      const rows = agents.flatMap((agentId) => [1, 2, 3].map((seq) => row({ agentId, epoch, seq })));
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
      expect(await store.countEpoch(epoch)).toEqual({ rows: 6, distinct: 6 });
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows: rows.slice(0, 2) });
      expect(await store.countEpoch(epoch)).toEqual({ rows: 8, distinct: 6 });
    });

    test('other rows under a number that was used before are stored', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      const batch = newBatch();
      await store.insert({ batch, receivedMs: RECEIVED_MS, rows: [row({ agentId, seq: 1 })] });
      await store.insert({ batch, receivedMs: RECEIVED_MS, rows: [row({ agentId, seq: 2 })] });
      expect(await store.count(agentId)).toBe(2);
    });

    test('an empty batch stores nothing and is no error', async () => {
      const { store } = underTest();
      const before = await store.count();
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows: [] });
      expect(await store.count()).toBe(before);
    });

    test('marks are the highest sequence of each lane, from events and from saved marks', async () => {
      const { store } = underTest();
      const agentId = newAgent();
      await store.insert({
        batch: newBatch(),
        receivedMs: RECEIVED_MS,
        rows: [
          row({ agentId, seq: 3 }),
          row({ agentId, seq: 9 }),
          row({ agentId, seq: 4, lane: 2 }),
          row({ agentId, seq: 1, epoch: 'e2' }),
        ],
      });
      await store.saveMarks([
        { agentId, epoch: 'e1', lane: 0, seq: 8 },
        { agentId, epoch: 'e1', lane: 2, seq: 40 },
        { agentId, epoch: 'gone', lane: 1, seq: Number.MAX_SAFE_INTEGER },
      ]);
      await store.saveMarks([{ agentId, epoch: 'gone', lane: 1, seq: 5 }]);
      const marks = (await store.readMarks()).filter((mark) => mark.agentId === agentId);
      marks.sort((a, b) => a.epoch.localeCompare(b.epoch) || a.lane - b.lane);
      expect(marks).toStrictEqual([
        { agentId, epoch: 'e1', lane: 0, seq: 9 },
        { agentId, epoch: 'e1', lane: 2, seq: 40 },
        { agentId, epoch: 'e2', lane: 0, seq: 1 },
        { agentId, epoch: 'gone', lane: 1, seq: Number.MAX_SAFE_INTEGER },
      ]);
    });

    test('the last batch is the highest number stored', async () => {
      const { store } = underTest();
      const batch = newBatch();
      await store.insert({ batch, receivedMs: RECEIVED_MS, rows: [row({ agentId: newAgent(), seq: 1 })] });
      expect(await store.lastBatch()).toBe(batch);
    });

    describe('hits', () => {
      test('are read in the order of batch and row, in pages of whole batches, only those of the range', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const hit = (ruleId: string) => ({ ruleId, fields: { user: 'root', n: 1, list: ['a', null] } });
        const numbers = [newBatch(), newBatch(), newBatch(), newBatch()];
        for (const batch of numbers) {
          await store.insert({
            batch,
            receivedMs: RECEIVED_MS,
            rows: [
              row({
                agentId,
                seq: batch * 10,
                hits: [hit('r1')],
                event: event({ timeMs: RECEIVED_MS - batch }),
              }),
              row({ agentId, seq: batch * 10 + 1 }),
              row({ agentId, seq: batch * 10 + 2, hits: [hit('r2'), hit('r1')] }),
            ],
          });
        }
        const pages = await gather(store.readHits(numbers[0] ?? 0, numbers[2] ?? 0));
        const read = pages.flat();
        expect(read.map((found) => [found.batch, found.row])).toStrictEqual([
          [numbers[1], 0],
          [numbers[1], 2],
          [numbers[2], 0],
          [numbers[2], 2],
        ]);
        expect(read[1]).toStrictEqual({
          batch: numbers[1],
          row: 2,
          agentId,
          epoch: 'e1',
          lane: 0,
          seq: (numbers[1] ?? 0) * 10 + 2,
          timeMs: RECEIVED_MS - 1_000,
          receivedMs: RECEIVED_MS,
          hostname: 'srv-01',
          agencyId: 7,
          message: event().message,
          hits: ['r2', 'r1'].map((ruleId) => ({
            ruleId,
            fields: Object.assign(Object.create(null), { user: 'root', n: 1, list: ['a', null] }),
          })),
        });
        const batchesOfPages = pages.map((page) => new Set(page.map((found) => found.batch)));
        const seen = batchesOfPages.flatMap((numbersOfPage) => [...numbersOfPage]);
        expect(new Set(seen).size).toBe(seen.length);
      });

      test('a long range comes in several pages, each of whole batches, nothing lost or twice', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const first = newBatch();
        let last = first;
        for (let at = 0; at < 3; at += 1) {
          if (at > 0) last = newBatch();
          const rows = Array.from({ length: 3_000 }, (_, seq) =>
            row({ agentId, seq: at * 3_000 + seq + 1, hits: [{ ruleId: 'many', fields: {} }] }),
          );
          await store.insert({ batch: last, receivedMs: RECEIVED_MS, rows });
        }
        const pages = await gather(store.readHits(first - 1, last));
        expect(pages.length).toBeGreaterThan(1);
        expect(pages.flat().map((found) => found.seq)).toStrictEqual(
          Array.from({ length: 9_000 }, (_, at) => at + 1),
        );
        for (const [at, page] of pages.entries()) {
          expect(page[0]?.row, `page ${at}`).toBe(0);
        }
      });

      test('by time: those of the rules, within the span, up to a batch, in order of time, up to a limit', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const rule = `rule-of-${agentId}`;
        const [one, two] = [newBatch(), newBatch()];
        const at = (seq: number, timeMs: number, ruleId = rule): EventRow =>
          row({ agentId, seq, hits: [{ ruleId, fields: {} }], event: event({ timeMs }) });
        await store.insert({
          batch: one,
          receivedMs: RECEIVED_MS,
          rows: [at(1, 5_000), at(2, 1_000), at(3, 3_000, 'another'), at(4, 9_000)],
        });
        await store.insert({ batch: two, receivedMs: RECEIVED_MS, rows: [at(5, 1_000), at(6, 2_000)] });
        const read = async (change: object): Promise<number[]> => {
          const query = { ruleIds: [rule], fromMs: 1_000, toMs: 5_000, batchMax: two, limit: 100, ...change };
          return (await store.readHitsByTime(query)).map((found) => found.seq);
        };
        expect(await read({})).toStrictEqual([2, 5, 6, 1]);
        expect(await read({ batchMax: one })).toStrictEqual([2, 1]);
        expect(await read({ limit: 2 })).toStrictEqual([2, 5]);
        // Rows 2 and 5 share their time: the page after row 2 begins with row 5.
        expect(await read({ after: { timeMs: 1_000, batch: one, row: 1 } })).toStrictEqual([5, 6, 1]);
        expect(await read({ after: { timeMs: 5_000, batch: one, row: 0 } })).toStrictEqual([]);
        expect(await read({ ruleIds: [] })).toStrictEqual([]);
        expect(await read({ fromMs: 1_001, toMs: 4_999 })).toStrictEqual([6]);
      });
    });

    describe('detections', () => {
      test('newest first, one per event and rule; pages go on between two rules of one event', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const hit = (ruleId: string) => ({ ruleId, fields: { 'user.name': "o'brien", port: 22 } });
        const rows = [
          row({ agentId, seq: 1, event: event({ timeMs: 1_000 }), hits: [hit('b'), hit('a'), hit('c')] }),
          row({ agentId, seq: 2, event: event({ timeMs: 9_000_000 }) }),
          row({ agentId, seq: 3, event: event({ timeMs: 9_000_000 }), hits: [hit('a')] }),
          row({ agentId, seq: 4, agencyId: 2, event: event({ timeMs: 9_000_000 }), hits: [hit('a')] }),
        ];
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const read = async (change: object): Promise<string[]> =>
          (await store.detections({ ...all, agentId, ...change })).map(
            ({ eventId, ruleId }) => `${eventId.split('/').at(-1) ?? ''}${ruleId}`,
          );
        expect(await read({})).toStrictEqual(['4a', '3a', '1c', '1b', '1a']);
        const seen: string[] = [];
        let after: { timeMs: number; id: string; ruleId: string } | undefined;
        for (;;) {
          const [one] = await store.detections({ ...all, agentId, limit: 1, after });
          if (one === undefined) break;
          seen.push(one.ruleId);
          after = { timeMs: one.timeMs, id: one.eventId, ruleId: one.ruleId };
        }
        expect(seen).toStrictEqual(['a', 'a', 'c', 'b', 'a']);
        expect(await read({ ruleId: 'a' })).toStrictEqual(['4a', '3a', '1a']);
        expect(await read({ ruleId: "a' OR 1=1" })).toStrictEqual([]);
        expect(await read({ agencyIds: [2] })).toStrictEqual(['4a']);
        expect(await read({ agencyIds: [] })).toStrictEqual([]);
        expect(await read({ toMs: 1_000 })).toStrictEqual(['1c', '1b', '1a']);
        const [whole] = await store.detections({ ...all, agentId, ruleId: 'b' });
        expect(whole).toMatchObject({ agencyId: 7, matched: { 'user.name': "o'brien", port: 22 } });
      });
    });

    describe('search', () => {
      test('newest first; a page goes on after the last event of the one before, with equal times too', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const times = [100, 200, 200, 200, 300, 300, 7_200_000, 90_000_000];
        const rows = times.map((timeMs, at) => row({ agentId, seq: at + 1, event: event({ timeMs }) }));
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const seen: number[] = [];
        let after: { timeMs: number; id: string } | undefined;
        for (;;) {
          const page = await store.search({ ...all, agentId, limit: 3, after });
          for (const found of page) seen.push(Number(found.id.split('/').at(-1)));
          const last = page.at(-1);
          if (last === undefined) break;
          after = { timeMs: last.timeMs, id: last.id };
        }
        expect(seen).toStrictEqual([8, 7, 6, 5, 4, 3, 2, 1]);
      });

      test('of several agents: those that followed each other on one machine', async () => {
        const { store } = underTest();
        const agents = [newAgent(), newAgent(), newAgent()];
        const rows = agents.map((agentId) => row({ agentId, seq: 1 }));
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const found = await store.search({ ...all, agentIds: agents.slice(0, 2) });
        expect(found.map((one) => one.agentId).toSorted()).toEqual(agents.slice(0, 2).toSorted());
        expect(await store.search({ ...all, agentIds: [] })).toEqual([]);
      });

      test('the span includes both of its ends', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const rows = [1, 2, 3, 4].map((seq) => row({ agentId, seq, event: event({ timeMs: seq * 1_000 }) }));
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const found = await store.search({ fromMs: 2_000, toMs: 3_000, limit: 10, agentId });
        expect(found.map((one) => one.timeMs)).toStrictEqual([3_000, 2_000]);
      });

      test('all words must occur in the message, in any case, Vietnamese letters too', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const messages = [
          'Đăng nhập THẤT BẠI cho root',
          'đăng nhập thành công cho root',
          "50% off_ O'Brien\\x",
        ];
        const rows = messages.map((message, at) => row({ agentId, seq: at + 1, event: event({ message }) }));
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const search = async (text: string): Promise<number[]> => {
          const found = await store.search({ ...all, agentId, text });
          return found.map((one) => Number(one.id.split('/').at(-1))).sort((a, b) => a - b);
        };
        expect(await search('đăng nhập')).toStrictEqual([1, 2]);
        expect(await search('  ROOT thất   bại ')).toStrictEqual([1]);
        expect(await search('root nothing')).toStrictEqual([]);
        expect(await search("50% o'brien\\x")).toStrictEqual([3]);
        expect(await search('5_% ')).toStrictEqual([]);
        expect(await search('')).toStrictEqual([1, 2, 3]);
      });

      test('words are found in fields and in what lies across the parts of a message, and nowhere else', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const told = (seq: number, user: string, pid: number): EventRow =>
          row({
            agentId,
            seq,
            event: event({
              columns: { user_name: user },
              fields: { 'user.name': user, 'process.pid': pid, 'not.told': 'Kín-Đáo' },
              message: `sshd[${pid}]: session of ${user}@srv opened, port ${pid + 1}`,
            }),
          });
        const rows = [told(1, 'Nguyễn', 4711), told(2, 'root', 815)];
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const search = async (text: string): Promise<number[]> => {
          const found = await store.search({ ...all, agentId, text });
          return found.map((one) => Number(one.id.split('/').at(-1))).sort((a, b) => a - b);
        };
        const wanted: [string, number[]][] = [
          ['SSHD[4711]: nguyễn@srv', [1]],
          ['kín-đáo', [1, 2]],
          ['ot@srv', [2]],
          ['port 816', [2]],
          ['process.pid', []],
          ['user.name', []],
          ['4711@srv', []],
          ['\u00011', []],
          ['[815]', [2]],
        ];
        const found = [];
        for (const [text] of wanted) found.push([text, await search(text)]);
        expect(found).toStrictEqual(wanted);
      });

      test('whole words of command lines, in any case and order, Vietnamese letters too', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const lines = ['powershell.exe -NoP -Enc AAAA', 'C:\\Tệp\\Đăng.exe /s POWERSHELL', '', '-- //'];
        const rows = lines.map((line, at) =>
          row({ agentId, seq: at + 1, event: event({ columns: { process_command_line: line } }) }),
        );
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const search = async (command: string): Promise<number[]> => {
          const found = await store.search({ ...all, agentId, command });
          return found.map((one) => Number(one.id.split('/').at(-1))).sort((a, b) => a - b);
        };
        expect(await search('PowerShell')).toStrictEqual([1, 2]);
        expect(await search('enc  -nop')).toStrictEqual([1]);
        expect(await search('đăng')).toStrictEqual([2]);
        expect(await search('TỆP exe')).toStrictEqual([2]);
        expect(await search('power')).toStrictEqual([]);
        expect(await search('//')).toStrictEqual([4]);
        expect(await search('')).toStrictEqual([1, 2, 3, 4]);
      });

      test('by columns and agencies; what is not a column is refused', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const rows = [
          row({ agentId, seq: 1, agencyId: 1, event: event({ columns: { user_name: "a'b\\" } }) }),
          row({
            agentId,
            seq: 2,
            agencyId: 2,
            channel: 'integrity',
            event: event({ columns: { user_name: 'c' } }),
          }),
        ];
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        const search = async (change: object): Promise<string[]> =>
          (await store.search({ ...all, agentId, ...change })).map((one) => one.id.split('/').at(-1) ?? '');
        expect(await search({ columns: { user_name: "a'b\\" } })).toStrictEqual(['1']);
        expect(await search({ columns: { channel: 'integrity', user_name: 'c' } })).toStrictEqual(['2']);
        expect(await search({ columns: { user_name: undefined } })).toHaveLength(2);
        expect(await search({ agencyIds: [2, 3] })).toStrictEqual(['2']);
        expect(await search({ agencyIds: [] })).toStrictEqual([]);
        await expect(search({ columns: { '1=1 OR message': 'x' } })).rejects.toThrow(RangeError);
      });

      test('what is looked for never becomes SQL', async () => {
        const { store } = underTest();
        const before = await store.count();
        const text = "' OR 1=1 -- \\' {x:String} \u0000";
        expect(
          await store.search({ ...all, agentId: text, text, columns: { hostname: text } }),
        ).toStrictEqual([]);
        expect(await store.count()).toBe(before);
      });
    });

    describe('comes back exactly as it was stored', () => {
      test.each(Object.entries(NASTY_TEXTS))('%s', async (_what, text) => {
        const found = await storeOne(
          { message: text, fields: { [text]: text, list: [text, [text]] } },
          {
            origin: text,
            hostname: text,
            channel: text,
            hits: [{ ruleId: text, fields: { [text]: text } }],
          },
        );
        expect(found.message).toBe(text);
        expect(found.origin).toBe(text);
        expect(found.hostname).toBe(text);
        expect(found.channel).toBe(text);
        expect(found.ruleIds).toStrictEqual([text]);
        const fields = Object.assign(Object.create(null), { [text]: text, list: [text, [text]] });
        expect(found.fields).toStrictEqual(fields);
      });

      test('field values of every kind, and names that JavaScript finds special', async () => {
        const fields: Record<string, FieldValue> = Object.create(null);
        Object.assign(fields, {
          text: 'x',
          digits: '0042',
          looksLikeJson: '{"a":1}',
          saysNull: 'null',
          integer: 42,
          float: -1.5e-7,
          large: 1e300,
          zero: 0,
          minusZero: -0,
          yes: true,
          no: false,
          nothing: null,
          list: ['a', 1, null, [true, []]],
          empty: [],
          constructor: 'c',
          toString: 's',
          'a.b.c': 'dots',
          'a b\tc': 'blanks',
        });
        fields['__proto__'] = 'own';
        const found = await storeOne({ fields });
        expect(found.fields).toStrictEqual(fields);
        expect(Object.is(found.fields['minusZero'], -0)).toBe(true);
      });

      test('ten thousand fields', async () => {
        const fields: Record<string, FieldValue> = Object.create(null);
        for (let at = 0; at < 10_000; at += 1) fields[`field-${at}`] = at % 3 === 0 ? at : `value ${at}`;
        expect((await storeOne({ fields })).fields).toStrictEqual(fields);
      });

      test('a sentence made of the fields, in columns and beside them', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const fields = ShapedEvent.from<FieldValue>({
          User: 'TINH\\Hà',
          Image: 'C:\\a.exe',
          'Tên khác': '7',
        });
        const sayings = [...fields.shape.names].map((field) => ({ field, words: ` ${field}=` }));
        const sentence = new Sentence('Sysmon 1:', sayings, [0, 1, 2], fields);
        const told = (seq: number, hits: EventRow['hits']): EventRow =>
          row({
            agentId,
            seq,
            hits,
            event: { ...event({ columns: { user_name: 'TINH\\Hà' } }), fields, message: sentence },
          });
        const rows = [told(1, []), told(2, [{ ruleId: 'r', fields: {} }])];
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        for (const seq of [1, 2]) {
          const found = await find(agentId, seq);
          expect(found.message).toBe('Sysmon 1: User=TINH\\Hà Image=C:\\a.exe Tên khác=7');
          expect(found.fields).toStrictEqual(fields.toRecord());
        }
      });

      test('a message of a million bytes', async () => {
        const message = 'Vọng Gác \n\n; '.repeat(70_000);
        expect((await storeOne({ message })).message).toBe(message);
      });

      test.each([
        0,
        -1,
        1,
        8.64e15,
        -8.64e15,
        Date.UTC(1899, 11, 31),
        Date.UTC(2300, 0, 1),
        4_294_967_296_000,
      ])('the time %d ms', async (timeMs) => {
        const { store } = underTest();
        const found = await storeOne({ timeMs });
        expect(found.timeMs).toBe(timeMs);
        const query = { fromMs: timeMs, toMs: timeMs, limit: 10, agentId: found.agentId };
        expect(await store.search(query)).toStrictEqual([found]);
      });

      test('the largest sequence, lane and agency', async () => {
        const { store } = underTest();
        const agentId = `${newAgent()}/with/slashes`;
        const seq = Number.MAX_SAFE_INTEGER;
        const stored = row({ agentId, seq, lane: 255, agencyId: 4_294_967_295 });
        await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows: [stored] });
        const found = await store.find({ agentId, epoch: 'e1', lane: 255, seq });
        expect(found?.id).toBe(`${agentId}/e1/255/${seq}`);
        expect(found?.agencyId).toBe(4_294_967_295);
        const page = { ...all, agentId, after: { timeMs: found?.timeMs ?? 0, id: found?.id ?? '' } };
        expect(await store.search(page)).toStrictEqual([]);
      });

      test('several log sources, some with parts missing, or none', async () => {
        const logsources = [
          { product: 'windows', category: 'process_creation', service: 'sysmon' },
          { category: 'dns' },
        ];
        expect((await storeOne({ logsources })).logsources).toStrictEqual(logsources);
        expect((await storeOne({ logsources: [] })).logsources).toStrictEqual([]);
      });
    });

    test.each([
      ['a sequence that is no safe integer', { seq: 2 ** 53 }, {}],
      ['a negative sequence', { seq: -1 }, {}],
      ['a time that is no number', {}, { timeMs: Number.NaN }],
      ['a time beyond the calendar', {}, { timeMs: 8.64e15 + 1 }],
      ['an agency that is no number', { agencyId: -1 }, {}],
    ])(
      'a batch with %s is refused whole',
      async (_what, change: Partial<EventRow>, eventChange: EventChange) => {
        const { store } = underTest();
        const agentId = newAgent();
        const rows = [
          row({ agentId, seq: 1 }),
          row({ agentId, seq: 2, event: event(eventChange), ...change }),
        ];
        const insert = store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
        await expect(insert).rejects.toThrow(BatchRefusedError);
        expect(await store.count(agentId)).toBe(0);
      },
    );

    test('many events by their names, with slashes, quotes and the largest numbers in them', async () => {
      const { store } = underTest();
      const agents = [newAgent(), `${newAgent()}/with'quotes\\and"slashes`];
      const rows = agents.flatMap((agentId) =>
        [1, 2, Number.MAX_SAFE_INTEGER].map((seq) => row({ agentId, seq })),
      );
      await store.insert({ batch: newBatch(), receivedMs: RECEIVED_MS, rows });
      const names = rows
        .filter(({ seq }) => seq !== 2)
        .map(({ agentId, epoch, lane, seq }) => ({ agentId, epoch, lane, seq }));
      const absent = { agentId: newAgent(), epoch: 'e1', lane: 0, seq: 1 };
      const many = Array.from({ length: 600 }, (_, at) => ({ ...absent, seq: 1_000 + at }));
      const timeMs = rows[0]?.event.timeMs ?? 0;
      const span = { fromMs: timeMs, toMs: timeMs };
      const found = await store.findAll([...many, absent, ...names], span);
      const wanted = await Promise.all(names.map((name) => store.find(name)));
      const inOrder = (events: (FoundEvent | undefined)[]) =>
        events.toSorted((a, b) => ((a?.id ?? '') < (b?.id ?? '') ? -1 : 1));
      expect(inOrder(found)).toStrictEqual(inOrder(wanted));
      expect(await store.findAll(names, { fromMs: timeMs + 1, toMs: timeMs + 2 })).toStrictEqual([]);
      expect(await store.findAll([], span)).toStrictEqual([]);
    });

    test('what was never stored is not found', async () => {
      const { store } = underTest();
      expect(await store.find({ agentId: newAgent(), epoch: 'e1', lane: 0, seq: 1 })).toBeUndefined();
    });

    describe('retention', () => {
      let days = 0;
      const noise = (at: number): string => createHash('sha256').update(String(at)).digest('base64');
      /** A received day of its own, years before the other tests', with so many rows of each host. */
      const fill = async (rowsOf: Readonly<Record<string, number>>, batch = newBatch()) => {
        const { store } = underTest();
        days += 1;
        const receivedMs = Date.UTC(2001, 0, days, 12);
        const rows = Object.entries(rowsOf).flatMap(([agentId, count]) =>
          Array.from({ length: count }, (_, at) =>
            row({
              agentId,
              seq: batch * 10_000 + at,
              event: event({ timeMs: receivedMs - 1_000 * (at + 1), message: noise(at) }),
            }),
          ),
        );
        await store.insert({ batch, receivedMs, rows });
        return { day: 20_010_100 + days, batch, receivedMs };
      };
      const stored = async (day: number) =>
        (await underTest().store.retention.days()).find((one) => one.day === day);
      const hostsOf = async (day: number) => {
        const found = await stored(day);
        return found === undefined ? [] : underTest().store.retention.hostsOf(found);
      };
      let deletions = 0;
      const deletionId = (): number => (deletions += 1);

      test('knows its days, and the hosts of each with what decides about them', async () => {
        const { store } = underTest();
        const [one, two] = [newAgent(), `${newAgent()}/with/slashes`];
        const { day, batch, receivedMs } = await fill({ [one]: 3, [two]: 2 });
        expect((await store.retention.days()).find((stored) => stored.day === day)).toMatchObject({
          rows: 5,
        });
        expect(await store.retention.agenciesOf(day)).toStrictEqual([
          { agencyId: 7, rows: 5, bytes: expect.any(Number) },
        ]);
        const expected = [
          { agentId: one, rows: 3, firstMs: receivedMs - 3_000 },
          { agentId: two, rows: 2, firstMs: receivedMs - 2_000 },
        ].map((host) => ({ ...host, agencyIds: [7], lastMs: receivedMs - 1_000, batchMax: batch }));
        for (let asked = 0; asked < 2; asked += 1) {
          const hosts = await hostsOf(day);
          expect(hosts.toSorted((a, b) => b.rows - a.rows)).toStrictEqual(expected);
        }
        const oldest = await store.retention.oldestDays();
        expect(oldest.find(({ agentId }) => agentId === one)).toStrictEqual({ agentId: one, day });
      });

      test('deletes the rows of hosts within a day, and no others', async () => {
        const { store } = underTest();
        const [gone, stays] = [newAgent(), newAgent()];
        const first = await fill({ [gone]: 4, [stays]: 2 });
        const other = await fill({ [gone]: 3 });
        const wanted = {
          id: deletionId(),
          day: first.day,
          agentIds: [gone],
          batchMax: other.batch,
          rowsLeft: 2,
        };
        await store.retention.deleteHosts([wanted], other.batch);
        expect([await store.count(gone), await store.count(stays)]).toStrictEqual([3, 2]);
        expect(await store.retention.hostsLeft(first.day, [gone, stays])).toStrictEqual([
          { agentId: stays, rows: 2 },
        ]);
        expect((await hostsOf(first.day)).map(({ agentId }) => agentId)).toStrictEqual([stays]);
        await store.retention.deleteHosts([wanted], other.batch);
        expect([await store.count(gone), await store.count(stays)]).toStrictEqual([3, 2]);
      });

      test('clears deleted rows away when they are a large part of the day', async () => {
        const { store } = underTest();
        const [gone, stays] = [newAgent(), newAgent()];
        const { day, batch } = await fill({ [gone]: 3_000, [stays]: 10 });
        const before = await stored(day);
        const wanted = { id: deletionId(), day, agentIds: [gone], rowsLeft: 10 };
        await store.retention.deleteHosts([wanted], batch);
        const after = await stored(day);
        expect(after?.rows).toBe(10);
        expect(after?.bytes).toBeLessThan((before?.bytes ?? 0) / 2);
        expect([await store.count(gone), await store.count(stays)]).toStrictEqual([0, 10]);
      });

      test('a small part of a day is gone for every reader at once', async () => {
        const { store } = underTest();
        const [gone, stays] = [newAgent(), newAgent()];
        const { day, batch } = await fill({ [gone]: 10, [stays]: 90 });
        const wanted = { id: deletionId(), day, agentIds: [gone], rowsLeft: 90 };
        await store.retention.deleteHosts([wanted], batch);
        expect(await stored(day)).toMatchObject({ rows: 90 });
        expect(await store.search({ ...all, agentId: gone })).toStrictEqual([]);
        expect(await hostsOf(day)).toMatchObject([{ agentId: stays, rows: 90 }]);
        // What is deleted already counts when it is decided whether to write the day anew.
        const rest = { id: deletionId(), day, agentIds: [stays], rowsLeft: 0 };
        await store.retention.deleteHosts([rest], batch);
        expect(await stored(day)).toBeUndefined();
      });

      test('leaves later batches of the same day', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const { day, batch, receivedMs } = await fill({ [agentId]: 2 });
        await store.insert({
          batch: newBatch(),
          receivedMs,
          rows: [row({ agentId, seq: Number.MAX_SAFE_INTEGER })],
        });
        await store.retention.deleteHosts(
          [{ id: deletionId(), day, agentIds: [agentId], rowsLeft: 1 }],
          batch,
        );
        expect(await store.count(agentId)).toBe(1);
      });

      test('drops a day whole', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const { day } = await fill({ [agentId]: 5 });
        const kept = await fill({ [agentId]: 1 });
        await hostsOf(day);
        await store.retention.dropDay(day);
        await store.retention.dropDay(day);
        expect(await store.count(agentId)).toBe(1);
        expect((await store.retention.days()).map((stored) => stored.day)).not.toContain(day);
        expect(await hostsOf(day)).toStrictEqual([]);
        expect(await store.retention.hostsLeft(kept.day, [agentId])).toStrictEqual([{ agentId, rows: 1 }]);
      });

      test('marks and the last batch outlive what was deleted', async () => {
        const { store } = underTest();
        const agentId = newAgent();
        const { day, batch } = await fill({ [agentId]: 3 });
        const checkpoint = await store.retention.checkpoint();
        expect(checkpoint).toBeGreaterThanOrEqual(batch);
        await store.retention.deleteHosts(
          [{ id: deletionId(), day, agentIds: [agentId], rowsLeft: 0 }],
          checkpoint,
        );
        await store.retention.settle();
        expect(await store.count(agentId)).toBe(0);
        const marks = (await store.readMarks()).filter((mark) => mark.agentId === agentId);
        expect(marks).toStrictEqual([{ agentId, epoch: 'e1', lane: 0, seq: batch * 10_000 + 2 }]);
        expect(await store.lastBatch()).toBeGreaterThanOrEqual(batch);
      });

      test('a thousand hosts, and several days, go in one deletion', async () => {
        const { store } = underTest();
        const agents = Array.from({ length: 1_000 }, () => newAgent());
        const stays = newAgent();
        const { day } = await fill({
          ...Object.fromEntries(agents.map((agentId) => [agentId, 1])),
          [stays]: 1,
        });
        const next = await fill({ [agents[0] ?? '']: 2, [stays]: 1 });
        const wanted = [
          { id: deletionId(), day, agentIds: agents, rowsLeft: 1 },
          { id: deletionId(), day: next.day, agentIds: agents.slice(0, 1), rowsLeft: 1 },
        ];
        await store.retention.deleteHosts(wanted, next.batch);
        expect((await hostsOf(next.day)).map(({ agentId }) => agentId)).toStrictEqual([stays]);
        expect((await hostsOf(day)).map(({ agentId }) => agentId)).toStrictEqual([stays]);
        expect(await store.retention.hostsLeft(day, [...agents, stays])).toHaveLength(1);
      });

      test.each([0, -1, 2026.5, 20_261, Number.NaN])('%d is no day', async (day) => {
        const { store } = underTest();
        await expect(store.retention.dropDay(day)).rejects.toThrow(RangeError);
      });
    });

    test('answers a ping', async () => {
      await expect(underTest().store.ping()).resolves.toBeUndefined();
    });
  });
}
