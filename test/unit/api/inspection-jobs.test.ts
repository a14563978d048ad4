/** Inspection packs with their papers, built by jobs: watched, cancelled, gone on with after a kill, and handed to whom they are for. */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AttachmentFiles } from '../../../collector/case/attachment-files.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { addDocument, removeDocument } from '../../../collector/registry/compliance/documents.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { readZip } from '../../../collector/report/fixed-zip.ts';
import { MANIFEST, parseManifest, sha256 } from '../../../collector/report/inspection/pack-files.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { inspectionJobs } from '../../../collector/services/reports/inspection-jobs.ts';
import { PACK_LIMITS, PackBuilder } from '../../../collector/services/reports/pack-builder.ts';
import { PackFolders } from '../../../collector/services/reports/pack-folders.ts';
import { PackKeeper } from '../../../collector/services/reports/pack-keeper.ts';
import { ReportDesk } from '../../../collector/services/reports/report-desk.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

type Headers = Record<string, string>;
const BY = { actor: 'user:lan', scope: { kind: 'all' } } as const;
let world: World;
let system: number;
let agency: number;
let files: AttachmentFiles;
let folders: PackFolders;
let keeper: PackKeeper;

beforeEach(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000 } });
  const { registry, dataDir } = world;
  agency = (await createAgency(registry, { name: 'Sở Y tế', kind: 'department', parentId: 1 }, 'test')).id;
  system = (
    await createSystem(registry, { name: 'Bệnh án', agencyId: agency, lawProfile: 'vn-2026' }, 'test')
  ).id;
  files = new AttachmentFiles(dataFolder(dataDir).attachments);
  folders = new PackFolders(dataFolder(dataDir).inspectionPacks);
  keeper = new PackKeeper({ registry, folders, onFault: (error) => expect.unreachable(String(error)) });
  await addUser(world, 'soc-lead', 'soc-lead');
});
afterEach(() => world.close());

async function paper(text: string, name: string): Promise<string> {
  const id = world.registry.random(16).toString('hex');
  const content = async function* () {
    yield Buffer.from(text);
  };
  const file = await files.put(id, content(), 1_000);
  const owner = { systemId: system, agencyId: null };
  await addDocument(world.registry, owner, { file, name, kind: 'decision' }, BY);
  return id;
}

const placeOf = (id: string): string => path.join(files.folder, id.slice(0, 2), id);
const ask = (headers: Headers, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
  world.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload === undefined ? {} : { payload }) });
const begin = (headers: Headers, more: object = {}) =>
  ask(headers, 'POST', '/inspection-packs/jobs', { asOf: '2026-11-22', systemId: system, ...more });

/** Files of the archive by their names in the pack. */
const unpacked = (archive: Buffer): Map<string, Buffer> =>
  new Map([...readZip(archive)].map(([name, file]) => [name.slice(name.indexOf('/') + 1), file]));

it('hold the papers under the hashes of the manifest, and say first what is not as it came', async () => {
  const lead = await signIn(world, 'soc-lead');
  await paper('quyết định', '../Quyết định số 12.PDF');
  const changed = await paper('quy chế', 'quy chế.docx');
  const lost = await paper('hợp đồng', 'hợp đồng.pdf');
  const removed = await paper('gỡ', 'cũ.pdf');
  await removeDocument(world.registry, { systemId: system, agencyId: null }, removed, 'nhầm', BY);
  writeFileSync(placeOf(changed), 'quy chế sửa');
  rmSync(placeOf(lost));
  expect((await begin(lead, { dryRun: true })).json()).toEqual({
    job: null,
    size: { papers: 3, bytes: 37, bytesMax: PACK_LIMITS.papersBytes },
  });
  const { job } = (await begin(lead)).json();
  await world.jobs.settled();
  const shown = (await ask(lead, 'GET', `/jobs/${job.id}`)).json();
  expect(shown).toMatchObject({ state: 'done', done: 4, total: 4, error: null });
  const answer = await ask(lead, 'GET', `/inspection-packs/${job.id}`);
  expect(answer.statusCode).toBe(200);
  const pack = unpacked(answer.rawPayload);
  const manifest = pack.get(MANIFEST) ?? Buffer.alloc(0);
  expect(sha256(manifest)).toBe(answer.headers['x-manifest-sha256']);
  expect(shown.result).toMatchObject({ manifestSha256: sha256(manifest), files: pack.size });
  pack.delete(MANIFEST);
  expect(Object.fromEntries([...pack].map(([name, file]) => [name, sha256(file)]))).toEqual(
    Object.fromEntries(parseManifest(manifest.toString()) ?? []),
  );
  const papers = [...pack.keys()].filter((name) => name.startsWith('papers/'));
  expect(papers.map((name) => name.replace(/^papers\/\d{4}-/, '')).toSorted()).toEqual([
    'quy-che.docx',
    'quyet-dinh-so-12.pdf',
  ]);
  const [first] = JSON.parse(pack.get('01-contradictions.json')?.toString() ?? '').rows;
  expect(first).toMatchObject({ kind: 'Tài liệu' });
  const documents = [...pack].find(([name]) => name.endsWith('-documents.json'))?.[1].toString() ?? '';
  const contents: unknown = JSON.parse(documents).rows.map(({ content }: { content: string }) => content);
  expect(contents).toHaveLength(4);
  expect(new Set(contents as string[])).toEqual(
    new Set(['có', 'KHÁC MÃ BĂM ĐÃ GHI', 'KHÔNG CÒN TRONG KHO', null]),
  );
  expect(pack.get('index.html')?.toString()).toMatch(/<a href="papers\/\d{4}-quyet-dinh-so-12\.pdf">/);
  const acts = await world.registry.db
    .selectFrom('audit_log')
    .select('action')
    .where('action', 'like', 'inspection.%')
    .execute();
  expect(acts.map(({ action }) => action)).toEqual(['inspection.pack', 'inspection.fetch']);
});

