/** Enrolment against a real TLS server: what is stored, and what goes wrong in plain words. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatJoinToken } from '#protocol/join-token.ts';
import { ROTATION_PATH } from '#protocol/version.ts';
import { enrol } from '../../agent/enrol.ts';
import type { EnrolOptions } from '../../agent/enrol.ts';
import { statusCommand } from '../../agent/commands/status-command.ts';
import { EXIT } from '../../agent/exit-code.ts';
import { loadIdentity } from '../../agent/identity.ts';
import { makeLogger } from '../../agent/log.ts';
import { en } from '../../agent/messages/en.ts';
import { ownIdentity } from '../../agent/own-identity.ts';
import { makeCertificate } from '../support/agent/certificate.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

let collector: TestCollector;
let folder: string;

beforeEach(async () => {
  folder = makeFolder();
  collector = await startTestCollector();
});

afterEach(async () => {
  await collector.stop();
  removeFolder(folder);
});

const host = {
  hostname: 'may-01',
  platform: 'linux',
  osName: 'Debian',
  osVersion: '13',
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
} as const;

function options(changes: Partial<EnrolOptions> = {}): EnrolOptions {
  return {
    url: collector.url,
    token: collector.token,
    stateDir: path.join(folder, 'state'),
    host,
    machineId: 'm1',
    agentVersion: '0',
    now: () => 1_000,
    ...changes,
  };
}

test('enrolment stores an identity that only its owner can read and whose key the collector knows', async () => {
  const identity = await enrol(options());
  expect(collector.agents.has(identity.agentId)).toBe(true);
  expect(identity).toMatchObject({ agencyName: 'Sở Thử nghiệm', url: collector.url, enrolledAt: 1_000 });
  const file = path.join(folder, 'state', 'identity.json');
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  expect(fs.readdirSync(path.dirname(file))).toEqual(['identity.json']);
  expect(loadIdentity(path.dirname(file)).sign(Buffer.from('x'))).toBe(identity.sign(Buffer.from('x')));
});

test('a second enrolment is refused unless forced', async () => {
  const first = await enrol(options());
  await expect(enrol(options())).rejects.toMatchObject({ code: 'already-enrolled' });
  const second = await enrol(options({ force: true }));
  expect(second.agentId).not.toBe(first.agentId);
});

test('a token that was cut off is refused before anything is sent', async () => {
  await expect(enrol(options({ token: collector.token.slice(0, -1) }))).rejects.toMatchObject({
    code: 'token-unreadable',
  });
  expect(collector.enrolments).toEqual([]);
});

test('a token the collector does not know is refused with its code', async () => {
  const wrong = {
    ...collector.joinToken,
    secret: 'A'.repeat(32),
    fingerprint: collector.certificate.fingerprint,
  };
  await expect(enrol(options({ token: formatJoinToken(wrong) }))).rejects.toMatchObject({
    code: 'bad-token',
  });
  expect(fs.existsSync(path.join(folder, 'state', 'identity.json'))).toBe(false);
});

test('a server with another certificate gets neither token nor request', async () => {
  const { fingerprint } = await makeCertificate();
  const token = formatJoinToken({ ...collector.joinToken, fingerprint });
  await expect(enrol(options({ token }))).rejects.toMatchObject({ code: 'wrong-certificate' });
  expect(collector.enrolments).toEqual([]);
  // Asked only what it has to show from the right one.
  expect(collector.requests).toEqual([ROTATION_PATH]);
});

test('a collector that is not there is told apart from one that refuses', async () => {
  const { url } = collector;
  await collector.stop();
  await expect(enrol(options({ url }))).rejects.toMatchObject({ code: 'unreachable' });
  collector = await startTestCollector();
});

test('an address that is no collector address is refused', async () => {
  await expect(enrol(options({ url: 'http://127.0.0.1:1' }))).rejects.toMatchObject({ code: 'bad-url' });
  await expect(enrol(options({ url: 'somewhere' }))).rejects.toMatchObject({ code: 'bad-url' });
});

test('an attempt whose answer was lost is repeated with the same key', async () => {
  collector.refuseWith = { code: 'server-error' };
  await expect(enrol(options())).rejects.toMatchObject({ code: 'server-error' });
  collector.refuseWith = undefined;
  await enrol(options());
  const keys = collector.enrolments.map((request) => (request as { publicKey: string }).publicKey);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test.each([
  ['expired', new Date('2001-01-01'), new Date('2002-01-01')],
  ['not yet valid', new Date('2090-01-01'), new Date('2091-01-01')],
])('a pinned certificate that is %s by this clock is accepted', async (_, notBefore, notAfter) => {
  await collector.stop();
  collector = await startTestCollector({ certificate: await makeCertificate({ notBefore, notAfter }) });
  await expect(enrol(options())).resolves.toMatchObject({ url: collector.url });
});

test('an agent enrols by the join file that was left; what fails is kept for status, and the token does not lie about', async () => {
  const stateDir = path.join(folder, 'state');
  const join = path.join(stateDir, 'join.txt');
  const { url: _url, token: _token, ...rest } = options();
  const own = { ...rest, hardware: [], logger: makeLogger('silent') };
  fs.mkdirSync(stateDir);
  const wrong = formatJoinToken({
    ...collector.joinToken,
    secret: 'A'.repeat(32),
    fingerprint: collector.certificate.fingerprint,
  });
  fs.writeFileSync(join, `URL=${collector.url}\nTOKEN=${wrong}\n`);
  await expect(ownIdentity(own)).rejects.toMatchObject({ code: 'bad-token' });
  expect(fs.existsSync(join)).toBe(true);
  const lines: string[] = [];
  const context = {
    m: en,
    print: (line: string) => void lines.push(line),
    complain: () => undefined,
    signal: new AbortController().signal,
  };
  expect(await statusCommand({ state: stateDir }, context)).toBe(EXIT.failure);
  expect(lines.join('\n')).toContain(en.badToken);

  fs.writeFileSync(join, `URL=${collector.url}\nTOKEN=${collector.token}\n`);
  const identity = await ownIdentity(own);
  expect(collector.agents.has(identity.agentId)).toBe(true);
  expect(fs.existsSync(join)).toBe(false);
  expect(fs.existsSync(path.join(stateDir, 'enrolment-problem.json'))).toBe(false);
  fs.writeFileSync(join, `URL=${collector.url}\nTOKEN=${collector.token}\n`);
  expect((await ownIdentity(own)).agentId).toBe(identity.agentId);
  expect(fs.existsSync(join)).toBe(false);
});
