/**
 * A real agent, a real collector and its command line: what is known to be harmless is asked for, tried out and approved by
 * another, takes what comes, counts it, and opens what it had closed when it is revoked.
 */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertPageSchema, type Alert } from '../../collector/api/contract-alerts.ts';
import { exceptionDetailSchema } from '../../collector/api/contract-exceptions.ts';
import { eventPageSchema } from '../../collector/api/contract.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { exceptionHidden } from '../../collector/cli/operations/exception-hidden.ts';
import {
  exceptionApprove,
  exceptionRequest,
  exceptionRevoke,
  exceptionShow,
} from '../../collector/cli/operations/exception.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import { createUser } from '../../collector/registry/users.ts';
import { withRegistry } from '../../scripts/simulate/collector-process.ts';
import { vonggacHere, type CommandRun } from '../support/vonggac-command.ts';
import { WatchPost } from '../support/watch-post.ts';

const DAY_MS = 86_400_000;
/** Long enough for somebody to approve it. */
const SOON_MS = 5_000;
const PASSWORD = 'correct-horse-battery';
const RULE = '61718559-e215-4f0a-bb4c-0c79f49f1ef6';
const SCANNER = '203.0.113.9';
const EXPIRES = ['--expires', new Date(Date.now() + 20 * DAY_MS).toISOString()];

let folder: string;
let log: string;
let post: WatchPost;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-exceptions-'));
  log = path.join(folder, 'access.log');
  await writeFile(log, '');
  const config = path.join(folder, 'agent.json');
  const settings = {
    watch: [],
    tails: [{ path: log, channel: 'web-access' }],
    journald: { enabled: false },
    inventory: { enabled: false },
    posture: { enabled: false },
  };
  await writeFile(config, JSON.stringify(settings));
  const dataDir = path.join(folder, 'data');
  const binh = { username: 'binh', password: PASSWORD, role: 'soc-lead', mustChangePassword: false } as const;
  await withRegistry(dataDir, (registry) => createUser(registry, binh, 'test'));
  post = await WatchPost.start({ agentArgs: ['--config', config], withSettings: true, dataDir });
});
afterEach(async () => {
  await post?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody fetches a file that no web server should give away, now. */
async function fetched(address: string): Promise<void> {
  const [day = '', clock = ''] = new Date().toISOString().split(/[T.]/);
  const [year, , date] = day.split('-');
  const month = new Date(`${day}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  const at = `${date}/${month}/${year}:${clock} +0000`;
  await appendFile(log, `${address} - - [${at}] "GET /.env HTTP/1.1" 200 812 "-" "curl/8"\n`);
}

const run = (...args: string[]): Promise<CommandRun> =>
  vonggacHere(['exception', ...args], { VONGGAC_DATA: post.dataDir, VONGGAC_PASSWORD: PASSWORD });
const done = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await run(...args);
  expect([code, err]).toEqual([0, '']);
  return out;
};
const hidden = async (): Promise<number> =>
  exceptionDetailSchema.parse(await post.get('/exceptions/1')).hidden;
const alerts = async (): Promise<Alert[]> =>
  alertPageSchema.parse(await post.get(`/alerts?folded=show&ruleId=${RULE}`)).alerts;
const stored = async (): Promise<number> =>
  eventPageSchema.parse(await post.get('/events?channel=log/web-access&limit=10')).events.length;

const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
  callOperation(operation, input, { dataDir: post.dataDir });

test('an exception takes what it covers from its approval to its end, and no longer', async () => {
  await fetched(SCANNER);
  const [alert] = await post.until(alerts, (found) => found.length === 1);
  const about = ['--rule', RULE, '--field', `source.ip=${SCANNER}`, '--reason', 'our scanner', ...EXPIRES];
  const fromAlert = ['--alert', alert?.id ?? '', '--alert-field', 'source.ip', '--reason', 'our scanner'];
  const [trial, asked] = await Promise.all([
    done('simulate', ...about, '--days', '1', '--json'),
    done('request', ...fromAlert, ...EXPIRES),
  ]);
  expect(asked).toContain(SCANNER);
  expect(JSON.parse(trial)).toMatchObject({
    hidden: 1,
    alerts: 1,
    openAlerts: 1,
    severe: [alert?.id],
    rules: [{ ruleId: RULE, hidden: 1, all: 1 }],
  });
  expect(await hidden()).toBe(0);
  await done('approve', '1', '--user', 'binh', '--close', 'benign');
  await post.until(alerts, ([one]) => one?.state === 'closed');

  await fetched(SCANNER);
  await post.until(hidden, (count) => count === 1);
  expect(await done('list', '--state', 'approved')).toContain('our scanner');
  expect(await call(exceptionShow, { id: 1 })).toMatchObject({
    state: 'approved',
    decidedBy: 'user:binh',
    where: [{ ruleId: RULE, hidden: 1 }],
  });
  expect(await stored()).toBe(2);
  expect(await alerts()).toMatchObject([{ id: alert?.id, state: 'closed', verdict: 'benign', count: 1 }]);

  await call(exceptionRevoke, { id: 1, reason: 'it is gone' });
  await post.until(alerts, ([one]) => one?.state === 'new');
  await fetched(SCANNER);
  const [reopened] = await post.until(alerts, ([one]) => one?.count === 2);
  expect(reopened).toMatchObject({ id: alert?.id, state: 'new', verdict: null });
  expect(await done('show', '1')).toContain('it is gone');
  expect(await hidden()).toBe(1);

  // What it hid becomes part of the alert after all, once.
  await done('raise', '1', '--reason', 'look again', '--yes');
  await post.until(alerts, ([one]) => one?.count === 3);
  expect(await call(exceptionHidden, { id: 1 })).toMatchObject([{ ruleId: RULE, hidden: 1, raised: 1 }]);

  // Another one ends by the collector's own clock; what comes then is an alert again.
  const person = { username: 'binh', password: PASSWORD };
  const expiresAt = new Date(Date.now() + SOON_MS).toISOString();
  const { id } = await call(exceptionRequest, {
    name: 'scanner',
    kind: 'rule',
    rules: [RULE],
    fields: { 'source.ip': SCANNER },
    reason: 'our scanner',
    expiresAt,
  });
  await call(exceptionApprove, { id, person });
  const state = async () => (await call(exceptionShow, { id })).state;
  await post.until(state, (now) => now === 'expired');
  await fetched(SCANNER);
  await post.until(alerts, ([one]) => one?.count === 4);
});
