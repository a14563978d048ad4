/** Inspection packs as files: hostile texts, bounds, the same bytes, the folder and what verifying it says. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NoRoomError } from '../../../collector/backup/room.ts';
import {
  copyPackFolder,
  FolderExistsError,
  NoPackError,
  verifyPackFolder,
} from '../../../collector/cli/inspection-folder.ts';
import {
  MANIFEST,
  packFiles,
  parseManifest,
  sha256,
} from '../../../collector/report/inspection/pack-files.ts';
import { type InspectionPack, partOf } from '../../../collector/report/inspection/pack.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const HOSTILE = [
  '=HYPERLINK("http://evil.example","x")',
  '</td></table><script>alert(1)</script>',
  '" onmouseover="alert(1)',
  "'; <img src=x onerror=alert(1)>",
  '\u202Egnp.exe\u0000\u0007',
  'x'.repeat(10_000),
  '@SUM(A1:A9)',
  'a\r\nb;c"d',
];

function packWith(names: readonly string[], change: Partial<InspectionPack> = {}): InspectionPack {
  return {
    kind: 'system',
    id: 3,
    name: names[0] ?? '',
    agencyName: names[1] ?? '',
    asOf: '2026-12-14',
    madeAt: '2026-12-15 08:00:00',
    madeBy: 'user:lan',
    masked: false,
    parts: [
      partOf({
        id: 'contradictions',
        title: names[2] ?? 'Điều không khớp',
        notes: names,
        columns: { about: 'Ở đâu', count: 'Số' },
        rows: names.map((about, count) => ({ tone: 'bad', cells: { about, count } })),
      }),
      partOf({ id: 'reports', title: 'Báo cáo', columns: { number: 'Số' }, rows: [] }),
    ],
    ...change,
  };
}

const textOf = (pack: InspectionPack, name: string): string =>
  packFiles(pack).find((file) => file.name === name)?.text ?? '';

describe('the files of a pack', () => {
  it('hold texts of people and hosts as texts: no markup, no formula, no script, nothing loaded', () => {
    const page = textOf(packWith(HOSTILE), 'index.html');
    expect(page).not.toMatch(/<script|<img|<a [^>]*evil|<[^>]*\son\w+=/i);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    for (const unseen of ['\u202E', '\u0000', '\u0007']) expect(page).not.toContain(unseen);
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'`);
    expect(page).not.toMatch(/(?:src|href)="(?!#|[0-9a-z-]+\.(?:csv|json)")/);
    expect(page).not.toContain('x'.repeat(2_001));
    const csv = textOf(packWith(HOSTILE), '01-contradictions.csv');
    for (const cell of csv.split('\r\n').map((line) => line.replace(/^"/, '')))
      expect(cell.slice(0, 1)).not.toMatch(/[=@+\t-]/);
    expect(JSON.parse(textOf(packWith(HOSTILE), '01-contradictions.json'))).toMatchObject({
      rows: expect.arrayContaining([{ about: '=HYPERLINK("http://evil.example","x")', count: 0 }]),
    });
  });

  it('are the same for the same facts, but for who made them and when', () => {
    const one = packFiles(packWith(['Cổng dịch vụ công']));
    const other = packFiles(
      packWith(['Cổng dịch vụ công'], { madeAt: '2026-12-16 09:00:00', madeBy: 'user:an' }),
    );
    const differing = one.filter(({ text }, at) => text !== other[at]?.text).map(({ name }) => name);
    expect(differing).toEqual(['index.html', 'pack.json', MANIFEST]);
    expect(packFiles(packWith(['Cổng dịch vụ công']))).toEqual(one);
  });

  it('say what was cut', () => {
    const rows = Array.from({ length: 400 }, (_, at) => ({ cells: { number: at } }));
    const part = partOf({ id: 'reports', title: 'Báo cáo', columns: { number: 'Số' }, rows }, 350);
    expect(part).toMatchObject({ beyond: 50 });
    const page = textOf(packWith([], { parts: [part] }), 'index.html');
    expect(page).toContain('chỉ in 300 dòng đầu; 50 dòng còn lại');
    expect(page).toContain('Còn 50 dòng vượt giới hạn');
  });

  it('are named with their hashes in a manifest that holds nothing else', () => {
    const files = packFiles(packWith(['Cổng dịch vụ công']));
    const manifest = parseManifest(files.at(-1)?.text ?? '');
    expect([...(manifest ?? [])]).toEqual(files.slice(0, -1).map(({ name, text }) => [name, sha256(text)]));
    const hash = sha256('');
    expect(parseManifest(`${hash}  ../../etc/passwd\n`)).toBeUndefined();
    expect(parseManifest(`${hash}  a.csv\n${hash}  a.csv\n`)).toBeUndefined();
    expect(parseManifest('')).toBeUndefined();
  });
});

describe('the folder of a pack', () => {
  let folder: { path: string; remove: () => void };
  let out: string;
  const paper = { name: 'papers/0001-quyet-dinh.pdf', text: 'giấy' };
  const made = packFiles(packWith(['Cổng dịch vụ công']), [{ ...paper, sha256: sha256(paper.text) }]);
  const files = [...made, paper].map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) }));
  let built: string;

  const copy = (wanted = files, options = {}) => copyPackFolder(built, wanted, out, options);

  beforeEach(() => {
    folder = temporaryFolder();
    out = path.join(folder.path, 'kết quả', 'ho-so');
    built = path.join(folder.path, 'built');
    mkdirSync(path.join(built, 'papers'), { recursive: true });
    mkdirSync(path.dirname(out));
    for (const { name, text } of [...made, paper]) writeFileSync(path.join(built, name), text);
  });
  afterEach(() => folder.remove());

  it('is there whole, and says what was changed, is missing or was added', async () => {
    await copy();
    expect(readdirSync(path.dirname(out))).toEqual(['ho-so']);
    expect(await verifyPackFolder(out)).toMatchObject({ changed: [], missing: [], added: [], files: 7 });
    writeFileSync(path.join(out, 'index.html'), `${readFileSync(path.join(out, 'index.html'), 'utf8')} `);
    rmSync(path.join(out, '02-reports.csv'));
    writeFileSync(path.join(out, 'them.txt'), 'x');
    symlinkSync('/etc/passwd', path.join(out, 'lien-ket'));
    writeFileSync(path.join(out, paper.name), 'giấy khác');
    writeFileSync(path.join(out, 'papers', 'them.pdf'), 'x');
    expect(await verifyPackFolder(out)).toMatchObject({
      changed: ['index.html', paper.name],
      missing: ['02-reports.csv'],
      added: ['lien-ket', 'papers/them.pdf', 'them.txt'],
    });
  });

  it('never takes the place of what is there, and leaves nothing where there is no room', async () => {
    mkdirSync(out);
    await expect(copy()).rejects.toThrow(FolderExistsError);
    rmSync(out, { recursive: true });
    await expect(copy(files, { freeBytes: async () => 1_000 })).rejects.toThrow(NoRoomError);
    const broken = [...files, { name: 'no/such/folder', bytes: 0 }];
    await expect(copy(broken)).rejects.toThrow('ENOENT');
    expect(readdirSync(path.dirname(out))).toEqual([]);
  });

  it('is no pack without a manifest', async () => {
    mkdirSync(out);
    await expect(verifyPackFolder(out)).rejects.toThrow(NoPackError);
    symlinkSync('/dev/zero', path.join(out, MANIFEST));
    await expect(verifyPackFolder(out)).rejects.toThrow(NoPackError);
  });
});
