import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installCommandsSchema, packageListSchema } from '../../../collector/api/contract-rollout.ts';
import { parseJoinToken } from '../../../collector/protocol/join-token.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listJoinTokens } from '../../../collector/registry/join-tokens.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

const run = promisify(execFile);
const DEB = 'vonggac-agent_0.2.0_amd64.deb';
const CONTENT = Buffer.from('0123456789');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let world: World;
let folder: string;
let token: Record<string, string>;

beforeEach(async () => {
  world = await buildWorld();
  folder = path.join(world.dataDir, 'packages');
  mkdirSync(folder);
  token = await bearer(world, 'administrator');
});
afterEach(() => world.close());

const put = (name: string, content: Buffer | string = CONTENT): void =>
  writeFileSync(path.join(folder, name), content);
const list = async (headers = token) =>
  packageListSchema.parse((await world.app.inject({ url: '/api/v1/packages', headers })).json());
const fetchPackage = (name: string, headers: Record<string, string> = {}) =>
  world.app.inject({ url: `/agent/v1/packages/${name}`, headers });
const make = (body: object, headers = token) =>
  world.app.inject({ method: 'POST', url: '/api/v1/install-commands', headers, payload: body });

describe('the packages folder', () => {
  it('is listed by content, the newest version first, and says what it leaves out', async () => {
    put(DEB);
    put('vonggac-agent_0.10.0_amd64.deb', 'newer');
    put('vonggac-agent-0.2.0-x64.msi', '');
    put('notes.txt', 'x');
    symlinkSync('/etc/hostname', path.join(folder, 'vonggac-agent_0.3.0_amd64.deb'));
    mkdirSync(path.join(folder, 'vonggac-agent_0.4.0_amd64.deb'));
    const { packages, refused, folder: place } = await list();
    expect(packages.map(({ name }) => name)).toEqual(['vonggac-agent_0.10.0_amd64.deb', DEB]);
    expect(packages[1]).toMatchObject({ sha256: SHA256, bytes: 10, version: '0.2.0', downloads: 0 });
    expect(refused).toEqual([
      { name: 'notes.txt', why: 'name' },
      { name: 'vonggac-agent-0.2.0-x64.msi', why: 'empty' },
      { name: 'vonggac-agent_0.3.0_amd64.deb', why: 'not-a-file' },
      { name: 'vonggac-agent_0.4.0_amd64.deb', why: 'not-a-file' },
    ]);
    expect(place).toBe(folder);
  });

  it('is empty where there is none', async () => {
    const bare = await buildWorld();
    try {
      const answer = await bare.app.inject({
        url: '/api/v1/packages',
        headers: await bearer(bare, 'administrator'),
      });
      expect(packageListSchema.parse(answer.json()).packages).toEqual([]);
    } finally {
      await bare.close();
    }
  });

  it('sees a file that took the place of another', async () => {
    put(DEB);
    await list();
    put(DEB, 'another content');
    const [held] = (await list()).packages;
    expect(held?.sha256).toBe(createHash('sha256').update('another content').digest('hex'));
    expect((await fetchPackage(DEB)).body).toBe('another content');
  });
});

describe('a download', () => {
  it('needs no account, and is counted when it left whole', async () => {
    put(DEB);
    const answer = await fetchPackage(DEB);
    expect([answer.statusCode, answer.body]).toEqual([200, '0123456789']);
    expect(answer.headers).toMatchObject({
      etag: `"${SHA256}"`,
      'content-length': '10',
      'accept-ranges': 'bytes',
    });
    await expect.poll(async () => (await list()).packages[0]?.downloads).toBe(1);
    expect(world.emitted).toContainEqual({ event: 'package.served', detail: { outcome: 'whole' } });
  });

  it('goes on where it broke off, if it is still the same file', async () => {
    put(DEB);
    const part = await fetchPackage(DEB, { range: 'bytes=4-', 'if-range': `"${SHA256}"` });
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
      206,
      '456789',
      'bytes 4-9/10',
    ]);
    const other = await fetchPackage(DEB, { range: 'bytes=4-', 'if-range': '"another"' });
    expect([other.statusCode, other.body]).toEqual([200, '0123456789']);
    const outside = await fetchPackage(DEB, { range: 'bytes=10-' });
    expect([outside.statusCode, outside.headers['content-range']]).toEqual([416, 'bytes */10']);
  });

  it.each([
    '..%2fregistry.sqlite',
    '%2e%2e%2fcollector.key',
    'collector.key',
    '..',
    'vonggac-agent_0.9.0_amd64.deb',
    'vonggac-agent_0.3.0_amd64.deb',
    `${DEB}%00.txt`,
    `${DEB}%2f`,
    'x'.repeat(200),
  ])('of %s is refused', async (name) => {
    put(DEB);
    symlinkSync('../collector.key', path.join(folder, 'vonggac-agent_0.3.0_amd64.deb'));
    const answer = await fetchPackage(name);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('PRIVATE');
  });
});

