/**
 * Agents that replace themselves, with a real collector, real bundles, the launcher of the packages, and a service that starts it again: a
 * good release, bad ones, one that hangs, kill -9 at every step, a site that fetches once, and a stolen collector.
 */
import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateRollouts } from '../../collector/cli/operations/update.ts';
import { withRegistry } from '../../scripts/simulate/collector-process.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { newPublisher, signAll } from '../support/release/publisher.ts';
import { until, type UpdateHost, UpdateWorld } from '../support/release/update-world.ts';

let folder: string;
let world: UpdateWorld;
let host: UpdateHost;

beforeAll(async () => {
  folder = makeFolder();
  world = new UpdateWorld(folder);
  await world.start();
  host = await world.host(1);
  host.serve();
}, 120_000);

afterAll(async () => {
  await world.stop();
  removeFolder(folder);
});

const runs = (one: UpdateHost, version: string): Promise<void> =>
  until(
    `the host runs ${version}`,
    async () => {
      const { running, state } = await world.statusOf(one);
      return running === version && state === 'current' && one.pointer('current') === version;
    },
    () => JSON.stringify({ ends: one.ends, said: one.said.slice(-4_000) }),
  );

test('a release that two people signed is loaded, tried and held; identity and spool stay', async () => {
  await until(
    'the first version runs',
    () => host.status.agentVersion === '0.1.0',
    () => host.said,
  );
  const { epoch } = host.status.spool;
  const { agentId } = host;
  await world.publish('0.2.0');
  await world.letOut('0.2.0');
  await runs(host, '0.2.0');
  expect(host.status).toMatchObject({ agentVersion: '0.2.0', spool: { epoch } });
  expect(host.agentId).toBe(agentId);
  expect(host.ends).toEqual([10]);
  expect(host.pointer('packaged')).toBe('0.1.0');
  expect([host.pointer('trial'), host.pointer('tried')]).toEqual([undefined, undefined]);
  await world.endRollout();
});

test('a version that cannot start is started three times, taken back, not tried again, and halts the rollout', async () => {
  await world.publish('0.3.0', { first: 'process.exit(3);' });
  await world.letOut('0.3.0');
  await until(
    'the rollout is halted',
    async () => {
      const { state } = await world.statusOf(host);
      return state === 'failed' && (await rollout()).state === 'halted';
    },
    () => JSON.stringify({ ends: host.ends, said: host.said.slice(-4_000) }),
  );
  expect((await rollout()).stateReason).toContain('1 of 1 hosts');
  expect(await world.statusOf(host)).toMatchObject({ running: '0.2.0', code: 'unwell', outcome: 'failed' });
  expect(host.ends.filter((end) => end === 3)).toHaveLength(3);
  expect(host.book.failed).toMatchObject([{ version: '0.3.0', code: 'unwell' }]);
  expect(host.pointer('current')).toBe('0.2.0');
  await world.endRollout();
});

async function rollout() {
  const [newest] = (await world.call(updateRollouts, {})).rollouts;
  if (newest === undefined) throw new Error('there is no rollout');
  return newest;
}

/** How long a version may take to become well, from the next start on. */
function givePatience(ms: number): void {
  const settings = `${host.state}/agent.json`;
  const text = fs.readFileSync(settings, 'utf8');
  fs.writeFileSync(settings, text.replace(/"wellMsMax":\d+/, `"wellMsMax":${ms}`));
}

test('a version that hangs for ever is ended from outside and taken back, with its spool, and halts the rollout', async () => {
  await host.stop();
  givePatience(3_000);
  await world.publish('0.3.1', { first: 'for (;;);' });
  await world.letOut('0.3.1');
  const before = host.ends.length;
  const { epoch } = host.status.spool;
  host.serve();
  await until(
    'the rollout is halted',
    async () => (await rollout()).state === 'halted',
    () => JSON.stringify({ ends: host.ends, said: host.said.slice(-4_000) }),
  );
  expect(host.ends.slice(before)).toEqual([10, 'SIGKILL']);
  expect(host.book.failed.at(-1)).toMatchObject({
    version: '0.3.1',
    code: 'unwell',
    message: 'it hung: ended from outside after 5 s, neither well nor at an end',
  });
  expect(await world.statusOf(host)).toMatchObject({ running: '0.2.0', code: 'unwell', outcome: 'failed' });
  expect(host.status).toMatchObject({ agentVersion: '0.2.0', spool: { epoch } });
  await world.endRollout();
});

