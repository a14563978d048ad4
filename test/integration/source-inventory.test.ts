/** The real collectors, on the machine that runs the tests. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { expect, test } from 'vitest';
import type { InventoryRecord } from '#protocol/record.ts';
import { thisHost } from '../../agent/host/host.ts';
import { collectorsOf } from '../../agent/sources/inventory/collectors.ts';
import { createInventorySource } from '../../agent/sources/inventory/inventory-source.ts';
import { start } from '../unit/agent/sources/source-harness.ts';

const linux = process.platform === 'linux';

test.skipIf(!linux)('this host is described once, and a new listener is a change', async () => {
  const all = await collectorsOf(thisHost, process.platform, Date.now);
  // The package manager takes seconds to work out what it would update.
  const categories = all.map(({ category }) => category).filter((category) => category !== 'patch-level');
  const run = start(createInventorySource({ intervalMs: 600, exclude: ['patch-level'] }));
  const found = new Map<string, InventoryRecord>();
  const read = async (enough: () => boolean): Promise<void> => {
    while (!enough()) {
      for (const record of await run.step()) {
        if (record.kind === 'inventory') found.set(`${record.category} ${record.key}`, record);
      }
    }
  };
  await read(() => categories.every((category) => found.has(`collection ${category}`)));
  for (const category of categories) {
    const standing = found.get(`collection ${category}`);
    expect(['complete', 'partial'], `${category}: ${JSON.stringify(standing?.after)}`).toContain(
      standing?.after?.['state'],
    );
  }
  expect(found.get('os os')).toMatchObject({
    change: 'present',
    after: { hostname: os.hostname(), platform: 'linux' },
  });
  expect(found.get('user root')).toMatchObject({ change: 'present', after: { uid: 0, admin: true } });
  expect(found.get('group root')).toMatchObject({ after: { gid: 0 } });
  expect(found.get('network-interface lo')).toMatchObject({ after: { internal: true } });
  expect(found.get('hardware memory')).toMatchObject({ after: { bytes: os.totalmem() } });
  expect(found.has('mount /')).toBe(true);

  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const key = `listening-port tcp 127.0.0.1:${port}`;
  await read(() => found.has(key));
  expect(found.get(key)).toMatchObject({ after: { port, executable: process.execPath } });
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await read(() => found.get(key)?.change === 'removed');
  await run.stop();
});

const dpkg = fs.existsSync('/usr/bin/dpkg-query');

test.skipIf(!dpkg)('the packages are those that dpkg itself lists', async () => {
  const packages = (await collectorsOf(thisHost, 'linux', Date.now)).find(
    ({ category }) => category === 'package',
  );
  const look = { signal: new AbortController().signal, turn: () => Promise.resolve() };
  const picture = await packages?.collect(look);
  const ours = picture?.items
    .filter(({ detail }) => detail['manager'] === 'dpkg')
    .map(({ detail }) => `${detail['name']}:${detail['architecture']} ${detail['version']}`);
  const format = '${db:Status-Status} ${Package}:${Architecture} ${Version}\\n';
  const theirs = execFileSync('/usr/bin/dpkg-query', ['-W', '-f', format], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '' && !/^(not-installed|config-files) /.test(line))
    .map((line) => line.slice(line.indexOf(' ') + 1));
  expect(ours?.sort()).toEqual(theirs.sort());
});
