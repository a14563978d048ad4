/** `vonggac join-token create --commands`, beside an idle data folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { parseJoinToken } from '../../../collector/protocol/join-token.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function create(args: readonly string[], language: Language = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(['join-token', 'create', ...args], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out, err: err.join('\n') };
}

test('the commands hold the token, which is the last line, and say which package is missing', async () => {
  const packages = path.join(folder.path, 'packages');
  mkdirSync(packages);
  writeFileSync(path.join(packages, 'vonggac-agent_0.2.0_amd64.deb'), 'content');
  const { exitCode, out } = await create(['--uses', '40', '--commands', 'https://soc.example:8443'], 'vi');
  expect(exitCode).toBe(0);
  const token = out.at(-1) ?? '';
  expect(parseJoinToken(token)).toBeDefined();
  const text = out.join('\n');
  expect(text).toContain(`sudo vonggac-agent enrol --url 'https://soc.example:8443' --token '${token}'`);
  expect(text).toContain('https://soc.example:8443/agent/v1/packages/vonggac-agent_0.2.0_amd64.deb');
  expect(text).toContain(`Chưa có gói .msi: đặt gói do "npm run package" tạo vào ${packages}`);
});

test('without an address there are no commands, with a wrong one no token', async () => {
  expect((await create([])).out).toHaveLength(2);
  expect(await create(['--commands', 'http://soc.example'])).toMatchObject({
    exitCode: 2,
    out: [],
    err: expect.stringContaining('https://soc.tinh.example:8443'),
  });
});