test('a version that the collector hears nothing from goes back by itself, and the next one is taken', async () => {
  await host.stop();
  await world.publish('0.4.0', { replace: ['`/agent/v1`', '`/agent/v9`'] });
  await world.letOut('0.4.0');
  host.serve();
  await until(
    'it is taken back',
    async () => {
      const { state, release } = await world.statusOf(host);
      return state === 'failed' && release === '0.4.0';
    },
    () => host.said.slice(-4_000),
  );
  expect(host.book.failed.at(-1)).toMatchObject({ version: '0.4.0', code: 'unwell' });
  await world.endRollout();
  await host.stop();
  givePatience(20_000);
  await world.publish('0.5.0');
  await world.letOut('0.5.0');
  host.serve();
  await runs(host, '0.5.0');
  await world.endRollout();
});

const FAULTS = [
  'agent.update-loading:3',
  'agent.update-laid-aside',
  'agent.update-laid',
  'agent.update-trial-noted',
  'agent.update-trial-written',
  'agent.update-well',
  'agent.update-current-written',
];

test.each(FAULTS.map((fault, index) => [fault, `0.6.${index}`]))(
  'killed at %s it starts again, and comes to run %s',
  async (fault, version) => {
    await host.stop();
    const before = host.ends.length;
    await world.publish(version);
    await world.letOut(version);
    host.serve(fault);
    await runs(host, version);
    expect(host.ends.slice(before)).toContain('SIGKILL');
    expect([host.pointer('trial'), host.pointer('tried')]).toEqual([undefined, undefined]);
    await world.endRollout();
  },
);

test('a site fetches a release once: its hosts get it from the one that hands it out', async () => {
  const share = { share: { enabled: true, host: '127.0.0.1', port: 0 } };
  const others = [await world.host(2, share), await world.host(3)];
  for (const other of others) other.serve();
  await until(
    'the host that hands out has asked',
    async () =>
      (await Promise.all(others.map((one) => world.statusOf(one)))).every(({ toldAt }) => toldAt !== null),
    () => others.map(({ said }) => said.slice(-2_000)).join('\n'),
  );
  const hosts = [host, ...others];
  const loads = async () => {
    const all = await Promise.all(hosts.map((one) => world.statusOf(one)));
    return all.map(({ fromCollector, fromNeighbours }) => ({ fromCollector, fromNeighbours }));
  };
  const before = await loads();
  await world.publish('0.7.0');
  await world.letOut('0.7.0');
  for (const one of hosts) await runs(one, '0.7.0');
  const after = await loads();
  const came = after.map(({ fromCollector, fromNeighbours }, index) => ({
    collector: fromCollector - (before[index]?.fromCollector ?? 0),
    neighbours: fromNeighbours - (before[index]?.fromNeighbours ?? 0),
  }));
  const [bytes = 0] = [...new Set(came.map(({ collector, neighbours }) => collector + neighbours))];
  expect(bytes).toBeGreaterThan(0);
  expect(came.toSorted((one, other) => other.collector - one.collector)).toEqual([
    { collector: bytes, neighbours: 0 },
    { collector: 0, neighbours: bytes },
    { collector: 0, neighbours: bytes },
  ]);
  await world.endRollout();
  for (const other of others) await other.stop();
}, 120_000);

test('a stolen collector cannot ship: what its own keys signed is refused, and what runs goes on', async () => {
  const thieves = [newPublisher('Eve'), newPublisher('Mallory')] as const;
  const port = Number(new URL(world.collector.url).port);
  await world.publish('0.8.0');
  await world.letOut('0.8.0');
  await host.stop();
  await world.collector.stop();
  await withRegistry(world.dataDir, async ({ db }) => {
    const { text } = await db
      .selectFrom('agent_release')
      .select('text')
      .where('version', '=', '0.8.0')
      .executeTakeFirstOrThrow();
    const honest = JSON.parse(text) as { body: string };
    const theirs = signAll('release', JSON.parse(honest.body), thieves);
    await db
      .updateTable('agent_release')
      .set({ text: JSON.stringify(theirs) })
      .where('version', '=', '0.8.0')
      .execute();
  });
  await world.startCollector(port);
  host.said = '';
  host.serve();
  await until(
    'the release is refused',
    () => host.said.includes('few-signatures'),
    () => host.said,
  );
  expect(await world.statusOf(host)).toMatchObject({ running: '0.7.0', state: 'current' });
  expect(fs.existsSync(`${host.home}/versions/0.8.0`)).toBe(false);
  expect(host.pointer('current')).toBe('0.7.0');
}, 60_000);
