/**
 * The installer of Windows as Wine's msiexec runs it, with the service, at a real collector: from a stick with a join file, with
 * properties, an upgrade, removal with and without the state. What Wine lacks is named where it shows. With Node 22, since newer
 * ones end under this Wine.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { formatJoinToken, parseJoinToken } from '#protocol/join-token.ts';
import { must } from '../../agent/must.ts';
import { fillWindowsFolder } from '../../scripts/package/agent-folder.ts';
import { bundleAgent } from '../../scripts/package/bundle.ts';
import { makeMsi, MSI_TOOLS } from '../../scripts/package/msi.ts';
import { hasTool } from '../../scripts/package/run-tool.ts';
import { HOST_TOOLS, makeServiceHost } from '../../scripts/package/service-host.ts';
import {
  prepareApiToken,
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { askCollector } from '../support/ask-collector.ts';
import { noWine, Wine, WINDOWS_NODE, type WineRun } from '../support/wine/wine.ts';

const WAIT = { timeout: 120_000, interval: 200 };
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const [OLD, NEW] = ['0.1.0', '0.1.1'];
/** What msiexec ends with where the installer says no: Windows' 1603, of which Wine's process keeps the lowest byte. */
const REFUSED = 1_603 & 0xff;
const AGENT = 'C:\\Program Files\\VongGac\\Agent\\vonggac-agent.exe';
const PATH_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';

const missing =
  noWine ?? [...MSI_TOOLS, ...HOST_TOOLS].filter((tool) => !hasTool(tool)).map((tool) => `no ${tool}`)[0];
const agentsSchema = z.object({ agents: z.array(z.object({ id: z.string(), state: z.string() })) });
const eventsSchema = z.object({ events: z.array(z.object({ message: z.string() })) });

