/**
 * The agent's .deb in a clean Debian: installed it enrols and tells its first events, an upgrade keeps identity and queue,
 * removal keeps them too, and a purge leaves nothing. On demand: see test/support/debian-root.ts.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { makeAgentDeb } from '../../scripts/package/agent-deb.ts';
import { bundleAgent } from '../../scripts/package/bundle.ts';
import { linuxRuntime } from '../../scripts/package/runtimes.ts';
import {
  prepareApiToken,
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { askCollector } from '../support/ask-collector.ts';
import { DebianRoot, noDebianRoot } from '../support/debian-root.ts';

const STATE = 'var/lib/vonggac-agent';
const WAIT = { timeout: 60_000, interval: 100 };
// Two packages are made, each of a whole runtime.
vi.setConfig({ hookTimeout: 400_000 });
const agentsSchema = z.object({ agents: z.array(z.object({ id: z.string() })) });
const eventsSchema = z.object({ events: z.array(z.object({ message: z.string() })) });

describe.skipIf(noDebianRoot !== undefined)(
  `the agent's .deb${noDebianRoot === undefined ? '' : ` (${noDebianRoot})`}`,
  () => {
    let folder: string;
    let root: DebianRoot;
    let collector: CollectorProcess;
    let apiToken: string;
    let joinToken: string;
    let agent: ChildProcess | undefined;
    const packages: string[] = [];

    beforeAll(async () => {
      folder = makeFolder();
      const dataDir = path.join(folder, 'data');
      apiToken = await prepareApiToken(dataDir, 'administrator');
      joinToken = await prepareJoinToken(dataDir, 1);
      collector = await startCollectorProcess({ dataDir });
      root = new DebianRoot(path.join(folder, 'root'));
      const { entry } = await bundleAgent(path.join(folder, 'bundle'));
      for (const version of ['0.1.0', '0.1.1']) {
        const scratch = path.join(folder, version);
        fs.mkdirSync(scratch);
        const bundle = path.dirname(entry);
        const deb = makeAgentDeb({
          bundle,
          runtime: linuxRuntime(),
          version,
          scratch,
          maintainer: 'Vọng Gác',
          isPacked: false,
          epoch: 1_790_000_000,
          out: root.at('tmp'),
        });
        packages.push(`/tmp/${path.basename(deb)}`);
      }
    });

    afterAll(async () => {
      await stop();
      await collector.stop();
      removeFolder(folder);
    });

    const ask = (route: string): Promise<unknown> => askCollector(collector.url, apiToken, route);
    const identity = (): string => fs.readFileSync(root.at(`${STATE}/identity.json`), 'utf8');

    async function found(text: string): Promise<number> {
      return eventsSchema.parse(await ask(`/events?limit=100&text=${encodeURIComponent(text)}`)).events
        .length;
    }

    let said = '';

    function start(): void {
      said = '';
      agent = root.start(['vonggac-agent', 'run'], { VONGGAC_SERVICE: '1' });
      for (const stream of [agent.stdout, agent.stderr])
        stream?.on('data', (part: Buffer) => (said = `${said}${part.toString('utf8')}`.slice(-4_000)));
    }

    /** @throws Error with what the agent said, where it has ended */
    async function foundByAgent(text: string): Promise<number> {
      if (agent?.exitCode !== null) throw new Error(`the agent ended: ${said}`);
      return found(text);
    }

    async function stop(): Promise<void> {
      if (agent?.exitCode === null && agent.signalCode === null) {
        agent.kill('SIGKILL');
        await once(agent, 'close');
      }
      agent = undefined;
    }

    const log = (line: string): void =>
      fs.appendFileSync(root.at('var/log/syslog'), `2026-09-21T14:13:20.000000+00:00 may app[1]: ${line}\n`);

    test('installs, enrols with what the installation was told, and tells its first event', async () => {
      log('before the first start');
      const [first = ''] = packages;
      const env = { VONGGAC_URL: collector.url, VONGGAC_TOKEN: joinToken };
      expect(await root.run(['dpkg', '--install', first], env)).toMatchObject({ code: 0 });
      fs.writeFileSync(
        root.at(`${STATE}/agent.json`),
        JSON.stringify({ tails: [{ path: '/var/log/syslog', channel: 'linux-syslog' }] }),
        { mode: 0o600 },
      );
      const startedAt = performance.now();
      start();
      await expect.poll(() => foundByAgent('before the first start'), WAIT).toBe(1);
      process.stdout.write(
        `from start to first event in the store, with enrolment: ${Math.round(performance.now() - startedAt)} ms\n`,
      );
      expect(agentsSchema.parse(await ask('/agents')).agents).toHaveLength(1);
      expect(fs.existsSync(root.at(`${STATE}/join.txt`))).toBe(false);
    });

    test('is upgraded without losing who it is and what waits', async () => {
      await stop();
      const before = identity();
      log('written while it was exchanged');
      const [, second = ''] = packages;
      expect(await root.run(['dpkg', '--install', second])).toMatchObject({ code: 0 });
      expect(fs.readdirSync(root.at('opt/vonggac-agent/versions')).toSorted()).toEqual(['0.1.1', 'packaged']);
      expect(identity()).toBe(before);
      start();
      await expect.poll(() => foundByAgent('written while it was exchanged'), WAIT).toBe(1);
      expect(await found('before the first start')).toBe(1);
      expect(agentsSchema.parse(await ask('/agents')).agents).toHaveLength(1);
    });

    test('keeps its state when it is removed, and leaves nothing when it is purged', async () => {
      await stop();
      expect(await root.run(['dpkg', '--remove', 'vonggac-agent'])).toMatchObject({ code: 0 });
      expect(fs.existsSync(root.at('opt/vonggac-agent'))).toBe(false);
      expect(fs.existsSync(root.at(`${STATE}/identity.json`))).toBe(true);
      expect(await root.run(['dpkg', '--purge', 'vonggac-agent'])).toMatchObject({ code: 0 });
      for (const name of packages) fs.rmSync(root.at(name));
      expect(root.named('vonggac')).toEqual([]);
    });
  },
);
