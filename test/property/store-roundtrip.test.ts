/** Any event the types allow is stored and comes back the same; any text stays a value on its way. */
import * as fc from 'fast-check';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseStatement } from '../../collector/engine/sql-statement.ts';
import { sqlString } from '../../collector/engine/sql-literal.ts';
import type { FieldValue, NormalEvent } from '../../collector/normalize/event.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { encodeBatch } from '../../collector/store/collect-batch.ts';
import { toFieldText } from '../../collector/store/field-text.ts';
import type { EventRow, HitRow } from '../../collector/store/store.ts';
import { startTestEngine, type TestEngine } from '../contract/store-engine.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';

let running: TestEngine;
let store: ClickHouseStore;
let connection: Connection;
let batches = 0;

beforeAll(async () => {
  running = await startTestEngine();
  const home = { socketPath: running.engine.socketPath };
  store = await ClickHouseStore.open({ home });
  connection = new Connection(home);
});
afterAll(async () => {
  await store.close();
  await connection.close();
  await running.close();
});

/** Well-formed text of any characters, mostly short. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', '\\N', '\0', "'", '\n\n', '\ufeff', 'a'.repeat(3_000)),
);
const scalar: fc.Arbitrary<FieldValue> = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
/** JSON has no other numbers inside lists. */
const inList = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.boolean(),
  fc.constant(null),
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  scalar,
  fc.array(inList, { maxLength: 4 }),
  fc.array(fc.array(inList, { maxLength: 2 }), { maxLength: 3 }),
);
const fields = fc
  .dictionary(text, value, { maxKeys: 12, noNullPrototype: false })
  .map((plain) => Object.assign(Object.create(null), plain) as Record<string, FieldValue>);
const logsources = fc.array(
  fc.record(
    { product: fc.constantFrom('linux', 'windows'), service: fc.constantFrom('sshd', 'sysmon') },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);

/** Names that have columns of their own, and names that have none. */
const named = fc
  .dictionary(
    fc.constantFrom(
      'User',
      'CommandLine',
      'c-ip',
      'sc-status',
      'Image',
      'file.mode',
      'host.name',
      'Other',
      'pid',
      '7',
    ),
    fc.oneof(text, fc.constantFrom('root', '10.1.2.3', 'srv-1', 'x y', 4688, 22, true)),
    { noNullPrototype: false },
  )
  .map((plain) => Object.assign(Object.create(null), plain) as Record<string, FieldValue>);

/** Messages that say what the fields say, with something between. */
const told: fc.Arbitrary<NormalEvent> = fc
  .tuple(
    named,
    fc.array(fc.constantFrom('from', 'port 22', ' ', '=', 'a1b2', ':', ', ', '\u0001', 'é'), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([own, between, picks]) => {
    const values = Object.entries(own).map(([name, one]) => `${name}=${String(one)}`);
    const message = between
      .map((word) => {
        const pick = picks.next().value ?? 0;
        const one = values[pick % (values.length + 1)] ?? '';
        return word + (pick % 2 === 0 ? one : one.slice(one.indexOf('=') + 1));
      })
      .join(' ');
    const columns = {
      user_name: String(own['User'] ?? ''),
      source_ip: '10.1.2.3',
      process_command_line: 'x y',
    };
    return { timeMs: 0, logsources: [], columns, fields: ShapedEvent.from(own), message, parsed: true };
  });

const anyEvent: fc.Arbitrary<NormalEvent> = fc.record({
  timeMs: fc.oneof(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.integer({ min: 1.6e12, max: 1.8e12 })),
  logsources,
  columns: fc.record({ user_name: text, source_ip: text, process_command_line: text }, { requiredKeys: [] }),
  fields: fields.map((own) => ShapedEvent.from(own)),
  message: text,
  parsed: fc.boolean(),
});
const event = fc.oneof(anyEvent, told);

const rows: fc.Arbitrary<EventRow[]> = fc.array(
  fc.record({
    agentId: text,
    epoch: fc.string({ unit: 'grapheme', maxLength: 8 }).filter((epoch) => !epoch.includes('/')),
    lane: fc.integer({ min: 0, max: 255 }),
    seq: fc.maxSafeNat(),
    hostname: text,
    agencyId: fc.integer({ min: 0, max: 4_294_967_295 }),
    channel: text,
    origin: text,
    readHour: fc.integer({ min: 0, max: 4_294_967_295 }),
    hits: fc.array(fc.record({ ruleId: text, fields }), { maxLength: 2 }),
    event,
  }),
  { minLength: 1, maxLength: 5 },
);

test('any event comes back as it was stored', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      batches += 1;
      // Names are distinct across runs: the batch's number is part of the sequence's agent.
      const stored = given.map((one, at) => ({ ...one, agentId: `${batches}/${at}/${one.agentId}` }));
      await store.insert({ batch: batches, receivedMs: 1_700_000_000_000, rows: stored });
      for (const one of stored) {
        const found = await store.find(one);
        expect(found).toMatchObject({
          timeMs: one.event.timeMs,
          hostname: one.hostname,
          agencyId: one.agencyId,
          channel: one.channel,
          origin: one.origin,
          message: one.event.message,
          logsources: one.event.logsources,
          ruleIds: one.hits.map((hit) => hit.ruleId),
        });
        expect(found?.fields).toStrictEqual(one.event.fields.toRecord());
      }
      // As SQL reads them, which rules over history do.
      const read = await connection.rows(
        {
          query: 'SELECT message, fields FROM events WHERE batch = {batch:UInt64} ORDER BY row',
          params: { batch: batches },
        },
        (row) => row as { message: string; fields: Record<string, string> },
      );
      expect(read.map(({ message }) => message)).toStrictEqual(stored.map((one) => one.event.message));
      expect(read.map((row) => row.fields)).toEqual(
        stored.map((one) =>
          Object.fromEntries(
            Object.entries(one.event.fields.toRecord()).map(([name, one]) => [
              name,
              typeof one === 'string' ? one : toFieldText(one),
            ]),
          ),
        ),
      );
      const hits: HitRow[] = [];
      for await (const page of store.readHits(batches - 1, batches)) hits.push(...page);
      expect(hits.map((hit) => hit.message)).toStrictEqual(
        stored.filter((one) => one.hits.length > 0).map((one) => one.event.message),
      );
    }),
    { numRuns: 60, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
  );
});

