/**
 * All attack stories at once through a real collector: agents' protocol, normaliser, rules, correlations, alerts, proposals
 * of cases. They begin at the same moment on hosts of one province, so each is the near miss of all others.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInStories } from '../../rules/stories/index.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { vonggacHere } from '../support/vonggac-command.ts';
import { temporaryFolder } from '../unit/registry/registry-fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
let collector: CollectorProcess;
beforeAll(async () => {
  folder = temporaryFolder();
  collector = await startCollectorProcess({ dataDir: folder.path });
});
afterAll(async () => {
  await collector.kill();
  folder.remove();
});

const here = (...args: string[]) => vonggacHere(['--data', folder.path, ...args]);

test('every story raises its alerts, each once, and is one case that holds nothing of another', async () => {
  const { code, out, err } = await here('replay', '--story', 'all', '--json');
  const told: {
    name: string;
    expected: { rule: string; times: number; rows: { tags: string[] }[] }[];
    loud: unknown[];
    caseFaults: unknown[];
    holds: boolean;
  }[] = JSON.parse(out);
  expect(told.map(({ name }) => name)).toEqual(builtInStories().stories.map(({ story }) => story.name));
  expect(
    told.map(({ name, expected, loud, caseFaults, holds }) => ({
      name,
      wrong: expected.filter(({ rows, times }) => rows.length !== times).map(({ rule }) => rule),
      loud,
      caseFaults,
      holds,
    })),
  ).toEqual(told.map(({ name }) => ({ name, wrong: [], loud: [], caseFaults: [], holds: true })));
  expect([code, err]).toEqual([0, expect.stringContaining('Told to')]);

  const open = async (): Promise<unknown[]> =>
    JSON.parse((await here('alert', 'list', '--state', 'open', '--json')).out);
  expect((await open()).length).toBeGreaterThan(0);
  // A second telling would be one matter with the first.
  const again = await here('replay', '--story', 'crypto-miner');
  expect([again.code, again.err]).toEqual([
    1,
    expect.stringMatching(/earlier telling on mh-khcn-trang-09 .* --remove-stories/u),
  ]);
  const removed = await here('replay', '--remove-stories', '--json');
  expect(JSON.parse(removed.out).closed).toBeGreaterThan(told.length);
  expect(await open()).toEqual([]);
}, 120_000);

test('a story is told again, live or at a moment of the past, once the earlier telling is closed', async () => {
  const live = await here('replay', '--story', 'insider-citizen-data', '--speed', '2000');
  expect([live.code, live.err]).toEqual([
    0,
    expect.stringMatching(/^Told to .*\n  \+00:00:00 .*\n  \+00:04:00 /u),
  ]);
  expect((await here('replay', '--remove-stories')).out).toMatch(/^\d+ alerts of stories closed as benign/u);
  const at = `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 16)}:00Z`;
  const past = JSON.parse(
    (await here('replay', '--story', 'insider-citizen-data', '--at', at, '--json')).out,
  );
  expect(past).toMatchObject([
    { holds: true, expected: [{ rows: [{ firstSeen: expect.stringContaining(at.slice(0, 17)) }] }, {}, {}] },
  ]);
}, 60_000);
