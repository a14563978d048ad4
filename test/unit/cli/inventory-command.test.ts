import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalServer } from '../../../collector/api/local-server.ts';
import { messagesIn } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { parseMoment } from '../../../collector/cli/program-inventory.ts';
import type { LiveCollector } from '../../../collector/cli/operations/operation.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { lockDataFolder, type DataLock } from '../../../collector/registry/data-lock.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import type { ToldRecord } from '../../../collector/store/inventory-store.ts';
import { memoryInventory } from '../../support/memory-inventory.ts';
import { enrolRequest, temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
let registry: Registry;
let lock: DataLock;
let server: LocalServer;
let dataDir: string;

beforeEach(async () => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
  lock = lockDataFolder(dataFolder(dataDir));
  registry = await openRegistry({ file: dataFolder(dataDir).registry });
  const outcome = await enrolAgent(
    registry,
    enrolRequest(await createJoinToken(registry, {}, 'test')),
    '::1',
  );
  if (!outcome.ok) throw new Error(outcome.fault);
  const { agentId } = outcome;
  const told = (
    day: number,
    category: string,
    key: string,
    change: string,
    facts: ToldRecord['facts'],
  ): ToldRecord => ({
    agentId,
    category,
    key,
    change,
    snapshot: 's',
    batch: day,
    row: 0,
    timeMs: Date.UTC(2026, 10, day),
    facts,
  });
  const inventory = memoryInventory([
    told(1, 'package', 'bash', 'present', { name: 'bash', version: '5.1' }),
    told(1, 'package', 'evil\u001b[2J', 'present', { version: '1' }),
    told(1, 'collection', 'package', 'present', {
      state: 'partial',
      items: 2,
      unread: 'rpm: no rights',
      truncated: 3,
    }),
    told(2, 'package', 'bash', 'changed', { name: 'bash', version: '5.2' }),
  ]);
  const store = { inventory } as LiveCollector['store'];
  server = new LocalServer({ dataDir, registry, onFault: () => undefined, live: { store } as LiveCollector });
  await server.listen();
});
afterEach(async () => {
  await server.close();
  await registry.close();
  lock.release();
  folder.remove();
});

async function run(...args: string[]): Promise<{ exitCode: number; text: string }> {
  const lines: string[] = [];
  const exitCode = await runProgram(['inventory', ...args], {
    m: messagesIn('en'),
    language: 'en',
    env: { VONGGAC_DATA: dataDir },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { exitCode, text: lines.join('\n') };
}

describe('vonggac inventory', () => {
  it('shows how each category stands, by the name of the host', async () => {
    const { exitCode, text } = await run('PC-01', '--at', '2026-11-02T12:00:00Z');
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^pc-01, as of 2026-11-02/);
    expect(text).toMatch(/Packages +package +2 +in part/);
    expect(text).toContain('Packages: not read: rpm: no rights');
    expect(text).toContain('Packages: 3 more were left out');
  });

  it('shows the items of a category as they were, safe for a terminal', async () => {
    const { text } = await run('pc-01', '--category', 'package', '--at', '2026-11-01T12:00:00Z');
    expect(text).toMatch(/bash +name=bash version=5\.1/);
    expect(text).not.toContain('\u001b');
    const json = JSON.parse((await run('pc-01', '--category', 'package', '--json')).text);
    expect(json.items).toMatchObject([{ key: 'bash', facts: { version: '5.2' } }, { key: 'evil\u001b[2J' }]);
  });

  it('compares two moments', async () => {
    const { text } = await run(
      'diff',
      'pc-01',
      '--from',
      '2026-11-01T12:00:00Z',
      '--to',
      '2026-11-02T12:00:00Z',
    );
    expect(text).toMatch(/changed +Packages +bash +version: 5\.1 → 5\.2/);
  });

  it('finds over all hosts', async () => {
    const found = await run('find', '--category', 'package', '--key', 'bash', '--version-below', '5.3');
    expect(found.text).toMatch(/pc-01 .* bash /);
    expect(found.text).toContain('1 of 1 host that told of it');
    expect(found.text).toContain('Not known in full of 1 host: pc-01');
    expect((await run('find', '--category', 'package', '--where', 'version=1', '--json')).text).toContain(
      'evil',
    );
  });

  it.each([
    [['nobody'], 1, /there is no agent nobody/],
    [['pc-01', '--category', 'nothing'], 2, /--category/],
    [['pc-01', '--at', 'soon'], 2, /"soon" is not a time/],
    [['find'], 2, /--category/],
    [['find', '--category', 'os', '--where', 'x'], 2, /NAME=VALUE/],
    [['diff', 'pc-01'], 2, /--from/],
    [[], 2, /host/],
  ])('refuses %j', async (args, exitCode, message) => {
    const result = await run(...args);
    expect(result).toMatchObject({ exitCode, text: expect.stringMatching(message) });
  });

  it('takes a day as its end here', () => {
    expect(parseMoment('2026-11-01')).toBe(new Date(2026, 10, 2).getTime() - 1);
    expect(parseMoment('2026-11-01T08:00:00+07:00')).toBe(Date.UTC(2026, 10, 1, 1));
    expect(parseMoment('2026-13-01')).toBeUndefined();
  });
});
