/** A real agent that asks from outside, a real collector: alerts, uptime, the command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertPageSchema } from '../../collector/api/contract-alerts.ts';
import { eventPageSchema } from '../../collector/api/contract.ts';
import { probesSchema } from '../../collector/api/contract-probes.ts';
import { page, startTestSite } from '../support/probe/test-site.ts';
import type { TestSite } from '../support/probe/test-site.ts';
import { vonggac } from '../support/vonggac-command.ts';
import { WatchPost } from '../support/watch-post.ts';

let folder: string;
let site: TestSite;
let post: WatchPost;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-probes-'));
  site = await startTestSite(page('<title>Hacked by X</title><p>Trang này đã bị chiếm</p>'));
  const config = path.join(folder, 'agent.json');
  const probes = [
    { name: 'portal', target: site.url, retryMs: 1_000 },
    { name: 'closed', target: 'tcp://127.0.0.1:1', failures: { needed: 1, of: 1 } },
  ];
  const settings = {
    watch: [],
    tails: [],
    journald: { enabled: false },
    inventory: { enabled: false },
    probes,
  };
  await writeFile(config, JSON.stringify(settings));
  post = await WatchPost.start({ agentArgs: ['--config', config], withSettings: true });
});

afterEach(async () => {
  await post?.stop();
  await post?.remove();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a defaced page and a closed port become alerts, and stand in the API and on the command line', async () => {
  const titles = async (): Promise<string[]> => {
    const { alerts } = alertPageSchema.parse(await post.get('/alerts'));
    return alerts.map(({ title }) => title);
  };
  const wanted = ['A page may have been defaced', 'A system asked from outside is down'];
  await post.until(titles, (found) => wanted.every((title) => found.includes(title)));
  const { targets } = probesSchema.parse(await post.get('/probes'));
  expect(targets.map(({ name, state }) => [name, state])).toEqual([
    ['closed', 'failed'],
    ['portal', 'failed'],
  ]);
  expect(targets[1]?.aspects).toContainEqual(
    expect.objectContaining({ aspect: 'page', findings: ['defaced'] }),
  );
  const status = await vonggac(['probe', 'status', '--check'], { VONGGAC_DATA: post.dataDir });
  expect(status).toMatchObject({
    code: 1,
    out: expect.stringContaining('closed: reachability: refused') as string,
  });
});

test('an agent that is killed in the middle of a look tells what it then sees, once', async () => {
  const waiting = Promise.withResolvers<void>();
  // Whoever asks now gets no answer.
  site.answer = () => waiting.resolve();
  await post.kill('agent');
  await waiting.promise;
  await post.kill('agent');
  site.answer = page('<title>Hacked by X</title><p>Trang này đã bị chiếm</p>');
  const told = async (): Promise<string[]> => {
    const answer = eventPageSchema.safeParse(await post.get('/events?channel=probe&limit=200'));
    return (answer.data?.events ?? [])
      .filter(({ fields }) => fields['probe.name'] === 'portal' && fields['probe.change'] !== 'summary')
      .map(({ fields }) =>
        ['aspect', 'state', 'findings'].map((name) => String(fields[`probe.${name}`])).join(' '),
      );
  };
  const isDefaced = (line: string): boolean => line.startsWith('page failed');
  const found = await post.until(told, (lines) => lines.some(isDefaced));
  expect(found.filter(isDefaced)).toHaveLength(1);
  expect(found.toSorted()).toEqual([...new Set(found)].toSorted());
  expect(post.restarts.agent).toBe(2);
});
