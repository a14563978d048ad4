/** `vonggac inspection-pack` and accounts with an end, beside an idle data folder. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { legalDayAt } from '../../../collector/agency/legal-day.ts';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { AttachmentFiles } from '../../../collector/case/attachment-files.ts';
import { addDocument } from '../../../collector/registry/compliance/documents.ts';
import { lockDataFolder } from '../../../collector/registry/data-lock.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { addJob } from '../../../collector/registry/job-acts.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { PACK_KIND } from '../../../collector/services/reports/inspection-jobs.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const TODAY = legalDayAt(Date.now());
let folder: { path: string; remove: () => void };
let out: string;

beforeAll(async () => {
  folder = temporaryFolder();
  out = path.join(folder.path, 'ho-so');
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry, now: Date.now });
  await createSystem(registry, { name: '=Cổng <b>DVC</b>', agencyId: 1, lawProfile: 'vn-2026' }, 'test');
  const id = 'ab'.repeat(16);
  const content = [Buffer.from('giấy')];
  const file = await new AttachmentFiles(data.attachments).put(
    id,
    (async function* () {
      yield* content;
    })(),
    1_000,
  );
  const owner = { systemId: 1, agencyId: null };
  const paper = { file, name: 'Quyết định phê duyệt.PDF', kind: 'decision' as const };
  await addDocument(registry, owner, paper, { actor: 'user:lan', scope: { kind: 'all' } });
  await registry.close();
});
afterAll(() => folder.remove());

async function vonggac(words: string[], language: Language = 'en') {
  const said: string[] = [];
  const exitCode = await runProgram(words, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => said.push(...line.split('\n')),
    complain: (line) => said.push(...line.split('\n')),
  });
  return { exitCode, said: said.join('\n') };
}

test('a pack is written once, and verified without the data it came from', async () => {
  const make = ['inspection-pack', '--as-of', TODAY, '--system', '1', '--out', out];
  expect((await vonggac([...make.slice(0, -2), '--dry-run'])).said).toBe('Papers: 1 files, 0.0 MiB.');
  expect((await vonggac(make)).said).toMatch(/is written: \d+ files; open index.html/);
  expect(readFileSync(path.join(out, 'papers', '0001-quyet-dinh-phe-duyet.pdf'), 'utf8')).toBe('giấy');
  expect(readdirSync(dataFolder(folder.path).inspectionPacks)).toEqual([]);
  const page = readFileSync(path.join(out, 'index.html'), 'utf8');
  expect(page).toContain('=Cổng &lt;b&gt;DVC&lt;/b&gt;');
  expect(page).toContain('Không trích được: bộ thu không chạy khi lập hồ sơ này.');
  expect(await vonggac(make)).toMatchObject({
    exitCode: 2,
    said: expect.stringContaining('is there already'),
  });
  const verify = ['inspection-pack', 'verify', out];
  expect(await vonggac(verify)).toMatchObject({ exitCode: 0 });
  writeFileSync(path.join(out, '01-contradictions.csv'), '');
  writeFileSync(path.join(out, 'papers', '0001-quyet-dinh-phe-duyet.pdf'), 'giấy khác');
  rmSync(path.join(out, 'pack.json'));
  const { exitCode, said } = await vonggac(verify, 'vi');
  expect(exitCode).toBe(1);
  expect(said).toContain('bị đổi: 01-contradictions.csv');
  expect(said).toContain('bị đổi: papers/0001-quyet-dinh-phe-duyet.pdf');
  expect(said).toContain('bị thiếu: pack.json');
});

test('what stands behind fetch and verify is theirs', async () => {
  const kept = path.join(folder.path, 'giu');
  await vonggac(['inspection-pack', '--as-of', TODAY, '--system', '1', '--out', kept]);
  const { exitCode, said } = await vonggac(['inspection-pack', 'verify', kept, '--json']);
  expect([exitCode, JSON.parse(said)]).toMatchObject([0, { whole: true }]);
  const fetch = ['inspection-pack', 'fetch', 'nothere', '--out', path.join(folder.path, 'moi'), '--json'];
  expect(await vonggac(fetch)).toMatchObject({ exitCode: 1, said: expect.stringContaining('nothere') });
  expect(await vonggac(fetch.slice(0, 3))).toMatchObject({
    exitCode: 2,
    said: expect.stringContaining('--out'),
  });
});

test('a job that goes on is followed while its collector runs, and the data folder is left free without it', async () => {
  const data = dataFolder(folder.path);
  const registry = await openRegistry({ file: data.registry, now: Date.now });
  const preview = { total: 1, changes: 1, skipped: {}, sample: [], needsApproval: [] };
  const wanted = { kind: PACK_KIND, params: {}, reason: 'x', preview, agencyId: 1 };
  const { id } = await addJob(registry, wanted, { actor: 'user:lan', scope: { kind: 'all' } });
  await registry.close();
  const fetch = ['inspection-pack', 'fetch', id, '--out', path.join(folder.path, 'moi')];
  expect(await vonggac(fetch)).toMatchObject({
    exitCode: 3,
    said: expect.stringContaining('no collector is running'),
  });
  lockDataFolder(data).release();
});

test('what cannot be a pack is refused, and nothing is left', async () => {
  const other = path.join(folder.path, 'khac');
  for (const [words, exitCode] of [
    [['--out', other], 2],
    [['--as-of', TODAY], 2],
    [['--as-of', '2026-02-30', '--out', other], 2],
    [['--as-of', TODAY, '--agency', '1', '--system', '1', '--out', other], 2],
    [['--as-of', '2999-01-01', '--out', other], 1],
    [['--as-of', TODAY, '--system', '99', '--out', other], 1],
    [['verify', folder.path], 2],
  ] as const)
    expect([words, (await vonggac(['inspection-pack', ...words])).exitCode]).toEqual([words, exitCode]);
  expect(existsSync(other)).toBe(false);
});

test('an account ends after its last day, until it has no end', async () => {
  const make = ['user', 'create', 'thanh-tra', '--role', 'auditor', '--until'];
  expect((await vonggac([...make, '31/12/2999'])).exitCode).toBe(2);
  expect((await vonggac([...make, '2020-01-01'])).exitCode).toBe(1);
  expect((await vonggac([...make, '2999-12-31'])).exitCode).toBe(0);
  const endsMs = async () =>
    JSON.parse((await vonggac(['user', 'show', 'thanh-tra', '--json'])).said) as { endsMs: number | null };
  expect(await endsMs()).toMatchObject({ endsMs: Date.parse('2999-12-31T17:00:00Z') });
  await vonggac(['user', 'change', 'thanh-tra', '--role', 'agency-viewer']);
  expect(await endsMs()).toMatchObject({ endsMs: Date.parse('2999-12-31T17:00:00Z') });
  await vonggac(['user', 'change', 'thanh-tra', '--no-end']);
  expect(await endsMs()).toMatchObject({ endsMs: null });
});
