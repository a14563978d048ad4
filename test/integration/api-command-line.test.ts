import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/registry/registry-fixture.ts';

const CLI = path.resolve(import.meta.dirname, '../../collector/cli.ts');
let folder: { path: string; remove: () => void };
let dataDir: string;
let collector: ChildProcess;
let url: string;

interface Ran {
  exitCode: number;
  out: string;
  err: string;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      LANG: 'en_US.UTF-8',
      VONGGAC_DATA: dataDir,
      VONGGAC_LISTEN: '127.0.0.1:0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function vonggac(...args: string[]): Promise<Ran> {
  const child = start(args);
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, out, err };
}

async function startCollector(): Promise<void> {
  collector = start(['start']);
  let out = '';
  let err = '';
  collector.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  for await (const text of collector.stdout?.setEncoding('utf8') ?? []) {
    out += String(text);
    if (/^ready$/m.test(out)) break;
  }
  if (!/^ready$/m.test(out)) throw new Error(`the collector did not start: ${out}${err}`);
  url = JSON.parse((await vonggac('status', '--json')).out).url;
}

async function stopCollector(): Promise<number> {
  const exited = once(collector, 'exit');
  collector.kill('SIGTERM');
  const [exitCode] = (await exited) as [number];
  return exitCode;
}

async function get(target: string, token: string): Promise<{ status: number | undefined; body: string }> {
  const sent = https.get(`${url}${target}`, {
    headers: { authorization: `Bearer ${token}` },
    rejectUnauthorized: false,
  });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body };
}

beforeAll(async () => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
  await startCollector();
});
afterAll(async () => {
  if (collector.exitCode === null) await stopCollector();
  folder.remove();
});

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('the command line beside a running collector', () => {
  it('tells its state', async () => {
    const { exitCode, out } = await vonggac('status');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Collector .*https:\/\/127\.0\.0\.1:\d+ .*: ready$/m);
    expect(out).toMatch(/^Events +0 stored/m);
  });

  it('makes API tokens that work at once, and stop at once when revoked', async () => {
    const { out } = await vonggac('api-token', 'create', '--role', 'agency-viewer', '--days', '1');
    const token = lastLine(out);
    expect((await get('/api/v1/overview', token)).status).toBe(200);
    const [{ id }] = JSON.parse((await vonggac('api-token', 'list', '--json')).out);
    expect((await vonggac('api-token', 'revoke', id)).exitCode).toBe(0);
    expect((await get('/api/v1/overview', token)).status).toBe(401);
  });

  it('refuses a second collector on the same data, naming the first', async () => {
    const second = await vonggac('start');
    expect(second.exitCode).toBe(4);
    expect(second.err).toContain(`is in use by process ${collector.pid}`);
  });

  it('replays a recorded log through the whole way and says what came of it', async () => {
    const log = path.join(folder.path, 'auth.log');
    const lines = Array.from(
      { length: 40 },
      (_, second) =>
        `Nov 20 10:00:${String(second).padStart(2, '0')} web01 sshd[${1_000 + second}]: Failed password for root from 203.0.113.9 port ${40_000 + second} ssh2`,
    );
    writeFileSync(log, `${lines.join('\n')}\n`);
    const { exitCode, out, err } = await vonggac('replay', '--source', 'sshd', log);
    expect([exitCode, err]).toEqual([0, expect.stringContaining(`Sending ${log} to ${url}`)]);
    expect(out).toContain('40 events stored.');
    expect(out).toMatch(/^\w+ +\d+ +.*source\.ip=203\.0\.113\.9/m);
    expect(lastLine(out)).toBe(`Look at ${url}/alerts`);
    const agents = JSON.parse((await vonggac('agent', 'list', '--json')).out);
    expect(agents).toMatchObject([{ state: 'revoked', group: 'replay' }]);
    const token = lastLine((await vonggac('api-token', 'create', '--role', 'agency-viewer')).out);
    const { alerts } = JSON.parse((await get('/api/v1/alerts', token)).body);
    expect(alerts.length).toBeGreaterThan(0);
    const found = JSON.parse((await get('/api/v1/events?sourceIp=203.0.113.9&limit=1000', token)).body);
    expect(found.events).toHaveLength(40);
    const first = JSON.parse((await get('/api/v1/events?sourceIp=203.0.113.9&limit=15', token)).body);
    const second = JSON.parse(
      (await get(`/api/v1/events?sourceIp=203.0.113.9&limit=1000&after=${first.next}`, token)).body,
    );
    const ids = [...first.events, ...second.events].map((event: { id: string }) => event.id);
    expect([ids.length, new Set(ids).size]).toEqual([40, 40]);
  });

  it('says which file cannot be replayed', async () => {
    const { exitCode, err } = await vonggac('replay', '--source', 'apache', '/no/such/file');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('/no/such/file cannot be read')]);
  });

  it('goes on beside the data after the collector stopped, and after kill -9', async () => {
    expect(await stopCollector()).toBe(0);
    expect(existsSync(path.join(dataDir, 'collector.sock'))).toBe(false);
    const stopped = await vonggac('status');
    expect([stopped.exitCode, stopped.err]).toEqual([3, expect.stringContaining('no collector is running')]);
    expect(JSON.parse((await vonggac('agent', 'list', '--json')).out)).toMatchObject([{ state: 'revoked' }]);
    await startCollector();
    const exited = once(collector, 'exit');
    collector.kill('SIGKILL');
    await exited;
    expect(existsSync(path.join(dataDir, 'collector.sock'))).toBe(true);
    expect((await vonggac('join-token', 'create')).exitCode).toBe(0);
    await startCollector();
    expect((await vonggac('status')).exitCode).toBe(0);
  });

  it('has kept the one-time password out of every log', () => {
    const password = readFileSync(path.join(dataDir, 'initial-admin-password'), 'utf8').trim();
    expect(password).toMatch(/^(\w{5}-){3}\w{5}$/);
    expect(readFileSync(path.join(dataDir, 'logs', 'collector.1.log'), 'utf8')).not.toContain(password);
  });
});
