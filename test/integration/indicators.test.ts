/** A real agent and a real collector: an indicator is imported, is found in yesterday's events, and in the next one. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertPageSchema } from '../../collector/api/contract-alerts.ts';
import { eventPageSchema } from '../../collector/api/contract.ts';
import { vonggacHere, type CommandRun } from '../support/vonggac-command.ts';
import { WatchPost } from '../support/watch-post.ts';

const DAY_MS = 86_400_000;
let folder: string;
let log: string;
let post: WatchPost;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-indicators-'));
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
  post = await WatchPost.start({ agentArgs: ['--config', config], withSettings: true });
});

afterEach(async () => {
  await post?.stop();
  await post?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A line of a web server, at a time. */
async function request(address: string, ms: number): Promise<void> {
  const [day = '', clock = ''] = new Date(ms).toISOString().split(/[T.]/);
  const [year, month, date] = day.split('-');
  const name = new Date(`${day}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  expect(month).toHaveLength(2);
  const at = `${date}/${name}/${year}:${clock} +0000`;
  await appendFile(log, `${address} - - [${at}] "GET / HTTP/1.1" 200 12 "-" "curl/8"\n`);
}

const run = (...args: string[]): Promise<CommandRun> =>
  vonggacHere(['indicator', ...args], { VONGGAC_DATA: post.dataDir });

const alerts = async (): Promise<string[]> => {
  const { alerts } = alertPageSchema.parse(await post.get('/alerts'));
  return alerts.map(({ title, entity }) => `${title}: ${Object.values(entity).join()}`);
};

const stored = async (): Promise<number> =>
  eventPageSchema.parse(await post.get('/events?channel=log/web-access&limit=10')).events.length;

test('an imported indicator is found in the past, once, and in what comes', async () => {
  await request('203.0.113.9', Date.now() - DAY_MS);
  await post.until(stored, (count) => count === 1);
  const list = path.join(folder, 'list.csv');
  await writeFile(list, 'value,confidence\n203.0.113.0/24,90\n10.0.0.1,\n');
  const tried = await run('import', list, '--source', 'NCSC', '--dry-run');
  expect(tried.out).toContain('It would add 1');
  expect(tried).toMatchObject({
    code: 1,
    err: expect.stringContaining('line 3, value: 10.0.0.1: it is private') as string,
  });
  expect((await run('import', list, '--source', 'NCSC')).out).toContain('Under way as job');
  const found = async (): Promise<string> => (await run('list')).out;
  await post.until(found, (text) => text.includes('203.0.113.0/24'));

  await post.until(
    async () => {
      await request('203.0.113.7', Date.now());
      return alerts();
    },
    (titles) => titles.includes('Indicator of compromise seen: 203.0.113.0/24'),
  );
  const retro = async (): Promise<string> => (await run('retro', '--source', 'NCSC')).out;
  expect(await retro()).toContain('Under way as job');
  const hindsight = 'Indicator of compromise found in hindsight: 203.0.113.0/24';
  const titles = await post.until(alerts, (all) => all.includes(hindsight));
  expect(titles.filter((title) => title === hindsight)).toHaveLength(1);
  const sightings = JSON.parse((await run('sightings', '1', '--json')).out) as { hindsight: number }[];
  expect(sightings).toMatchObject([{ first: expect.stringContaining('T') as string }]);
  expect(sightings[0]?.hindsight).toBeGreaterThanOrEqual(1);

  expect((await run('retire', '1', '--reason', 'wrong list')).out).toContain(
    '203.0.113.0/24 matches no more',
  );
  expect((await run('list', '--state', 'retired')).out).toContain('retired');
});
