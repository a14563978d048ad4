/** The view of detections over the hits on rows: the ids that alerts carry, for any text in a name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { deterministicId } from '../../collector/alert/detection.ts';
import { eventId } from '../../collector/detect/hits.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { row } from './event-store.contract.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

let running: TestEngine;
let store: ClickHouseStore;
let connection: Connection;

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

const detection = z.object({
  detection_id: z.string(),
  rule_id: z.string(),
  seq: z.coerce.number(),
  agency_id: z.number(),
  hostname: z.string(),
  time_ms: z.coerce.number(),
  received_ms: z.coerce.number(),
  matched_fields: z.string(),
});

test('one row per event and rule, under the id that alerts carry', async () => {
  const receivedMs = Date.UTC(2026, 10, 25);
  const rules = [
    '0022869c-49f7-4ff2-ba03-85ac42ddac58',
    'title: "quoted" \\/ / \\u2028 \u2028\u007f Vọng Gác 🕵️',
    'title: \t\n\u0001 and \\/ /',
  ];
  const rows = [
    row({ agentId: 'a/b"\\', seq: 1, hits: rules.map((ruleId) => ({ ruleId, fields: { user: 'root' } })) }),
    row({ agentId: 'a', seq: 2 }),
    row({ agentId: 'a', seq: 3, hits: [{ ruleId: 'r', fields: {} }] }),
  ];
  await store.insert({ batch: 1, receivedMs, rows });
  const found = await connection.rows(
    {
      query: `SELECT detection_id, rule_id, seq, agency_id, hostname, matched_fields,
        toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received) AS received_ms
        FROM detections ORDER BY batch, row, indexOf({rules:Array(String)}, rule_id)`,
      params: { rules },
    },
    (one) => detection.parse(one),
  );
  const wanted = rows.flatMap((one) =>
    one.hits.map(({ ruleId, fields }) => ({
      detection_id: deterministicId('rule', ruleId, eventId(one)),
      rule_id: ruleId,
      seq: one.seq,
      agency_id: one.agencyId,
      hostname: one.hostname,
      matched_fields: JSON.stringify(fields),
      time_ms: one.event.timeMs,
      received_ms: receivedMs,
    })),
  );
  expect(found).toStrictEqual(wanted);
});
