/** Inspection packs by the API, one ZIP for auditors and leads, and inspectors' accounts, which end by themselves. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { readZip } from '../../../collector/report/fixed-zip.ts';
import { MANIFEST, parseManifest, sha256 } from '../../../collector/report/inspection/pack-files.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

type Headers = Record<string, string>;
let world: World;
let system: number;

beforeAll(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000 } });
  const { id: agencyId } = await createAgency(
    world.registry,
    { name: 'Sở Y tế', kind: 'department', parentId: 1 },
    'test',
  );
  system = (await createSystem(world.registry, { name: 'Bệnh án', agencyId, lawProfile: 'vn-2026' }, 'test'))
    .id;
  for (const role of ['administrator', 'soc-lead', 'auditor', 'analyst'] as const)
    await addUser(world, role, role);
});
afterAll(() => world.close());

const packOf = async (headers: Headers, payload: object) =>
  world.app.inject({ method: 'POST', url: '/api/v1/inspection-packs', headers, payload });

it('are one archive whose files are as its manifest says, and whose manifest is on record', async () => {
  const answer = await packOf(await signIn(world, 'auditor'), { asOf: '2026-11-22', systemId: system });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': expect.stringContaining(`ho-so-kiem-tra-system-${system}-2026-11-22.zip`),
  });
  const folder = `ho-so-kiem-tra-system-${system}-2026-11-22/`;
  const files = new Map(
    [...readZip(answer.rawPayload)].map(([name, file]) => [name.replace(folder, ''), file]),
  );
  const manifest = files.get(MANIFEST) ?? Buffer.alloc(0);
  expect(sha256(manifest)).toBe(answer.headers['x-manifest-sha256']);
  files.delete(MANIFEST);
  const hashes = [...files].map(([name, file]) => [name, sha256(file)]);
  expect(Object.fromEntries(hashes)).toEqual(Object.fromEntries(parseManifest(manifest.toString()) ?? []));
  expect(JSON.parse(files.get('pack.json')?.toString() ?? '')).toMatchObject({
    name: 'Bệnh án',
    madeBy: 'user:auditor',
    masked: true,
  });
  const entry = await world.registry.db
    .selectFrom('audit_log')
    .select(['actor', 'target', 'detail'])
    .where('action', '=', 'inspection.pack')
    .executeTakeFirstOrThrow();
  expect(entry).toMatchObject({ actor: 'user:auditor', target: `system:${system}` });
  expect(JSON.parse(entry.detail)).toMatchObject({ manifest: sha256(manifest) });
});

it('are for auditors and leads, of a day that has begun, of one thing', async () => {
  const lead = await signIn(world, 'soc-lead');
  expect((await packOf(lead, { asOf: '2026-11-22' })).statusCode).toBe(200);
  expect((await packOf(await signIn(world, 'analyst'), { asOf: '2026-11-22' })).statusCode).toBe(403);
  expect((await packOf(lead, { asOf: '2999-01-01' })).statusCode).toBe(400);
  expect((await packOf(lead, { asOf: '2026-02-30' })).statusCode).toBe(400);
  expect((await packOf(lead, { asOf: '2026-11-22', agencyId: 1, systemId: system })).statusCode).toBe(400);
  expect((await packOf(lead, { asOf: '2026-11-22', systemId: 9_999 })).statusCode).toBe(404);
});

it('accounts of inspectors are signed out at their end, to the second', async () => {
  const boss = await signIn(world, 'administrator');
  await addUser(world, 'thanh-tra', 'auditor');
  const endsAt = new Date(world.clock.ms + 60_000).toISOString();
  const patch = (payload: object) =>
    world.app.inject({ method: 'PATCH', url: '/api/v1/users/thanh-tra', headers: boss, payload });
  expect((await patch({ endsAt: '2020-01-01T00:00:00Z' })).statusCode).toBe(400);
  expect((await patch({ endsAt })).statusCode).toBe(204);
  const inspector = await signIn(world, 'thanh-tra');
  const me = async () =>
    (await world.app.inject({ method: 'GET', url: '/api/v1/me', headers: inspector })).statusCode;
  expect(await me()).toBe(200);
  world.clock.ms += 60_000;
  expect(await me()).toBe(401);
  const users = await world.app.inject({ method: 'GET', url: '/api/v1/users', headers: boss });
  expect(users.json().users).toContainEqual(
    expect.objectContaining({ username: 'thanh-tra', state: 'disabled', endsAt }),
  );
});