describe('install commands', () => {
  it('hold a token of some days and hosts, and name what is missing', async () => {
    put(DEB);
    const sub = await createAgency(
      world.registry,
      { name: 'UBND xã Đông', kind: 'commune', parentId: 1 },
      'test',
    );
    const answer = await make({
      url: 'https://soc.example:8443',
      agencyId: sub.id,
      group: 'van-phong',
      uses: 40,
    });
    expect(answer.statusCode).toBe(201);
    const made = installCommandsSchema.parse(answer.json());
    expect(made).toMatchObject({ uses: 40, agencyName: 'UBND xã Đông' });
    expect(Date.parse(made.expiresAt) - world.clock.ms).toBe(3 * 86_400_000);
    const texts = new Map(made.commands.map(({ way, text }) => [way, text]));
    expect(texts.get('deb')).toContain(made.token);
    expect(texts.get('deb')).toContain(SHA256);
    expect(texts.get('msi')).toBeNull();
    expect(made.commands.find(({ way }) => way === 'gpo')?.needs).toBe('msi');
    expect(parseJoinToken(made.token)?.fingerprint).toBe(world.fingerprint);
    const [kept] = await listJoinTokens(world.registry);
    expect(kept).toMatchObject({ id: made.tokenId, agencyId: sub.id, group: 'van-phong', usesMax: 40 });
  });

  it.each([
    [{ url: 'http://soc.example:8443' }, 'url'],
    [{ url: 'https://soc.example:8443/path' }, 'url'],
    [{ url: "https://soc.example:8443';id" }, 'url'],
    [{ url: 'https://user@soc.example' }, 'url'],
    [{ url: 'https://soc.example', uses: 5_001 }, 'uses'],
    [{ url: 'https://soc.example', days: 31 }, 'days'],
  ])('of %j are refused, and no token is made', async (body, field) => {
    const answer = await make(body);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { field }]);
    expect(await listJoinTokens(world.registry)).toEqual([]);
  });

  it('are made for agencies of one’s own only', async () => {
    const other = await createAgency(
      world.registry,
      { name: 'Sở khác', kind: 'department', parentId: 1 },
      'test',
    );
    const own = await createAgency(
      world.registry,
      { name: 'Sở mình', kind: 'department', parentId: 1 },
      'test',
    );

    const headers = await bearer(world, 'agency-operator', own.id);
    const body = { url: 'https://soc.example' };
    expect((await make({ ...body, agencyId: other.id }, headers)).statusCode).toBe(404);
    expect(installCommandsSchema.parse((await make(body, headers)).json()).agencyId).toBe(own.id);
    expect((await list(headers)).folder).toBeNull();
  });

  it('run in a real shell: fetch over TLS, believe the digest, hand on exactly what is inside', async () => {
    put(DEB);
    const url = await world.app.listen({ port: 0, host: '127.0.0.1' });
    const made = installCommandsSchema.parse((await make({ url })).json());
    const text = made.commands.find(({ way }) => way === 'deb')?.text ?? '';
    const bin = path.join(world.dataDir, 'bin');
    mkdirSync(bin);
    // Stands in for sudo and writes down what it was asked to do.
    const told = path.join(world.dataDir, 'told');
    writeFileSync(path.join(bin, 'sudo'), `#!/bin/sh\nprintf '%s\\n' "$@" --- >>'${told}'\n`);
    chmodSync(path.join(bin, 'sudo'), 0o755);
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, TMPDIR: world.dataDir };
    await run('/bin/sh', ['-c', text], { env });
    const acts = readFileSync(told, 'utf8')
      .split('---\n')
      .filter((act) => act !== '');
    expect(acts.map((act) => act.trimEnd().split('\n'))).toEqual([
      ['dpkg', '-i', DEB],
      ['vonggac-agent', 'enrol', '--url', url, '--token', made.token],
      ['systemctl', 'enable', '--now', 'vonggac-agent'],
    ]);
    put(DEB, 'somebody else wrote this');
    await expect(run('/bin/sh', ['-c', text], { env })).rejects.toThrow('sha256sum');
    expect(readFileSync(told, 'utf8').split('dpkg')).toHaveLength(2);
  });
});
