/** What a report to the centre tells of malware and connections, from lines of logs to the document, over the real store. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { indicatorHit } from '../../collector/detect/indicator-hits.ts';
import { INDICATOR_RULE } from '../../collector/alert/indicator-rules.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { SourceRecord } from '../../collector/protocol/record.ts';
import { rootAgencyId } from '../../collector/registry/agency-scope.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { importIndicators } from '../../collector/registry/indicator/import-indicators.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { readReportFacts } from '../../collector/services/exchange/report-facts.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { RowHit } from '../../collector/store/store.ts';
import { enrolRequest, memoryRegistry, type TestClock } from '../unit/registry/registry-fixture.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const HASH = 'ab'.repeat(32);
const MD5 = 'cd'.repeat(16);
let engine: TestEngine;
let store: ClickHouseStore;
let registry: Registry;
let clock: TestClock;
let agentId: string;
let agencyId: number;

beforeAll(async () => {
  engine = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  ({ registry, clock } = await memoryRegistry());
  agencyId = await rootAgencyId(registry.db);
  const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
  const enrolled = await enrolAgent(registry, enrolRequest(token), '::1');
  if (!enrolled.ok) throw new Error('not enrolled');
  ({ agentId } = enrolled);
});
afterAll(async () => {
  await registry.close();
  await store.close();
  await engine.close();
});

const xml = (provider: string, channel: string, id: number, data: Record<string, string>): string =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${provider}'/><EventID>${id}</EventID><Channel>${channel}</Channel><Computer>pc-01</Computer></System><EventData>${Object.entries(
    data,
  )
    .map(([name, text]) => `<Data Name='${name}'>${text}</Data>`)
    .join('')}</EventData></Event>`;

async function indicator(kind: 'ip' | 'hash', value: string, description: string): Promise<number> {
  const nowMs = clock.ms;
  const one = {
    kind,
    value,
    source: 'x',
    confidence: 60,
    validUntilMs: null,
    tlp: null,
    tags: [],
    description,
  };
  await registry.db
    .transaction()
    .execute((trx) => importIndicators(trx, [one], { actor: 'user:lan', nowMs }));
  const { id } = await registry.db
    .selectFrom('indicator')
    .select('id')
    .where('value', '=', value)
    .executeTakeFirstOrThrow();
  const seen = { agent_id: agentId, agency_id: agencyId, hostname: 'pc-01', events: 1, hindsight: 0 };
  await registry.db
    .insertInto('indicator_sighting')
    .values({ ...seen, indicator_id: id, first_ms: nowMs - 5_000, last_ms: nowMs - 1_000 })
    .execute();
  return id;
}

const hitOf = (id: number, kind: 'ip' | 'hash', value: string): RowHit =>
  indicatorHit(INDICATOR_RULE, [{ id, kind, value, source: 'x', confidence: 60, field: 'x', found: value }]);

it('names the program, the port, the path and the hash that events tell, and leaves out what they do not', async () => {
  const [bad, quiet] = ['203.0.113.9', '203.0.113.10'];
  const ip = await indicator('ip', bad, '');
  await indicator('ip', quiet, ''); // of it no event is kept
  const file = await indicator('hash', HASH, 'Emotet');
  const sysmon = 'Microsoft-Windows-Sysmon';
  const told: { channel: string; text: string; hits: RowHit[] }[] = [
    {
      channel: 'windows-xml',
      text: xml(sysmon, 'Microsoft-Windows-Sysmon/Operational', 3, {
        Image: 'C:\\Temp\\evil.exe',
        DestinationIp: bad,
        DestinationPort: '4444',
      }),
      hits: [hitOf(ip, 'ip', bad)],
    },
    {
      channel: 'windows-xml',
      text: xml(sysmon, 'Microsoft-Windows-Sysmon/Operational', 11, {
        Image: 'C:\\Windows\\explorer.exe',
        TargetFilename: 'C:\\Temp\\drop.exe',
      }),
      hits: [hitOf(file, 'hash', HASH)],
    },
    {
      channel: 'windows-xml',
      text: xml(
        'Microsoft-Windows-Windows Defender',
        'Microsoft-Windows-Windows Defender/Operational',
        1116,
        {
          'Threat Name': 'Trojan:Win32/Wacatac',
          Path: 'file:_C:\\Users\\lan\\a.exe; containerfile:_C:\\b.zip',
        },
      ),
      hits: [],
    },
    {
      channel: 'linux-syslog',
      text: `Nov 22 02:59:00 pc-01 clamd[12]: /home/lan/x.bin: Win.Test-1(${MD5}:68) FOUND`,
      hits: [],
    },
  ];
  await store.insert({
    batch: 1,
    receivedMs: clock.ms,
    rows: told.map(({ channel, text, hits }, index) => ({
      agentId,
      epoch: 'ab'.repeat(16),
      lane: 1,
      seq: index + 1,
      event: normalize({ kind: 'log', at: clock.ms - 2_000, channel, origin: 'x', text } as SourceRecord, {
        hostname: 'pc-01',
        timeZone: 'UTC',
        receivedMs: clock.ms,
      }),
      hostname: 'pc-01',
      agencyId,
      channel: `log/${channel}`,
      origin: '',
      readHour: Math.floor(clock.ms / 3_600_000),
      hits,
    })),
  });
  const span = { fromMs: clock.ms - 86_400_000, toMs: clock.ms + 1 };
  const sources = { fleet: store.fleet, events: store };
  const { machines } = await readReportFacts(registry, sources, { scope: { kind: 'all' }, ...span });
  const [machine] = machines;
  expect(machine?.connections.toSorted((a, b) => (a.targetAddress < b.targetAddress ? 1 : -1))).toEqual([
    { program: 'C:\\Temp\\evil.exe', md5: '', sha256: '', targetAddress: bad, targetPort: '4444' },
    { program: '', md5: '', sha256: '', targetAddress: quiet, targetPort: '' },
  ]);
  expect(machine?.malware).toEqual([
    { name: 'Emotet', type: 'indicator', behaviour: '', files: 1, path: 'C:\\Temp\\drop.exe', hash: HASH },
    { name: 'Win.Test-1', type: 'antivirus', behaviour: '', files: 1, path: '/home/lan/x.bin', hash: MD5 },
    {
      name: 'Trojan:Win32/Wacatac',
      type: 'antivirus',
      behaviour: '',
      files: 1,
      path: 'C:\\Users\\lan\\a.exe',
      hash: '',
    },
  ]);
});
