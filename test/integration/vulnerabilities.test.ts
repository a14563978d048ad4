/**
 * A real agent on this machine tells what is installed; a feed is carried in by the command line, and what it finds is excepted by two
 * people, hidden, and back when the exception has ended.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findingPageSchema, type FindingView } from '../../collector/api/contract-vulnerabilities.ts';
import { agentListSchema } from '../../collector/api/contract.ts';
import { inventorySchema } from '../../collector/api/contract-inventory.ts';
import { parseOsRelease } from '../../agent/host/os-release.ts';
import { createUser } from '../../collector/registry/users.ts';
import { releaseOfHost } from '../../collector/vulnerability/releases.ts';
import { withRegistry } from '../../scripts/simulate/collector-process.ts';
import { vonggacHere, type CommandRun } from '../support/vonggac-command.ts';
import { WatchPost } from '../support/watch-post.ts';

const PASSWORD = 'correct-horse-battery';
/** Long enough for the commands that come before, and short enough to be waited for. */
const EXCEPTED_MS = 5_000;
const released = fs.existsSync('/etc/os-release')
  ? parseOsRelease(fs.readFileSync('/etc/os-release', 'utf8'))
  : new Map<string, string>();
const release = releaseOfHost(released.get('ID') ?? '', released.get('VERSION_ID') ?? '');
const isDebian = release?.startsWith('debian:') === true && fs.existsSync('/var/lib/dpkg/status');

let folder: string;
let post: WatchPost;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-vulnerabilities-'));
  const config = path.join(folder, 'agent.json');
  const settings = {
    watch: [],
    tails: [],
    journald: { enabled: false },
    posture: { enabled: false },
    inventory: { enabled: true },
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

const run = (...args: string[]): Promise<CommandRun> =>
  vonggacHere(args, { VONGGAC_DATA: post.dataDir, VONGGAC_PASSWORD: PASSWORD });
async function done(...args: string[]): Promise<string> {
  const { code, out, err } = await run(...args);
  expect([code, err]).toEqual([0, expect.any(String)]);
  return out;
}
const found = async (query = ''): Promise<FindingView[]> =>
  findingPageSchema.parse(await post.get(`/vulnerabilities?package=bash${query}`)).findings;

/** As Debian's tracker writes it: one that every bash has, and one that none has any more. */
const tracker = (codename: string) => ({
  bash: {
    'CVE-2026-1111': {
      description: 'Made for this test: every version has it.',
      releases: { [codename]: { status: 'open', urgency: 'high' } },
    },
    'CVE-2014-6271': {
      description: 'Shellshock',
      releases: { [codename]: { status: 'resolved', fixed_version: '4.3-9.1', urgency: 'high' } },
    },
  },
});

test.skipIf(!isDebian)(
  'from the package on this machine to a finding, an exception and its end',
  async () => {
    const [host] = await post.until(
      async () => agentListSchema.parse(await post.get('/agents')).agents,
      (agents) => agents.length === 1,
    );
    const agentId = host?.id ?? '';
    await post.until(
      async () =>
        inventorySchema.parse(await post.get(`/agents/${agentId}/inventory?category=package&limit=1`)),
      ({ categories }) => categories.some(({ state, items }) => state === 'complete' && (items ?? 0) > 50),
    );
    const feed = path.join(folder, 'tracker.json');
    await writeFile(feed, JSON.stringify(tracker(released.get('VERSION_CODENAME') ?? '')));
    expect(await done('vulnerability', 'import', feed)).toContain('debian-tracker');
    const [finding] = await post.until(
      () => found(),
      (all) => all.length === 1,
    );
    expect(finding).toMatchObject({
      agentId,
      cve: 'CVE-2026-1111',
      fixed: null,
      severity: 'high',
      state: 'open',
    });
    expect(await done('vulnerability', 'host', agentId)).toContain('CVE-2026-1111');

    const expires = new Date(Date.now() + EXCEPTED_MS).toISOString();
    const about = ['--kind', 'vulnerability', '--rule', 'CVE-2026-1111', '--name', 'bash'];
    await done('exception', 'request', ...about, '--reason', 'nobody has a shell', '--expires', expires);
    expect(await found()).toHaveLength(1);
    await done('exception', 'approve', '1', '--user', 'binh');
    expect(await found()).toEqual([]);
    expect(await found('&state=excepted')).toMatchObject([{ exceptionId: 1, exceptedUntil: expires }]);
    // Nobody does anything: its time is over.
    expect(
      await post.until(
        () => found(),
        (all) => all.length === 1,
      ),
    ).toMatchObject([{ state: 'open' }]);
  },
);
