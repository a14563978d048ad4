/** `vonggac compliance assess | explain | trend | snapshots | gaps` beside a collector to which no host ever told anything. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalServer } from '../../../collector/api/local-server.ts';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import type { LiveCollector } from '../../../collector/cli/operations/operation.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { lockDataFolder, type DataLock } from '../../../collector/registry/data-lock.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { assignHosts } from '../../../collector/registry/system-members.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { noEvidence } from '../../support/no-evidence.ts';
import { enrolRequest, temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
let registry: Registry;
let lock: DataLock;
let server: LocalServer;
let dataDir: string;

beforeAll(async () => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
  lock = lockDataFolder(dataFolder(dataDir));
  registry = await openRegistry({ file: dataFolder(dataDir).registry });
  await createSystem(registry, { name: 'Một cửa\u001b[2J', level: 3, lawProfile: 'vn-2026' }, 'test');
  await createSystem(registry, { name: 'Trang tin', lawProfile: 'vn-2026' }, 'test');
  const compliance = noEvidence(registry, ['CF-01', 'GV-01', 'LG-07']);
  const live = { compliance } as unknown as LiveCollector;
  server = new LocalServer({ dataDir, registry, onFault: () => undefined, live });
  await server.listen();
});
afterAll(async () => {
  await server.close();
  await registry.close();
  lock.release();
  folder.remove();
});

async function run(text: string, language: Language = 'vi') {
  const lines: string[] = [];
  const exitCode = await runProgram(['compliance', ...text.split(' ')], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: dataDir },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { exitCode, text: lines.join('\n') };
}

it('all systems are listed with their scores; one without level has none', async () => {
  const { exitCode, text } = await run('assess', 'en');
  expect(exitCode).toBe(0);
  expect(text).toMatch(/1 +Một cửa.* +3 +0 % +0 % /);
  expect(text).toMatch(/2 +Trang tin +not decided +- /);
  expect(text).not.toContain('\u001b');
});

it('one system is told with its sum and reasons, what needs work first', async () => {
  const { text } = await run('assess 1');
  expect(text).toContain('cấp độ 3 theo vn-2026');
  expect(text).toContain('(0 + 0 + 0/2) / (3 - 0) = 0 %');
  expect(text).toContain('CF-01');
  expect(text).toContain('Hệ thống chưa có máy nào được khai báo');
  expect(JSON.parse((await run('assess 1 --json')).text)).toMatchObject({ level: 3, kept: false });
  expect((await run('assess 9')).exitCode).toBe(1);
  expect((await run('assess 1 --agency 1', 'en')).text).toContain('name a system or --agency, not both');
});

it('a control is explained with clause, query and remedy', async () => {
  const { text } = await run('explain lg-07 1', 'en');
  expect(text).toContain('TCVN 14423:2026 5.8.2.1 a (confidence B)');
  expect(text).toContain('evidence retention: not assessed');
  expect(text).toContain('3 months (vonggac retention proofs; vonggac ledger)');
  expect((await run('explain ZZ-01 1')).text).toContain('hệ thống không có yêu cầu này');
});

it('what is kept is proved by exit code, and planned for', async () => {
  expect((await run('snapshots list')).text).toContain('chưa có bản chụp nào');
  const taken = await run('snapshots take --json');
  expect(taken.exitCode).toBe(0);
  const { day, digest } = JSON.parse(taken.text) as { day: string; digest: string };
  expect((await run(`snapshots prove ${day}`)).text).toContain('đúng như lúc ghi');
  expect((await run('snapshots list')).text).toContain(digest.slice(0, 16));
  expect((await run('trend 1')).text).toContain(day);
  expect((await run('snapshots prove 2020-01-01')).exitCode).toBe(1);
  expect((await run('gaps list')).text).toContain('chưa có kế hoạch nào');
  expect((await run('gaps plan cf-01 1 --owner Lan --due 2020-01-31')).exitCode).toBe(0);
  expect((await run('gaps list --late')).text).toContain('2020-01-31 !');
  for (const wrong of ['gaps plan cf-01 1 --owner Lan --due 2020-02-31', 'snapshots prove 31-12-2026']) {
    const refused = await run(wrong);
    expect(refused.exitCode).toBe(2);
    expect(refused.text).toMatch(/"(2020-02-31|31-12-2026)" không phải ngày, ví dụ/);
  }
});

it('hosts of which the same is said stand in one line under their evidence, those that fail alone', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    const token = await createJoinToken(registry, { agencyId: 1, uses: 1 }, 'test');
    const request = enrolRequest(token, { machineId: name });
    const outcome = await enrolAgent(
      registry,
      { ...request, host: { ...request.host, hostname: `host-${name}` } },
      '::1',
    );
    if (!outcome.ok) throw new Error(outcome.fault);
    await assignHosts(registry, 1, { agentIds: [outcome.agentId] }, 'test');
  }
  const { text } = await run('explain cf-01 1', 'en');
  expect(text).toMatch(
    /evidence firewall: .*\n.*\n {2}not assessed {2}4 hosts \(host-a, host-b, host-c, \.\.\.\) {2}.*never reported/,
  );
  const alone = await run('explain cf-01 1 --result not-assessed --limit 1', 'en');
  expect(alone.text).toMatch(/not assessed {2}host-a {2}/);
  expect(alone.text).not.toContain('host-b');
  expect(alone.text).toContain('--limit N');
});
