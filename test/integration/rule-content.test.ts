/**
 * The whole way of a rule through a real agent and a real collector: imported as a draft, in test it counts and raises nothing, on it
 * raises alerts, an agency has it more severe, off it is silent, an earlier version counts again; and windows of
 * correlations outlast it all.
 */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertPageSchema, type Alert } from '../../collector/api/contract-alerts.ts';
import { eventPageSchema } from '../../collector/api/contract.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { jobShow } from '../../collector/cli/operations/alert.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import { rulesBulk } from '../../collector/cli/operations/rules-bulk.ts';
import {
  rulesActivate,
  rulesImport,
  rulesReport,
  rulesScope,
  rulesShow,
  rulesState,
  rulesWrite,
} from '../../collector/cli/operations/rules.ts';
import { WatchPost } from '../support/watch-post.ts';

const ODD = '11111111-1111-4111-8111-111111111111';
const MANY = '22222222-2222-4222-8222-222222222222';
const OTHER = '33333333-3333-4333-8333-333333333333';
/** Shipped, and on: what came before its alert counts one more has been judged. */
const SHIPPED = '61718559-e215-4f0a-bb4c-0c79f49f1ef6';

const rule = (id: string, name: string, end: string): string => `title: Page ${name}
id: ${id}
name: ${name}
status: stable
level: medium
vonggac: { entity: [source.ip] }
logsource: { category: webserver }
detection:
  selection: { cs-uri-stem|endswith: '${end}' }
  condition: selection
`;
const CORRELATION = `title: Many odd pages
id: ${MANY}
status: stable
correlation:
  type: event_count
  rules: [odd]
  group-by: [source.ip]
  timespan: 1h
  condition: { gte: 4 }
  generate: true
level: medium
vonggac: { entity: [source.ip] }
`;

let folder: string;
let log: string;
let post: WatchPost;
let barriers = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-rules-'));
  log = path.join(folder, 'access.log');
  await writeFile(log, '');
  await mkdir(path.join(folder, 'ours', 'web'), { recursive: true });
  await writeFile(path.join(folder, 'ours', 'web', 'odd.yml'), rule(ODD, 'odd', '/odd.html'));
  await writeFile(path.join(folder, 'ours', 'web', 'many.yml'), CORRELATION);
  await writeFile(path.join(folder, 'ours', 'other.yml'), rule(OTHER, 'other', '/other.html'));
  const config = path.join(folder, 'agent.json');
  const off = { journald: { enabled: false }, inventory: { enabled: false }, posture: { enabled: false } };
  const tails = [{ path: log, channel: 'web-access' }];
  await writeFile(config, JSON.stringify({ watch: [], tails, ...off }));
  const dataDir = path.join(folder, 'data');
  post = await WatchPost.start({ agentArgs: ['--config', config], withSettings: true, dataDir });
});
afterAll(async () => {
  await post?.stop();
  await rm(folder, { recursive: true, force: true });
});

const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
  callOperation(operation, input, { dataDir: post.dataDir });