test('any text that is searched for is found, and only by words it holds', async () => {
  const word = fc
    .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 12 })
    .filter((one) => !/\s/u.test(one) && one.toLowerCase() === one.toLowerCase().normalize('NFC'));
  await fc.assert(
    fc.asyncProperty(word, word, async (one, other) => {
      batches += 1;
      const agentId = `search/${batches}`;
      const message = `before ${one} ${other} after`;
      const found: EventRow = {
        agentId,
        epoch: 'e',
        lane: 0,
        seq: 1,
        hostname: '',
        agencyId: 0,
        channel: '',
        origin: '',
        readHour: 0,
        hits: [],
        event: { timeMs: 0, logsources: [], columns: {}, fields: new ShapedEvent(), message, parsed: true },
      };
      await store.insert({ batch: batches, receivedMs: 1_700_000_000_000, rows: [found] });
      const search = async (query: string): Promise<number> =>
        (await store.search({ fromMs: 0, toMs: 0, limit: 5, agentId, text: query })).length;
      expect(await search(`${other} ${one}`)).toBe(1);
      expect(await search(`${one} \u{10ffff}`)).toBe(0);
    }),
    { numRuns: 30, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false },
  );
});

test('another reader of Arrow reads the same texts', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const { chunks } = await encodeBatch({ batch: 1, receivedMs: 0, rows: given });
      const table = tableFromIPC(Buffer.concat(chunks));
      // The library's reader drops a leading byte order mark; ClickHouse does not.
      const bare = (one: string): string => one.replace(/^\ufeff/, '');
      expect([...(table.getChild('origin') ?? [])].map(bare)).toStrictEqual(
        given.map((one) => bare(one.origin)),
      );
      expect([...(table.getChild('agent_id') ?? [])].map(bare)).toStrictEqual(
        given.map((one) => bare(one.agentId)),
      );
    }),
    { numRuns: 100 },
  );
});

test('any text as a literal stays one literal of one statement, for the door and for the engine', () => {
  fc.assert(
    fc.property(text, (given) => {
      const sql = `SELECT ${sqlString(given)} AS x, {p:String}`;
      expect(parseStatement(`${sql} ;`)).toStrictEqual({
        kind: 'read',
        sql,
        format: undefined,
        selects: true,
        placeholders: new Set(['p']),
      });
    }),
  );
});
