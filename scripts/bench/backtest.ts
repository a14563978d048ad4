/** Back-tests of typical rules over ten million stored events: seconds of each, once the events are there. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeRuleBook } from '../../collector/detect/rule-book.ts';
import { backTest } from '../../collector/hunt/back-test.ts';
import { CANDIDATE_COLUMNS } from '../../collector/store/clickhouse-hunts.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { SIGMA_SCHEMA } from '../../collector/store/sigma-schema.ts';
import { openLogFile } from '../../collector/telemetry/log.ts';
import { parseRules } from '../../rules/sigma/index.ts';
import { fillEvents, STORED_DAYS } from './stored-events.ts';

const EVENTS = 10_000_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 9, 25);

const rule = (
  id: string,
  detection: string,
  logsource = '{ product: windows, category: process_creation }',
) => `title: ${id}\nid: ${id}\nlevel: high\nlogsource: ${logsource}\ndetection:\n${detection}\n`;
const LOGIN = rule(
  'failed-login',
  `  s: { event.action: ssh_login_failed }\n  condition: s`,
  '{ product: linux, service: sshd }',
);
const RULES: Readonly<Record<string, { id: string; text: string }>> = {
  'selective process_creation': {
    id: 'selective',
    text: rule(
      'selective',
      `  s: { Image|endswith: '\\vssadmin.exe', CommandLine|contains: delete }\n  condition: s`,
    ),
  },
  keyword: {
    id: 'keyword',
    text: rule('keyword', `  s: [ 'mimikatz', 'sekurlsa' ]\n  condition: s`, '{ product: windows }'),
  },
  'wide contains': {
    id: 'wide',
    text: rule('wide', `  s: { CommandLine|contains: [ ' -enc', '.ps1', 'svchost' ] }\n  condition: s`),
  },
  'regular expression': {
    id: 'regex',
    text: rule('regex', `  s: { CommandLine|re: 'delete +shadows +/all' }\n  condition: s`),
  },
  correlation: {
    id: 'burst',
    text: `${LOGIN}---\ntitle: burst\nid: burst\ncorrelation:\n  type: event_count\n  rules: [failed-login]\n  group-by: [source.ip]\n  timespan: 10m\n  condition: { gte: 5 }\nlevel: high\n`,
  },
};

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { events: { type: 'string' }, data: { type: 'string' }, json: { type: 'boolean' } },
  });
  const events = Number(values.events ?? EVENTS);
  const dataDir = values.data ?? (await mkdtemp(path.join(os.tmpdir(), 'vonggac-backtest-')));
  const { log, close } = await openLogFile(path.join(dataDir, 'logs'), 'error');
  const opened = await openStore({ dataDir, log });
  try {
    await fillEvents(opened.store, events, START_MS);
    const results: Record<string, unknown>[] = [];
    for (const [name, { id, text }] of Object.entries(RULES)) {
      const book = makeRuleBook([{ parsed: parseRules(text, { source: 'bench' }) }]);
      const beganMs = performance.now();
      const found = await backTest(
        opened.store.hunts,
        { schema: SIGMA_SCHEMA, columns: CANDIDATE_COLUMNS },
        {
          engine: book.engine,
          ruleId: id,
          fromMs: START_MS,
          toMs: START_MS + STORED_DAYS * DAY_MS,
          entityFields: book.entityFields(id),
          policy: { windowMs: DAY_MS, alertsPerHourMax: 20 },
          limits: { secondsMax: 120, memoryBytesMax: 2_000_000_000 },
        },
      );
      const { matches, alerts, alertsPerDay, hosts, exact, examined, isWhole } = found;
      const seconds = Math.round(performance.now() - beganMs) / 1_000;
      results.push({ name, seconds, matches, hosts, alerts, alertsPerDay, exact, examined, isWhole });
    }
    if (values.json === true) process.stdout.write(`${JSON.stringify({ events, results })}\n`);
    else
      for (const one of results)
        process.stdout.write(`${String(one['name']).padEnd(28)} ${JSON.stringify(one)}\n`);
  } finally {
    await opened.close();
    await close();
    if (values.data === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}