async function fetched(page: string, address: string): Promise<void> {
  const [day = '', clock = ''] = new Date().toISOString().split(/[T.]/);
  const [year, , date] = day.split('-');
  const month = new Date(`${day}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  const at = `${date}/${month}/${year}:${clock} +0000`;
  await appendFile(log, `${address} - - [${at}] "GET ${page} HTTP/1.1" 200 812 "-" "curl/8"\n`);
}

const alertsOf = async (ruleId: string): Promise<Alert[]> =>
  alertPageSchema.parse(await post.get(`/alerts?folded=show&ruleId=${ruleId}`)).alerts;

/** What came until now has been judged. */
async function judged(): Promise<void> {
  barriers += 1;
  await fetched('/.env', '192.0.2.1');
  await post.until(
    () => alertsOf(SHIPPED),
    ([one]) => one?.count === barriers,
  );
}

async function done({ id }: { id: string }) {
  for (;;) {
    const job = await call(jobShow, { id });
    if (job.state === 'done') return job;
    expect(['queued', 'running']).toContain(job.state);
    await sleep(20); // the pace of asking
  }
}
/** @returns how many changed; what is in force then is taken up by the next look at the latest */
async function all(state: 'test' | 'on' | 'off', folderOf = 'web'): Promise<number> {
  const job = await done(await call(rulesBulk, { query: { folder: folderOf }, state, why: `now ${state}` }));
  return job.changed;
}
const inForce = (wanted: boolean): Promise<unknown> =>
  post.until(
    async () => (await post.get('/rules')) as { rules: { id: string }[] },
    (found) => found.rules.some(({ id }) => id === ODD) === wanted,
  );

test('a rule goes its whole way, and windows of correlations outlast every change', async () => {
  const imported = await done(await call(rulesImport, { place: path.join(folder, 'ours'), state: 'draft' }));
  expect(imported.result).toMatchObject({ new: 3, byState: { draft: 3 } });
  await fetched('/odd.html', '203.0.113.1');
  await judged();
  expect(await alertsOf(ODD)).toEqual([]);

  // In test it counts, and says nothing.
  expect(await all('test')).toBe(2);
  await inForce(true);
  await fetched('/odd.html', '203.0.113.1');
  await judged();
  const report = await call(rulesReport, { kind: 'stats', days: 1, limit: 1_000 });
  expect(report.rules.find(({ id }) => id === ODD)).toMatchObject({
    state: 'test',
    matches: 1,
    alerts: 0,
    hasData: true,
  });
  expect(await alertsOf(ODD)).toEqual([]);

  // On it raises alerts.
  expect(await all('on')).toBe(2);
  await call(rulesState, { id: OTHER, state: 'test', why: 'beside it' });
  await fetched('/odd.html', '203.0.113.1');
  const [alert] = await post.until(
    () => alertsOf(ODD),
    (found) => found.length === 1,
  );
  expect(alert).toMatchObject({ count: 1, severity: 'medium' });

  // Where an agency has it more severe, its next alert is.
  await call(rulesScope, {
    id: ODD,
    decision: { agencyId: 1, on: null, severity: 'critical', reason: 'a ministry' },
  });
  await fetched('/odd.html', '203.0.113.2');
  const severe = await post.until(
    () => alertsOf(ODD),
    (found) => found.length === 2,
  );
  expect(severe.find(({ id }) => id !== alert?.id)).toMatchObject({ severity: 'critical' });

  // The books were changed between each of these: the window went on.
  await call(rulesState, { id: OTHER, state: 'on', why: 'beside it' });
  await fetched('/odd.html', '203.0.113.1');
  await fetched('/odd.html', '203.0.113.1');
  const [many] = await post.until(
    () => alertsOf(MANY),
    (found) => found.length === 1,
  );
  expect(many?.entity).toMatchObject({ 'source.ip': '203.0.113.1' });

  // Another version counts, and the first one again.
  const wider = rule(ODD, 'odd', '/wide.html');
  await call(rulesWrite, { id: ODD, text: wider, why: 'wider', activate: true });
  await fetched('/odd.html', '203.0.113.3');
  await fetched('/wide.html', '203.0.113.4');
  await judged();
  const addresses = async () => (await alertsOf(ODD)).flatMap(({ entity }) => entity['source.ip'] ?? []);
  expect((await addresses()).includes('203.0.113.3')).toBe(false);
  expect((await addresses()).includes('203.0.113.4')).toBe(true);
  await call(rulesActivate, { id: ODD, number: 1, why: 'too wide after all' });
  await fetched('/odd.html', '203.0.113.5');
  await post.until(addresses, (found) => found.includes('203.0.113.5'));

  // Off it is silent, and its events are stored as ever.
  expect(await all('off')).toBe(2);
  await inForce(false);
  await fetched('/odd.html', '203.0.113.6');
  await judged();
  expect((await addresses()).includes('203.0.113.6')).toBe(false);
  const stored = eventPageSchema.parse(
    await post.get('/events?channel=log/web-access&text=203.0.113.6&limit=10'),
  );
  expect(stored.events).toHaveLength(1);
  expect(await call(rulesShow, { id: ODD })).toMatchObject({
    state: 'off',
    activeVersion: 1,
    latestVersion: 2,
  });
});