it('without papers name them alone', async () => {
  const lead = await signIn(world, 'soc-lead');
  await paper('quyết định', 'a.pdf');
  const { job, size } = (await begin(lead, { papers: false })).json();
  expect(size).toMatchObject({ papers: 0, bytes: 0 });
  await world.jobs.settled();
  const pack = unpacked((await ask(lead, 'GET', `/inspection-packs/${job.id}`)).rawPayload);
  expect([...pack.keys()].filter((name) => name.startsWith('papers'))).toEqual([]);
  expect(pack.get('index.html')?.toString()).toContain('nội dung được giao riêng');
});

it('go on after the last whole step when the process ended, and nowhere when they are cancelled', async () => {
  const lead = await signIn(world, 'soc-lead');
  const many = PACK_LIMITS.stepFiles + 3;
  for (let number = 0; number < many; number += 1) await paper(`giấy ${number}`, `${number}.pdf`);
  const { registry, dataDir } = world;
  let copied = 0;
  let cut = true;
  const builder = new PackBuilder({
    registry,
    files: {
      read: (id) => {
        copied += 1;
        // As a process that ends in the second step.
        if (cut && copied > PACK_LIMITS.stepFiles + 1) return Promise.reject(new Error('killed'));
        return files.read(id);
      },
    },
    reports: new ReportDesk({ registry, dataDir }),
    folders,
  });
  const newRunner = () =>
    new JobRunner({
      registry,
      kinds: inspectionJobs(registry, builder, undefined),
      onProgress: () => undefined,
      onFault: () => undefined,
    });
  await world.jobs.stop();
  const { job } = (await begin(lead)).json();
  const dying = newRunner();
  dying.kick();
  await dying.settled();
  await registry.db
    .updateTable('job')
    .set({ state: 'running', error: null, ended_ms: null })
    .where('id', '=', job.id)
    .execute();
  [cut, copied] = [false, 0];
  const next = newRunner();
  next.kick();
  await next.settled();
  expect(copied).toBe(many - PACK_LIMITS.stepFiles);
  expect((await ask(lead, 'GET', `/jobs/${job.id}`)).json()).toMatchObject({ state: 'done', done: many + 1 });
  const pack = unpacked((await ask(lead, 'GET', `/inspection-packs/${job.id}`)).rawPayload);
  expect([...pack.keys()].filter((name) => name.startsWith('papers/'))).toHaveLength(many);

  const other = (await begin(lead)).json().job;
  expect((await ask(lead, 'POST', `/jobs/${other.id}/cancel`)).statusCode).toBe(200);
  next.kick();
  await next.settled();
  expect((await ask(lead, 'GET', `/inspection-packs/${other.id}`)).statusCode).toBe(404);
  await Promise.all([dying.stop(), next.stop()]);
});

it('are for who asked, or may see all that is in them; they go with time, and so many are kept', async () => {
  const { registry } = world;
  await addUser(world, 'auditor', 'auditor');
  await addUser(world, 'inside', 'soc-lead', false, agency);
  const elsewhere = (
    await createAgency(registry, { name: 'Sở Tài chính', kind: 'department', parentId: 1 }, 'test')
  ).id;
  await addUser(world, 'elsewhere', 'soc-lead', false, elsewhere);
  const [lead, auditor, inside, stranger] = await Promise.all(
    ['soc-lead', 'auditor', 'inside', 'elsewhere'].map((name) => signIn(world, name)),
  );
  if (lead === undefined || auditor === undefined || inside === undefined || stranger === undefined)
    throw new Error('nobody is signed in');
  const { id } = (await begin(lead)).json().job;
  await world.jobs.settled();
  const status = async (headers: Headers, pack = id) =>
    (await ask(headers, 'GET', `/inspection-packs/${pack}`)).statusCode;
  expect(await status(lead)).toBe(200);
  expect(await status(auditor)).toBe(403); // personal data is not masked in it
  expect(await status(inside)).toBe(404); // of somebody above
  expect(await status(stranger)).toBe(404);
  expect((await begin(stranger)).statusCode).toBe(404);
  const masked = (await begin(auditor)).json().job;
  const own = (await begin(inside)).json().job;
  await world.jobs.settled();
  expect([await status(auditor, masked.id), await status(lead, masked.id)]).toEqual([200, 200]);
  expect([await status(inside, own.id), await status(stranger, own.id)]).toEqual([200, 404]);
  expect((await ask(stranger, 'DELETE', `/inspection-packs/${own.id}`)).statusCode).toBe(404);
  expect((await ask(inside, 'DELETE', `/inspection-packs/${own.id}`)).statusCode).toBe(204);
  expect(await status(inside, own.id)).toBe(404);
  expect(await status(lead, randomUUID())).toBe(404);

  await folders.begin('ab'.repeat(16)); // of no job
  await keeper.look();
  expect(new Set((await folders.ids()).map((one) => one.id))).toEqual(new Set([id, masked.id]));
  for (let number = 2; number < PACK_LIMITS.kept; number += 1) {
    expect((await begin(lead, { papers: false })).statusCode).toBe(200);
    await world.jobs.settled();
  }
  expect((await begin(lead)).statusCode).toBe(422);
  world.clock.ms += PACK_LIMITS.keptMs;
  await keeper.look();
  expect(await folders.ids()).toEqual([]);
  expect(await status(await signIn(world, 'soc-lead'))).toBe(404);
});
