/**
 * A signed authorisation lets a rule act on a real agent through a real collector, which is killed right after the command was
 * let go: the host gets one command, its result is told, and a later alert of it brings no second one.
 */
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { authorisationDetailSchema } from '../../collector/api/contract-authorisations.ts';
import { responseListSchema, type ResponseView } from '../../collector/api/contract-response.ts';
import { messagesIn } from '../../collector/cli/language.ts';
import { runProgram } from '../../collector/cli/program.ts';
import { createUser } from '../../collector/registry/users.ts';
import { prepareApiToken, withRegistry } from '../../scripts/simulate/collector-process.ts';
import { WatchPost } from '../support/watch-post.ts';

const DAY_MS = 86_400_000;
const PASSWORD = 'correct-horse-battery';
const CHEAP = { memoryKib: 64, passes: 1 };
/** Somebody fetches a file that no web server should give away. */
const RULE = '61718559-e215-4f0a-bb4c-0c79f49f1ef6';
/** Somebody climbs out of the folder of a web server. */
const SECOND_RULE = '4b796329-45e2-4b1c-8926-05db53802c02';

let folder: string;
let log: string;
let token: string;
let post: WatchPost;

beforeEach(async () => {
  vi.stubEnv('VONGGAC_PASSWORD', PASSWORD);
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-automatic-'));
  log = path.join(folder, 'access.log');
  await writeFile(log, '');
  const config = path.join(folder, 'agent.json');
  const settings = {
    watch: [],
    tails: [{ path: log, channel: 'web-access' }],
    journald: { enabled: false },
    inventory: { enabled: false },
    posture: { enabled: false },
    response: { allow: ['collect-bundle'] },
  };
  await writeFile(config, JSON.stringify(settings));
  const dataDir = path.join(folder, 'data');
  await withRegistry(dataDir, async (registry) => {
    for (const username of ['an', 'binh'])
      await createUser(
        registry,
        { username, password: PASSWORD, role: 'administrator', mustChangePassword: false },
        'test',
        CHEAP,
      );
  });
  token = await prepareApiToken(dataDir, 'administrator');
  post = await WatchPost.start({
    agentArgs: ['--config', config],
    withSettings: true,
    dataDir,
    collectorFault: 'automatic.after-commit',
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await post?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function fetched(page: string): Promise<void> {
  const [day = '', clock = ''] = new Date().toISOString().split(/[T.]/);
  const [year, , date] = day.split('-');
  const month = new Date(`${day}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  const at = `${date}/${month}/${year}:${clock} +0000`;
  await appendFile(log, `203.0.113.9 - - [${at}] "GET ${page} HTTP/1.1" 200 812 "-" "curl/8"\n`);
}

/** Linux hosts are servers unless people say other. */
function callWorkstation(agentId: string): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = new URL(`/api/v1/agents/${agentId}/role`, post.url);
  return new Promise((resolve, reject) => {
    https
      .request(url, { method: 'PUT', headers, rejectUnauthorized: false, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
      .once('error', reject)
      .end(JSON.stringify({ role: 'workstation' }));
  });
}

async function done(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const code = await runProgram(['response', ...args], {
    m: messagesIn('en'),
    language: 'en',
    env: { VONGGAC_DATA: post.dataDir },
    version: '1.2.3',
    print: (line) => void lines.push(line),
    complain: (line) => lines.push(line),
  });
  const out = lines.join('\n');
  expect([code, out]).toEqual([0, out]);
  return out;
}

/** Undefined while the collector is away. */
async function responses(): Promise<ResponseView[] | undefined> {
  const answer = await post.get('/responses');
  return answer === undefined ? undefined : responseListSchema.parse(answer).responses;
}

test('a rule acts once, across a kill of the collector, and the result is told', async () => {
  const { agents } = (await post.until(
    () => post.get('/agents'),
    (found) => (found as { agents: unknown[] } | undefined)?.agents.length === 1,
  )) as { agents: { id: string }[] };
  const agentId = agents[0]?.id ?? '';
  expect(await callWorkstation(agentId)).toBe(200);
  const file = path.join(folder, 'signed.json');
  const signed = {
    agencyId: 1,
    title: 'Thu thập ban đêm',
    signer: 'Giám đốc Sở',
    documentSha256: 'ab'.repeat(32),
    validFrom: new Date(Date.now() - DAY_MS).toISOString(),
    validTo: new Date(Date.now() + DAY_MS).toISOString(),
    fromTime: '00:00',
    toTime: '00:00',
    action: 'collect-bundle',
    rules: [RULE, SECOND_RULE],
    dryRun: false,
  };
  await writeFile(file, JSON.stringify(signed));
  const id = (await done('authorisations', 'request', file, '--user', 'an')).slice(0, 36);
  await done('authorisations', 'approve', id, '--user', 'binh');

  await fetched('/.env');
  const told = await post.until(responses, (found) => found?.[0]?.endedAt !== null && found?.length === 1);
  expect(post.restarts.collector).toBe(1);
  expect(told).toMatchObject([
    {
      state: 'done',
      agentId,
      requestedBy: 'system:rules',
      decidedBy: `authorisation:${id}`,
      command: { action: 'collect-bundle' },
    },
  ]);

  // The look that answers this one has seen the first again.
  await fetched('/download?file=../../../../etc/hosts');
  const detail = async () => {
    const answer = await post.get(`/response-authorisations/${id}`);
    return answer === undefined ? [] : authorisationDetailSchema.parse(answer).acts;
  };
  const acts = await post.until(detail, ({ length }) => length === 2);
  expect(acts.map(({ outcome, responseId }) => [outcome, responseId])).toEqual([
    ['already', null],
    ['commanded', told?.[0]?.id],
  ]);
  expect(await responses()).toHaveLength(1);
  expect(await readdir(path.join(post.dataDir, 'agent', 'bundles'))).toEqual([`${told?.[0]?.id}.ndjson.gz`]);
  expect(await done('authorisations', 'show', id)).toMatch(/done before[^]*commanded/);

  const bulk = ['bulk', 'collect-bundle', '--agent', agentId.slice(0, 8), '--reason', 'review'];
  expect(await done(...bulk, '--dry-run')).toContain('Hosts found: 1; of these 1 would get');
  expect(await done(...bulk, '--user', 'an', '--follow')).toMatch(/done, 1 of 1[^]*collect-bundle/);
  expect(await responses()).toHaveLength(2);
});
