/**
 * The collector's .deb in a clean Debian without a network of its own: installed it serves its console, the agent's .deb enrols
 * at it and its events are kept, an upgrade keeps data and settings, removal keeps them too, and a purge leaves the backups
 * alone. On demand: see test/support/debian-root.ts.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeAgentDeb } from '../../scripts/package/agent-deb.ts';
import { bundleAgent } from '../../scripts/package/bundle.ts';
import { makeCollectorDeb } from '../../scripts/package/collector-deb.ts';
import { buildConsole } from '../../scripts/package/collector-folder.ts';
import { linuxRuntime } from '../../scripts/package/runtimes.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { DebianRoot, noDebianRoot } from '../support/debian-root.ts';

const DATA = 'var/lib/vonggac';
const WAIT = { timeout: 90_000, interval: 300 };
// Three packages are made, two with the engine.
vi.setConfig({ hookTimeout: 400_000, testTimeout: 200_000 });

describe.skipIf(noDebianRoot !== undefined)(
  `the collector's .deb${noDebianRoot === undefined ? '' : ` (${noDebianRoot})`}`,
  () => {
    let folder: string;
    let root: DebianRoot;
    let url = '';
    const running: ChildProcess[] = [];
    const packages: Record<string, string> = {};

    beforeAll(async () => {
      folder = makeFolder();
      root = new DebianRoot(path.join(folder, 'root'));
      const making = { maintainer: 'Vọng Gác', epoch: 1_790_000_000, out: root.at('tmp'), isPacked: false };
      const runtime = linuxRuntime();
      const console = await buildConsole(path.join(folder, 'console'));
      const { entry } = await bundleAgent(path.join(folder, 'bundle'));
      const make = (name: string, made: (scratch: string) => string): void => {
        const scratch = path.join(folder, name);
        fs.mkdirSync(scratch);
        packages[name] = `/tmp/${path.basename(made(scratch))}`;
        fs.rmSync(scratch, { recursive: true });
      };
      const bundle = path.dirname(entry);
      make('agent', (scratch) => makeAgentDeb({ ...making, bundle, runtime, version: '0.1.0', scratch }));
      for (const version of ['0.1.0', '0.1.1'])
        make(version, (scratch) => makeCollectorDeb({ ...making, console, runtime, version, scratch }));
    });

    afterAll(async () => {
      await stop();
      removeFolder(folder);
    });

    async function run(...command: string[]): Promise<string> {
      const { code, output } = await root.run(command);
      if (code !== 0) throw new Error(`${command.join(' ')}: ${output}`);
      return output;
    }

    /** The last line of a command that makes something. */
    const make = async (...command: string[]): Promise<string> =>
      (await run(...command)).trim().split('\n').at(-1) ?? '';

    /** As root types it. */
    async function start(): Promise<void> {
      const child = root.start(['vonggac', '--lang', 'en', 'start']);
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (part: Buffer) => (said += part.toString('utf8')));
      running.push(child);
      const ready = (): boolean => {
        if (child.exitCode !== null) throw new Error(`the collector ended: ${said}`);
        return /^ready$/m.test(said);
      };
      await expect.poll(ready, WAIT).toBe(true);
      url = /https:\/\/\S+/.exec(said)?.[0] ?? '';
    }

    async function stop(): Promise<void> {
      for (const child of running.splice(0).toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'close');
      }
    }

    const search = (text: string): Promise<string> => run('vonggac', '--lang', 'en', 'hunt', `"${text}"`);
    const ownerOf = (name: string): Promise<string> => make('stat', '-c', '%U %a', `/${name}`);

    test('is installed, says what to do next, and serves as a user of its own', async () => {
      const said = await run('dpkg', '--install', packages['0.1.0'] ?? '');
      expect(said).toMatch(/Mở {2}https:\/\/\S+:8443/);
      expect(said).toContain('sudo cat /var/lib/vonggac/initial-admin-password');
      expect(await ownerOf(DATA)).toBe('vonggac 700');
      const settings = root.at('etc/vonggac/vonggac.conf');
      const text = fs.readFileSync(settings, 'utf8');
      fs.writeFileSync(settings, text.replace('VONGGAC_LISTEN=0.0.0.0:8443', 'VONGGAC_LISTEN="127.0.0.1:0"'));
      await start();
      expect(await ownerOf(`${DATA}/registry.sqlite`)).toBe('vonggac 600');
      expect(await ownerOf(`${DATA}/initial-admin-password`)).toBe('vonggac 600');
      expect(await run('vonggac', '--lang', 'en', 'status')).toMatch(
        /Rules {8}[1-9]\d{2,} loaded, 0 rejected/,
      );
    });

    test('takes in what the agent of the other package tells', async () => {
      const token = await make('vonggac', 'join-token', 'create');
      const now = new Date().toISOString().replace('Z', '000+00:00');
      fs.appendFileSync(root.at('var/log/syslog'), `${now} may app[1]: dongnhatky\n`);
      await run('dpkg', '--install', packages['agent'] ?? '');
      fs.writeFileSync(
        root.at('var/lib/vonggac-agent/agent.json'),
        JSON.stringify({ tails: [{ path: '/var/log/syslog', channel: 'linux-syslog' }] }),
        { mode: 0o600 },
      );
      await run('vonggac-agent', 'enrol', '--url', url, '--token', token);
      running.push(root.start(['vonggac-agent', 'run'], { VONGGAC_SERVICE: '1' }));
      await expect.poll(() => search('dongnhatky'), WAIT).toContain('app[1]: dongnhatky');
      expect(await run('vonggac', 'backup', 'create')).toContain('/var/backups/vonggac/');
    });

    test('is upgraded with its data and settings, and stays so when it is removed', async () => {
      await stop();
      const certificate = fs.readFileSync(root.at(`${DATA}/collector.crt`), 'utf8');
      await run('dpkg', '--install', packages['0.1.1'] ?? '');
      expect(await run('vonggac', '--version')).toContain('0.1.1');
      expect(fs.readFileSync(root.at('etc/vonggac/vonggac.conf'), 'utf8')).toContain('"127.0.0.1:0"');
      expect(fs.readFileSync(root.at(`${DATA}/collector.crt`), 'utf8')).toBe(certificate);
      await start();
      expect(await search('dongnhatky')).toContain('app[1]: dongnhatky');
      await stop();
      await run('dpkg', '--remove', 'vonggac');
      expect(fs.existsSync(root.at('opt/vonggac'))).toBe(false);
      expect(fs.existsSync(root.at(`${DATA}/registry.sqlite`))).toBe(true);
    });

    test('purged, it leaves its backups and nothing else; the agent ends within seconds without it', async () => {
      const startedAt = performance.now();
      expect(await run('dpkg', '--purge', 'vonggac-agent')).toContain('takes a few seconds');
      expect(performance.now() - startedAt).toBeLessThan(20_000);
      expect(await run('dpkg', '--purge', 'vonggac')).toContain('/var/backups/vonggac');
      for (const name of Object.values(packages)) fs.rmSync(root.at(name));
      const left = root.named('vonggac');
      expect(left.filter((name) => !name.startsWith('/var/backups/vonggac'))).toEqual([]);
      expect(left).toContain('/var/backups/vonggac');
      expect(fs.readFileSync(root.at('etc/passwd'), 'utf8')).not.toContain('vonggac');
      expect(fs.statSync(root.at('var/backups/vonggac'))).toMatchObject({ uid: 0, mode: 0o40700 });
    });
  },
);
