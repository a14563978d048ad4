/**
 * A real agent on a host of its own (a network namespace) is isolated by two people, stays in touch with its collector, and
 * is released over the very line that was left. Needs root, nft and ip; skipped by name elsewhere.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResponseView } from '../../collector/api/contract-response.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import { responseDecide, responseRequest, responseShow } from '../../collector/cli/operations/response.ts';
import type { CommandAction } from '../../collector/protocol/command.ts';
import { createUser } from '../../collector/registry/users.ts';
import {
  startCollectorProcess,
  withRegistry,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { NetworkSpace } from '../support/agent/network-space.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const PASSWORD = 'correct-horse-battery';

describe.skipIf(!NetworkSpace.isPossible())(
  'an agent on a host of its own (root, nft and network namespaces only)',
  () => {
    let space: NetworkSpace;
    let dataDir: string;
    let folder: string;
    let collector: CollectorProcess;
    let agentId: string;
    let running: ChildProcess;
    const elsewhere = net.createServer((socket) => socket.end());
    let port: number;

    const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
      callOperation(operation, input, { dataDir });
    const agent = (args: readonly string[]): ChildProcess =>
      spawn('ip', [...space.enter, process.execPath, CLI, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });

    /** Asked for by one, approved by another. */
    async function done(command: CommandAction): Promise<ResponseView> {
      const person = (username: string) => ({ username, password: PASSWORD });
      const wanted = { agent: agentId, command, reason: 'alert 81', dryRun: false, expiresInMs: 600_000 };
      let view = await call(responseRequest, { ...wanted, person: person('an') });
      if (view.state === 'requested')
        view = await call(responseDecide, { id: view.id, approve: true, person: person('binh') });
      for (const deadline = Date.now() + 30_000; view.endedAt === null && Date.now() < deadline;) {
        await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
        view = await call(responseShow, { id: view.id });
      }
      return view;
    }

    beforeAll(async () => {
      space = new NetworkSpace(2);
      dataDir = makeFolder();
      folder = makeFolder();
      await withRegistry(dataDir, async (registry) => {
        const more = { password: PASSWORD, role: 'administrator' as const, mustChangePassword: false };
        for (const username of ['an', 'binh'])
          await createUser(registry, { username, ...more }, 'test', { memoryKib: 64, passes: 1 });
      });
      elsewhere.listen(0, space.outside);
      await once(elsewhere, 'listening');
      ({ port } = elsewhere.address() as net.AddressInfo);
      const listen = `${space.outside}:0`;
      collector = await startCollectorProcess({ dataDir, listen, env: { VONGGAC_LOG_LEVEL: 'warn' } });
      const state = path.join(folder, 'state');
      fs.mkdirSync(state, { mode: 0o700 });
      const own = { watch: [], tails: [], journald: { enabled: false }, inventory: { enabled: false } };
      fs.writeFileSync(
        path.join(state, 'agent.json'),
        JSON.stringify({ ...own, response: { allow: ['isolate'] } }),
      );
      const { token } = await call(joinTokenCreate, {});
      const [code] = await once(
        agent(['enrol', '--url', collector.url, '--state', state, '--token', token]),
        'close',
      );
      if (code !== 0) throw new Error(`the agent did not enrol: it ended with ${String(code)}`);
      agentId = (
        JSON.parse(fs.readFileSync(path.join(state, 'identity.json'), 'utf8')) as { agentId: string }
      ).agentId;
      running = agent(['run', '--state', state]);
    });
    afterAll(async () => {
      running.kill('SIGKILL');
      elsewhere.close();
      await collector.stop();
      space.remove();
      removeFolder(dataDir);
      removeFolder(folder);
    });

    test('is isolated, hears that it is released, and is open again', async () => {
      expect(await space.reaches('inside', space.outside, port)).toBe(true);
      const isolated = await done({ action: 'isolate', durationMs: 600_000 });
      expect(isolated).toMatchObject({ state: 'done', detail: { collector: space.outside, seconds: 600 } });
      expect(await space.reaches('inside', space.outside, port)).toBe(false);
      expect(await done({ action: 'release' })).toMatchObject({
        state: 'done',
        detail: { wasIsolated: true },
      });
      expect(await space.reaches('inside', space.outside, port)).toBe(true);
    });
  },
);
