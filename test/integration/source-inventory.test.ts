/** The real collectors, on the machine that runs the tests. */
import net from 'node:net';
import os from 'node:os';
import { expect, test } from 'vitest';
import type { InventoryRecord } from '#protocol/record.ts';
import { createInventorySource } from '../../agent/sources/inventory/inventory-source.ts';
import { start } from '../unit/agent/sources/source-harness.ts';

test.skipIf(process.platform !== 'linux')(
  'this host is described once, and a new listener is a change',
  async () => {
    const run = start(createInventorySource({ intervalMs: 1 }));
    const found = new Map<string, InventoryRecord>();
    const read = async (enough: () => boolean): Promise<void> => {
      while (!enough()) {
        for (const record of await run.step()) {
          if (record.kind === 'inventory') found.set(`${record.category} ${record.key}`, record);
        }
      }
    };
    await read(
      () => [...found.keys()].some((key) => key.startsWith('user ')) && found.has('hardware memory'),
    );
    expect(found.get('os os')).toMatchObject({
      change: 'present',
      after: { hostname: os.hostname(), platform: 'linux' },
    });
    expect(found.get('user root')).toMatchObject({ change: 'present', after: { uid: 0 } });
    expect(found.get('network-interface lo')).toMatchObject({ after: { internal: true } });

    // Every category was looked at once when the first of the second round says something.
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
    expect(run.problems).toEqual([]);
  },
);
