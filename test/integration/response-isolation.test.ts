/**
 * Isolation with the real firewall of the kernel, in a network namespace that stands for the host: what is reached from it
 * and what is not. Needs root, nft and ip; skipped by name elsewhere.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import type { ActionContext } from '../../agent/response/action.ts';
import { isolateHost, openHost, releaseHost } from '../../agent/response/isolate-host.ts';
import { isolationRules } from '../../agent/response/isolation-rules.ts';
import { responseSchema } from '../../agent/response/response-config.ts';
import { NetworkSpace } from '../support/agent/network-space.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const INSIDE_PORT = 2_222;

describe.skipIf(!NetworkSpace.isPossible())(
  'an isolated host (root, nft and network namespaces only)',
  () => {
    let space: NetworkSpace;
    let folder: string;
    const servers: net.Server[] = [];
    let service: ChildProcess;
    let collector: number;
    let other: number;
    let context: ActionContext;

    beforeAll(async () => {
      space = new NetworkSpace(1);
      // A service of the host.
      const script = `require('net').createServer((s) => s.end()).listen(${INSIDE_PORT}, () => console.log('up'))`;
      const args = [...space.enter, process.execPath, '-e', script];
      service = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      if (service.stdout !== null) await once(service.stdout, 'data');
      const listen = async (): Promise<number> => {
        const server = net.createServer((socket) => socket.end());
        servers.push(server);
        server.listen(0, space.outside);
        await once(server, 'listening');
        const address = server.address();
        if (address === null || typeof address === 'string') throw new Error('no port');
        return address.port;
      };
      collector = await listen();
      other = await listen();
    });
    afterAll(() => {
      for (const server of servers) server.close();
      service.kill('SIGKILL');
      space.remove();
    });
    beforeEach(() => {
      folder = makeFolder();
      context = {
        id: 'b7c9a1de-4f1b-4c3e-9a55-0d3f6a1b2c3d',
        dryRun: false,
        stateDir: folder,
        settings: responseSchema().parse({ allow: ['isolate'] }),
        host: space.host,
        clock: systemClock,
        signal: new AbortController().signal,
        line: () => ({ address: space.outside, port: collector }),
        isAnswered: () => space.reaches('inside', space.outside, collector),
        put: () => undefined,
      };
    });
    afterEach(async () => {
      await openHost({ host: space.host });
      removeFolder(folder);
    });

    test('reaches its collector and nothing else, until it is released', async () => {
      expect(await space.reaches('outside', space.inside, INSIDE_PORT)).toBe(true);
      expect([
        await space.reaches('inside', space.outside, collector),
        await space.reaches('inside', space.outside, other),
      ]).toEqual([true, true]);
      const facts = await isolateHost({ action: 'isolate', durationMs: 3_600_000 }, context);
      expect(facts).toMatchObject({ collector: space.outside, port: collector, seconds: 3_600 });
      expect(await space.reaches('inside', space.outside, collector)).toBe(true);
      expect(await space.reaches('inside', space.outside, other)).toBe(false);
      // Nobody reaches it from outside, not even from the collector's address.
      expect(await space.reaches('outside', space.inside, INSIDE_PORT)).toBe(false);
      const rules = await space.host.run('nft', ['list', 'table', 'inet', 'vonggac_isolation']);
      expect(rules.kind === 'ended' && /expires 59m|expires 1h/.test(rules.stdout)).toBe(true);
      expect(fs.readdirSync(folder)).toEqual([]);
      expect(await releaseHost({ action: 'release' }, context)).toEqual({ wasIsolated: true });
      expect(await space.reaches('inside', space.outside, other)).toBe(true);
      expect(await releaseHost({ action: 'release' }, context)).toEqual({ wasIsolated: false });
    });

    test('is open again at once when the collector does not answer through the isolation', async () => {
      const deaf = { ...context, isAnswered: () => Promise.resolve(false) };
      await expect(isolateHost({ action: 'isolate', durationMs: 60_000 }, deaf)).rejects.toMatchObject({
        state: 'undone',
      });
      expect(await space.reaches('inside', space.outside, other)).toBe(true);
    });

    test('is opened by the kernel when its time is over, though nobody of ours is left', async () => {
      const file = `${folder}/rules.nft`;
      fs.writeFileSync(file, isolationRules({ address: space.outside, port: collector }, 3));
      await space.host.run('nft', ['--file', file]);
      expect(await space.reaches('inside', space.outside, other)).toBe(false);
      const deadline = Date.now() + 60_000;
      let isOpen = false;
      while (!isOpen && Date.now() < deadline) isOpen = await space.reaches('inside', space.outside, other);
      expect(isOpen).toBe(true);
    });

    test('is not isolated by a rehearsal, for longer than its settings allow, or over a line nobody knows', async () => {
      await isolateHost({ action: 'isolate', durationMs: 60_000 }, { ...context, dryRun: true });
      expect(await space.reaches('inside', space.outside, other)).toBe(true);
      const facts = await isolateHost({ action: 'isolate', durationMs: 7 * 86_400_000 }, context);
      expect(facts['seconds']).toBe(4 * 3_600);
      // The collector's own host.
      for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1', space.inside]) {
        const own = { ...context, line: () => ({ address, port: collector }) };
        const refused = isolateHost({ action: 'isolate', durationMs: 60_000 }, own);
        await expect(refused).rejects.toMatchObject({ state: 'refused' });
      }
      const unknown = { ...context, line: () => undefined };
      await expect(isolateHost({ action: 'isolate', durationMs: 60_000 }, unknown)).rejects.toThrow(
        'not known',
      );
    });
  },
);

test('nothing but addresses and ports comes into a rule', () => {
  for (const address of ['10.0.0.1; drop', 'collector.example.vn', '::1\n', ''])
    expect(() => isolationRules({ address, port: 8443 }, 60)).toThrow(RangeError);
  expect(() => isolationRules({ address: '10.0.0.1', port: 0 }, 60)).toThrow(RangeError);
  expect(isolationRules({ address: '::ffff:10.0.0.1', port: 8443 }, 60)).toContain(
    'ip daddr 10.0.0.1 tcp dport 8443',
  );
  expect(isolationRules({ address: 'fe80::1%eth0', port: 8443 }, 60)).toContain(
    'ip6 daddr fe80::1 tcp dport 8443',
  );
});
