import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalServer } from '../../../collector/api/local-server.ts';
import { messagesIn } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import type { LiveCollector } from '../../../collector/cli/operations/operation.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { lockDataFolder, type DataLock } from '../../../collector/registry/data-lock.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import type { ProbesQuery, ToldTarget } from '../../../collector/store/probe-store.ts';
import { enrolRequest, temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
let registry: Registry;
let lock: DataLock;
let server: LocalServer;
let dataDir: string;
let told: ToldTarget[];

beforeEach(async () => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
  lock = lockDataFolder(dataFolder(dataDir));
  registry = await openRegistry({ file: dataFolder(dataDir).registry });
  const token = await createJoinToken(registry, {}, 'test');
  const outcome = await enrolAgent(registry, enrolRequest(token), '::1');
  if (!outcome.ok) throw new Error(outcome.fault);
  const span = { checks: 12, failures: 1, upMs: 3_600_000, downMs: 0, quietMs: 0 };
  told = [
    {
      agentId: outcome.agentId,
      name: 'cổng\u001b[2J',
      target: 'https://portal.example.gov.vn/',
      lastMs: Date.now(),
      aspects: [
        { aspect: 'tls', state: 'failed', findings: ['expired'], reason: 'since yesterday', timeMs: 1 },
      ],
      summary: undefined,
      day: span,
      month: { ...span, upMs: 0 },
    },
  ];
  const probes = { targets: async ({ limit }: ProbesQuery) => told.slice(0, limit) };
  const live = { store: { probes } as unknown as LiveCollector['store'] } as LiveCollector;
  server = new LocalServer({ dataDir, registry, onFault: () => undefined, live });
  await server.listen();
});
afterEach(async () => {
  await server.close();
  await registry.close();
  lock.release();
  folder.remove();
});

async function run(language: 'en' | 'vi', ...args: string[]): Promise<{ exitCode: number; text: string }> {
  const lines: string[] = [];
  const exitCode = await runProgram(['probe', 'status', ...args], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: dataDir },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { exitCode, text: lines.join('\n') };
}

it('shows how each system stands, safe for a terminal, and exits by it when asked', async () => {
  const { exitCode, text } = await run('en');
  expect(exitCode).toBe(0);
  expect(text).toMatch(/bad +cổng.+ pc-01 +100\.000 % +-/);
  expect(text).toContain('tls: expired; since yesterday');
  expect(text).not.toContain('\u001b');
  expect((await run('vi', '--check')).exitCode).toBe(1);
  expect((await run('vi')).text).toMatch(/^tình trạng/);
  const json = JSON.parse((await run('en', '--json')).text) as { targets: unknown[] };
  expect(json.targets).toMatchObject([{ state: 'failed', hostname: 'pc-01' }]);
});

it('says what to do when there is none', async () => {
  told = [];
  expect(await run('en', '--check')).toMatchObject({
    exitCode: 0,
    text: expect.stringContaining('docs/probe.md') as string,
  });
});
