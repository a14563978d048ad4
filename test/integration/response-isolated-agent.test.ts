/**
 * A real agent on a host of its own (a network namespace) is isolated by two people, stays in touch with its collector, and
 * is released over the very line that was left; then by a rule, as a signed authorisation lets it, until its time is over. Needs root, nft and ip; skipped by name elsewhere.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAuthorisationSchema } from '../../collector/api/contract-authorisations.ts';
import type { ResponseView } from '../../collector/api/contract-response.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { authorisationDecide, authorisationRequest } from '../../collector/cli/operations/authorisation.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import {
  responseDecide,
  responseList,
  responseRequest,
  responseShow,
} from '../../collector/cli/operations/response.ts';
import type { CommandAction } from '../../collector/protocol/command.ts';
import { createUser } from '../../collector/registry/users.ts';
import {
  prepareApiToken,
  startCollectorProcess,
  withRegistry,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { NetworkSpace } from '../support/agent/network-space.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const PASSWORD = 'correct-horse-battery';
const DAY_MS = 86_400_000;
/** Somebody fetches a file that no web server should give away. */
const RULE = '61718559-e215-4f0a-bb4c-0c79f49f1ef6';
/** At most so long the host lets itself be isolated. */
const ISOLATED_MS = 4_000;

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
    let token: string;
    let state: string;
    let log: string;

    const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
      callOperation(operation, input, { dataDir });
    const agent = (args: readonly string[]): ChildProcess =>
      spawn('ip', [...space.enter, process.execPath, CLI, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });

    const settle = (response: object): void => {
      const own = {
        watch: [],
        tails: [{ path: log, channel: 'web-access' }],
        journald: { enabled: false },
        inventory: { enabled: false },
        posture: { enabled: false },
        response: { allow: ['isolate'], ...response },
      };
      fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify(own));
    };

    async function until<T>(ask: () => Promise<T>, isMeant: (found: T) => boolean): Promise<T> {
      for (const deadline = Date.now() + 30_000; ;) {
        const found = await ask();
        if (isMeant(found) || Date.now() > deadline) return found;
        await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
      }
    }

    /** Linux hosts are servers unless people say other. */
    const callWorkstation = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const url = new URL(`/api/v1/agents/${agentId}/role`, collector.url);
        https
          .request(url, { method: 'PUT', headers, rejectUnauthorized: false, agent: false }, (response) => {
            response.resume().once('end', () => resolve(response.statusCode));
          })
          .once('error', reject)
          .end(JSON.stringify({ role: 'workstation' }));
      });

    /** Signed by one, brought into force by another. */
    async function authorise(): Promise<void> {
      const person = (username: string) => ({ username, password: PASSWORD });
      const wanted = {
        agencyId: 1,
        title: 'Cách ly ban đêm',
        signer: 'Giám đốc Sở',
        documentSha256: 'ab'.repeat(32),
        validFrom: new Date(Date.now() - DAY_MS).toISOString(),
        validTo: new Date(Date.now() + DAY_MS).toISOString(),
        fromTime: '00:00',
        toTime: '00:00',
        rules: [RULE],
        dryRun: false,
      };
      const { id } = await call(authorisationRequest, {
        wanted: newAuthorisationSchema.parse(wanted),
        person: person('an'),
      });
      await call(authorisationDecide, { id, move: 'approve', reason: 'ký', person: person('binh') });
    }

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
      token = await prepareApiToken(dataDir, 'administrator');
      elsewhere.listen(0, space.outside);
      await once(elsewhere, 'listening');
      ({ port } = elsewhere.address() as net.AddressInfo);
      const listen = `${space.outside}:0`;
      collector = await startCollectorProcess({ dataDir, listen, env: { VONGGAC_LOG_LEVEL: 'warn' } });
      state = path.join(folder, 'state');
      log = path.join(folder, 'access.log');
      fs.mkdirSync(state, { mode: 0o700 });
      fs.writeFileSync(log, '');
      settle({});
      const joining = await call(joinTokenCreate, {});
      const [code] = await once(
        agent(['enrol', '--url', collector.url, '--state', state, '--token', joining.token]),
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

    test('is isolated by a rule that a signed authorisation lets, and is open again when its time is over', async () => {
      running.kill('SIGKILL');
      settle({ isolateMsMax: ISOLATED_MS });
      running = agent(['run', '--state', state]);
      expect(await callWorkstation()).toBe(200);
      await authorise();
      const [day = '', clock = ''] = new Date().toISOString().split(/[T.]/);
      const [year, , date] = day.split('-');
      const month = new Date(`${day}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
      const at = `${date}/${month}/${year}:${clock} +0000`;
      fs.appendFileSync(log, `203.0.113.9 - - [${at}] "GET /.env HTTP/1.1" 200 812 "-" "curl/8"\n`);
      await until(
        () => space.reaches('inside', space.outside, port),
        (isOpen) => !isOpen,
      );
      const collectorPort = Number(new URL(collector.url).port);
      expect(await space.reaches('inside', space.outside, collectorPort)).toBe(true);
      const ofRules = async () =>
        (await call(responseList, {})).responses.filter(({ requestedBy }) => requestedBy === 'system:rules');
      expect(await until(ofRules, ([one]) => one?.endedAt !== null && one !== undefined)).toMatchObject([
        { state: 'done', agentId, detail: { collector: space.outside, seconds: ISOLATED_MS / 1_000 } },
      ]);
      expect(
        await until(
          () => space.reaches('inside', space.outside, port),
          (isOpen) => isOpen,
        ),
      ).toBe(true);
    });
  },
);
