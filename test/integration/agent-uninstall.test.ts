/** Taking an agent off its host: only with the collector's leave or by force, and never without a last word. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { laneNumber } from '#protocol/lane.ts';
import { makeUninstallToken } from '#protocol/uninstall-token.ts';
import { makeCertificate } from '../support/agent/certificate.ts';
import type { TestCertificate } from '../support/agent/certificate.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const HOUR_MS = 3_600_000;
const NOTHING = {
  tails: [],
  watch: [],
  inventory: { enabled: false },
  activity: { enabled: false },
  journald: { enabled: false },
};

let folder: string;
let collector: TestCollector;
let children: ChildProcess[];

beforeEach(async () => {
  folder = makeFolder();
  children = [];
  collector = await startTestCollector();
  fs.mkdirSync(state(), { mode: 0o700 });
  fs.writeFileSync(path.join(state(), 'agent.json'), JSON.stringify(NOTHING));
  const { code, said } = await agent('enrol', '--url', collector.url, '--token', collector.token).ended;
  if (code !== 0) throw new Error(`enrolling ended with ${String(code)}: ${said}`);
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await collector.stop();
  removeFolder(folder);
});

const state = (): string => path.join(folder, 'state');

function agent(...args: string[]): { ended: Promise<{ code: unknown; said: string }> } {
  const child = spawn(process.execPath, [CLI, ...args, '--state', state()], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return { ended: once(child, 'close').then(([code]: unknown[]) => ({ code, said })) };
}

const agentId = (): string => {
  const [id = ''] = collector.agents.keys();
  return id;
};

function token(by: TestCertificate, changes: { agentId?: string; notAfterMs?: number } = {}): string {
  const { raw } = new X509Certificate(by.cert);
  return makeUninstallToken(
    { certificate: Buffer.from(raw), key: createPrivateKey(by.key) },
    { id: randomUUID(), agentId: agentId(), notAfterMs: Date.now() + HOUR_MS, ...changes },
  );
}

const lastWords = (): unknown[] =>
  collector
    .records(laneNumber('security'))
    .flatMap((record) =>
      record.kind === 'agent' && record.action === 'uninstalling' ? [record.detail?.['how']] : [],
    );

test('a running agent says goodbye by force, ends, and leaves nothing of its state', async () => {
  const running = agent('run');
  await collector.until(() => collector.records(laneNumber('security')).length > 0);
  const { code, said } = await agent('uninstall', '--force', '--lang', 'en').ended;
  expect(said).toContain('The agent said goodbye');
  expect(code).toBe(0);
  expect((await running.ended).code).toBe(0);
  expect(lastWords()).toEqual(['force']);
  expect(fs.existsSync(state())).toBe(false);
});

test('an agent that does not run is taken off with a token; what the token has wrong is said', async () => {
  const uninstall = (...args: string[]) => agent('uninstall', '--lang', 'en', ...args).ended;
  expect(await uninstall()).toMatchObject({
    code: 2,
    said: expect.stringContaining(`vonggac agent uninstall-token ${agentId()}`) as unknown,
  });
  const wrong: [string, string][] = [
    ['vguninst1.abc', 'not a whole token'],
    [token(collector.certificate, { agentId: randomUUID() }), 'for another agent'],
    [token(collector.certificate, { notAfterMs: Date.now() - 1_000 }), 'expired'],
    [token(await makeCertificate()), 'nobody this agent trusts'],
  ];
  for (const [text, reason] of wrong) {
    const { code, said } = await uninstall('--token', text);
    expect(said).toContain(reason);
    expect(code).toBe(4);
  }
  expect(fs.existsSync(path.join(state(), 'identity.json'))).toBe(true);
  const { code, said } = await uninstall('--token', token(collector.certificate));
  expect(said).toContain('The agent said goodbye');
  expect(code).toBe(0);
  expect(lastWords()).toEqual(['token']);
  expect(fs.existsSync(state())).toBe(false);
});

test('with the collector away it is taken off within seconds, and says that nobody was told', async () => {
  await collector.stop();
  // Killed, it leaves a status that says it runs.
  const running = agent('run', '--log-level', 'debug');
  await expect.poll(() => fs.existsSync(path.join(state(), 'status.json')), { timeout: 60_000 }).toBe(true);
  children.at(-1)?.kill('SIGKILL');
  await running.ended;
  const startedAt = performance.now();
  const { code, said } = await agent('uninstall', '--force', '--lang', 'en').ended;
  expect(said).toContain('The collector could not be told');
  expect(code).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(9_000);
  expect(fs.existsSync(state())).toBe(false);
});
