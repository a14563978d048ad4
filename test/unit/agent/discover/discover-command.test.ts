/** `vonggac-agent discover` on this host: what it writes keeps everything else, and is written once. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discoverCommand, type DiscoverCommandOptions } from '../../../../agent/commands/discover-command.ts';
import { loadConfig } from '../../../../agent/config.ts';
import { EXIT } from '../../../../agent/exit-code.ts';
import { vi } from '../../../../agent/messages/vi.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = makeFolder();
  file = path.join(folder, 'agent.json');
});

afterEach(() => removeFolder(folder));

async function run(options: DiscoverCommandOptions): Promise<string[]> {
  const lines: string[] = [];
  const context = {
    m: vi,
    print: (line: string) => lines.push(line),
    complain: (line: string) => lines.push(line),
    signal: new AbortController().signal,
  };
  expect(await discoverCommand({ state: folder, ...options }, context)).toBe(EXIT.ok);
  return lines;
}

test.runIf(process.platform === 'linux')('it changes nothing unless it is told to', async () => {
  expect((await run({})).join('\n')).toContain(vi.discover.read);
  const [json = ''] = await run({ json: true });
  expect(JSON.parse(json)).toMatchObject({ settings: file, configured: false });
  expect(fs.existsSync(file)).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'what it writes are settings, beside those that were there',
  async () => {
    const own = { tails: [{ path: '/srv/app.log', channel: 'application' }], log: { level: 'error' } };
    fs.writeFileSync(file, JSON.stringify(own));
    await run({ write: true });
    const first = fs.readFileSync(file, 'utf8');
    await run({ write: true });
    expect(fs.readFileSync(file, 'utf8')).toBe(first);
    const config = loadConfig({ stateDir: folder });
    expect(config.tails[0]?.path).toBe('/srv/app.log');
    expect(config.log.level).toBe('error');
    expect(new Set(config.tails.map((tail) => tail.path)).size).toBe(config.tails.length);
  },
);