describe.skipIf(missing !== undefined)(
  `the installer under Wine${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: string;
    let wine: Wine;
    let collector: CollectorProcess;
    let apiToken: string;
    let joinToken: string;

    beforeAll(async () => {
      folder = makeFolder();
      const dataDir = path.join(folder, 'data');
      apiToken = await prepareApiToken(dataDir, 'administrator');
      joinToken = await prepareJoinToken(dataDir, 1);
      collector = await startCollectorProcess({ dataDir });
      const { entry } = await bundleAgent(path.join(folder, 'bundle'));
      const runtime = {
        platform: 'win',
        version: '22',
        program: WINDOWS_NODE,
        licence: path.resolve(import.meta.dirname, '../../LICENSE'),
      } as const;
      for (const version of [OLD, NEW]) {
        const scratch = path.join(folder, version);
        const tree = path.join(scratch, 'folder');
        fs.mkdirSync(scratch);
        const host = makeServiceHost(scratch, version);
        fillWindowsFolder(tree, host, { bundle: path.dirname(entry), runtime, version });
        const making = { manufacturer: 'Vong Gac', epoch: 1_790_000_000, scratch, out: folder };
        makeMsi({ ...making, folder: tree, version });
        fs.rmSync(scratch, { recursive: true });
      }
      wine = new Wine(path.join(folder, 'wine'));
    });

    afterAll(async () => {
      await wine.close();
      await collector.stop();
      removeFolder(folder);
    });

    const state = (name: string): string => wine.onDisk('ProgramData', 'VongGac', 'Agent', name);
    const program = (...parts: string[]): string =>
      wine.onDisk('Program Files', 'VongGac', 'Agent', ...parts);
    const serviceLog = (): string => fs.readFileSync(state('service.log'), 'utf8');
    /** In the code page that msiexec writes, told apart by nothing but ASCII. */
    const installerLog = (): string =>
      fs.readFileSync(wine.onDisk('install.log'), 'latin1').replaceAll('\0', '');

    async function msiexec(
      what: '/i' | '/x',
      version: string,
      ...properties: string[]
    ): Promise<number | null> {
      const msi = Wine.nameOf(path.join(folder, `vonggac-agent-${version}-x64.msi`));
      fs.rmSync(wine.onDisk('install.log'), { force: true });
      return (await wine.run('msiexec', [what, msi, '/qn', '/l*v', 'C:\\install.log', ...properties])).code;
    }

    const command = (...args: string[]): Promise<WineRun> => wine.run(AGENT, ['--lang', 'en', ...args]);
    const service = (): Promise<WineRun> => wine.run('sc', ['query', 'VongGacAgent']);
    const searchPath = async (): Promise<string> =>
      (await wine.run('reg', ['query', PATH_KEY, '/v', 'PATH'])).out;

    const online = async (): Promise<readonly string[]> =>
      agentsSchema
        .parse(await askCollector(collector.url, apiToken, '/agents'))
        .agents.flatMap(({ id, state: now }) => (now === 'online' ? [id] : []));

    async function found(text: string): Promise<number> {
      const route = `/events?limit=100&text=${encodeURIComponent(text)}`;
      return eventsSchema.parse(await askCollector(collector.url, apiToken, route)).events.length;
    }

    /** What of us is still on the machine: files, service, registry, the path of commands. */
    async function left(): Promise<readonly string[]> {
      const files = ['Program Files', 'Program Files (x86)', 'ProgramData'].flatMap((name) =>
        fs.readdirSync(wine.onDisk(name)).filter((each) => /vonggac/i.test(each)),
      );
      const software = await wine.run('reg', ['query', 'HKLM\\SOFTWARE\\VongGac', '/s']);
      return [
        ...files,
        ...((await service()).code === 0 ? ['the service'] : []),
        ...(software.code === 0 ? [software.out] : []),
        ...(/VongGac/.test(await searchPath()) ? ['PATH'] : []),
      ];
    }

    test('on a Windows that is too old it installs nothing', async () => {
      expect(await wine.run('winecfg', ['-v', 'win81'])).toMatchObject({ code: 0 });
      expect(await msiexec('/i', OLD)).toBe(REFUSED);
      expect(await left()).toEqual([]);
      expect(await wine.run('winecfg', ['-v', 'win10'])).toMatchObject({ code: 0 });
    });

    test('from a stick whose token is wrong it is installed, and status says what is wrong', async () => {
      const secret = 'A'.repeat(32);
      const token = formatJoinToken({ ...must(parseJoinToken(joinToken)), secret });
      const file = path.join(folder, 'vonggac-join.txt');
      fs.writeFileSync(file, `URL=${collector.url}\r\nTOKEN=${token}\r\n`);
      expect(await msiexec('/i', OLD)).toBe(0);
      fs.rmSync(file);
      const said = async (): Promise<string> => (await command('status')).out;
      await expect.poll(said, WAIT).toContain('The collector does not accept this join token');
      expect(await online()).toEqual([]);
      expect(await msiexec('/x', OLD)).toBe(0);
      expect(await left()).toEqual([]);
    });

    test('with properties it enrols by itself, and tells its first event as a service', async () => {
      const settings = {
        tails: [{ path: 'C:\\Logs\\app.log', channel: 'linux-syslog' }],
        inventory: { enabled: false },
        windowsEventLog: { enabled: false },
      };
      fs.mkdirSync(path.dirname(state('agent.json')), { recursive: true });
      fs.writeFileSync(state('agent.json'), JSON.stringify(settings));
      fs.mkdirSync(wine.onDisk('Logs'));
      fs.writeFileSync(wine.onDisk('Logs', 'app.log'), 'app[1]: before the first start\r\n');
      expect(await msiexec('/i', OLD, `URL=${collector.url}`, `TOKEN=${joinToken}`)).toBe(0);
      await expect.poll(() => found('before the first start'), WAIT).toBe(1);
      const [, startedAt = ''] = /^(\S+) service: starting version 0\.1\.0/m.exec(serviceLog()) ?? [];
      process.stdout.write(
        `from the service's start to the first event in the store, with enrolment: ${Date.now() - Date.parse(startedAt)} ms, to the second\n`,
      );
      expect(await online()).toHaveLength(1);
      expect((await service()).out).toContain('RUNNING');
      // Wine knows restarts and what precedes a shutdown; neither a delayed start, restarts on errors, a SID nor privileges.
      const { err } = await wine.run(AGENT, ['--configure']);
      expect(err.match(/setting \d refused: error 124/g)).toHaveLength(4);
      expect(await searchPath()).toContain('C:\\Program Files\\VongGac\\Agent');
      expect(fs.existsSync(state('join.txt'))).toBe(false);
      // Wine tells every property, also those that are to be hidden.
      const lines = installerLog().split(/\r?\n/);
      expect(lines.filter((line) => line.includes(joinToken) && !line.includes('Property('))).toEqual([]);
      expect(lines.join('\n')).toContain('JoinTOKEN, vonggac, TOKEN');
    });

    test('an upgrade keeps who it is and its queue; an older version does not take its place', async () => {
      const before = fs.readFileSync(state('identity.json'), 'utf8');
      const agents = await online();
      expect(await msiexec('/i', NEW)).toBe(0);
      fs.appendFileSync(wine.onDisk('Logs', 'app.log'), 'app[1]: after it was exchanged\r\n');
      expect(fs.readdirSync(program('versions')).toSorted()).toEqual([NEW, 'packaged']);
      expect(fs.readFileSync(state('identity.json'), 'utf8')).toBe(before);
      expect(fs.existsSync(state('upgrading'))).toBe(false);
      await expect.poll(() => found('after it was exchanged'), WAIT).toBe(1);
      expect(await found('before the first start')).toBe(1);
      expect(serviceLog()).toContain(`starting version ${NEW}`);
      expect(await online()).toEqual(agents);

      expect(await msiexec('/i', OLD)).toBe(REFUSED);
      expect(fs.readFileSync(program('versions/packaged'), 'utf8')).toBe(`${NEW}\n`);
      expect((await service()).out).toContain('RUNNING');
    });

    test('removed it keeps its state where that is asked for, else nothing is left', async () => {
      expect(await msiexec('/x', NEW, 'KEEPDATA=1')).toBe(0);
      expect(fs.existsSync(wine.onDisk('Program Files', 'VongGac'))).toBe(false);
      expect(fs.existsSync(state('identity.json'))).toBe(true);
      expect(fs.existsSync(state('spool.db'))).toBe(true);
      expect(await msiexec('/i', NEW)).toBe(0);
      await expect.poll(online, WAIT).toHaveLength(1);
      expect(await msiexec('/x', NEW)).toBe(0);
      expect(await left()).toEqual([]);
      await expect.poll(online, WAIT).toEqual([]);
    });
  },
);
