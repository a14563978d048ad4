/** `vonggac simulate` and `vonggac demo` against a collector: what they make, and what they say when they cannot. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOperation } from '../../collector/cli/client.ts';
import { inventoryFind } from '../../collector/cli/operations/inventory.ts';
import { joinTokenCreate, joinTokenRevoke } from '../../collector/cli/operations/join-token.ts';
import { attestationList } from '../../collector/cli/operations/attestation.ts';
import { systemList } from '../../collector/cli/operations/system.ts';
import { formatJoinToken, parseJoinToken } from '../../collector/protocol/join-token.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { makeAuthority } from '../support/agent/authority.ts';
import { vonggac, type CommandRun } from '../support/vonggac-command.ts';

let folder: string;
let collector: CollectorProcess;

const dataDir = (): string => path.join(folder, 'data');

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-simulate-'));
  const authority = await makeAuthority();
  const own = await authority.issue(['127.0.0.1', 'localhost']);
  const file = async (name: string, text: string): Promise<string> => {
    const place = path.join(folder, name);
    await writeFile(place, text);
    return place;
  };
  // The harder case: the token names the authority, and the collector shows a certificate of its.
  collector = await startCollectorProcess({
    dataDir: dataDir(),
    env: {
      VONGGAC_TLS_CERT: await file('own.crt', `${own.cert}\n${authority.pem}`),
      VONGGAC_TLS_KEY: await file('own.key', own.key),
      VONGGAC_TLS_CA: await file('ca.crt', authority.pem),
    },
  });
});

afterAll(async () => {
  await collector?.stop();
  await rm(folder, { recursive: true, force: true });
});

const simulate = (token: string, url: string = collector.url): Promise<CommandRun> =>
  vonggac(
    ['simulate', '--agents', '2', '--eps', '40', '--seconds', '1', '--url', url].concat(
      token === '' ? [] : ['--token', token],
    ),
    { VONGGAC_DATA: dataDir() },
  );
const made = (wanted: { uses?: number; approve?: boolean } = {}): Promise<{ id: string; token: string }> =>
  callOperation(joinTokenCreate, { uses: 2, ...wanted }, { dataDir: dataDir() });

test('with a token for so many agents it sends, and finds everything in the store', async () => {
  const { token } = await made();
  expect(parseJoinToken(token)?.authority).toBe(true);
  const { code, out, err } = await simulate(token);
  const result = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  expect([code, err]).toEqual([0, expect.any(String)]);
  expect(result).toMatchObject({ lost: 0, duplicates: 0, checked: 'store', agents: 2, onlineMax: 2 });
  expect(result.sent).toBeGreaterThan(0);
});

const TOKENS: readonly (readonly [
  what: string,
  token: () => Promise<string>,
  code: number,
  words: string,
])[] = [
  ['none', async () => '', 2, 'option --token <token> is required'],
  ['half of one', async () => (await made()).token.slice(0, 40), 2, 'this is not a whole join token'],
  ['one with too few uses', async () => (await made({ uses: 1 })).token, 1, 'expired, revoked or used up'],
  [
    'one that was revoked',
    async (): Promise<string> => {
      const { id, token } = await made();
      await callOperation(joinTokenRevoke, { id }, { dataDir: dataDir() });
      return token;
    },
    1,
    'vonggac join-token create --uses 2',
  ],
  [
    'one whose agents wait for approval',
    async () => (await made({ approve: true })).token,
    1,
    'wait for approval',
  ],
  [
    'one of another collector',
    async (): Promise<string> => {
      const token = parseJoinToken((await made()).token);
      if (token === undefined) throw new Error('no token');
      return formatJoinToken({ ...token, fingerprint: 'ab'.repeat(32) });
    },
    1,
    'the token is of another collector',
  ],
];

test.each(TOKENS)('with a token that is %s it says so', async (_, token, code, words) => {
  const run = await simulate(await token());
  expect([run.code, run.out]).toEqual([code, '']);
  expect(run.err).toContain(words);
  expect(run.err).not.toMatch(/^ {4}at /m);
});

test('where no collector is it says so', async () => {
  const run = await simulate((await made()).token, 'https://127.0.0.1:9');
  expect([run.code, run.out]).toEqual([3, '']);
  expect(run.err).toContain('No collector answers at 127.0.0.1:9');
});

test('a made-up province is filled into an empty collector, and never beside what is there', async () => {
  const demo = (...flags: string[]): Promise<CommandRun> =>
    vonggac(['demo', '--hosts', '36', '--logs', '5', '--once', '--json', ...flags], {
      VONGGAC_DATA: dataDir(),
    });
  const made = await demo();
  expect([made.code, made.err]).toEqual([0, expect.stringMatching(/(\d+) of \1 hosts/)]);
  expect(JSON.parse(made.out)).toMatchObject({
    agencies: 8,
    systems: 10,
    hosts: 36,
    incident: expect.stringMatching(/^VG-\d{4}-\d{4}$/) as string,
    url: collector.url,
  });
  const [systems, pictures] = await Promise.all([
    callOperation(systemList, {}, { dataDir: dataDir() }),
    callOperation(
      inventoryFind,
      { category: 'firewall', name: '*', facts: [], atMs: Date.now() },
      { dataDir: dataDir() },
    ),
  ]);
  const hostsOf = Object.fromEntries(systems.map(({ name, hosts }) => [name, hosts]));
  expect(hostsOf).toMatchObject({
    'Trung tâm dữ liệu tỉnh Minh Họa': 6,
    'Kho dữ liệu dân cư tỉnh Minh Họa': 3,
    'Mạng nội bộ và máy làm việc các cơ quan Minh Họa': 8,
  });
  const { attestations } = await callOperation(attestationList, { query: {} }, { dataDir: dataDir() });
  expect(attestations.map(({ state }) => state)).toEqual(['proposed', 'proposed']);
  // Each host that tells anything tells of its firewall; an office computer of three profiles.
  expect(pictures.items.length).toBeGreaterThan(36);
  const again = await demo();
  expect([again.code, again.out]).toEqual([1, '']);
  expect(again.err).toContain('never mixed with real data');
});

test('a made-up province has room for its servers', async () => {
  const run = await vonggac(['demo', '--hosts', '5', '--once'], { VONGGAC_DATA: dataDir() });
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('at least 36 hosts')]);
});
