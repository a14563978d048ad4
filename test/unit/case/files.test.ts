/** Files of cases: what they are, what they may be called, archives, hand-over notes as pages. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  attachmentHeader,
  contentType,
  isSuspicious,
  safeFileName,
} from '../../../collector/case/content-type.ts';
import { handoverHtml, handoverText } from '../../../collector/case/handover.ts';
import { tidyIndicator } from '../../../collector/case/indicator-value.ts';
import { textEntry, zipStream, type ZipEntry } from '../../../collector/case/zip-stream.ts';
import { mentionsIn } from '../../../collector/case/mentions.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

test.each([
  ['%PDF-1.7', 'application/pdf'],
  ['<!doctype html><script>alert(1)</script>', 'text/plain'],
  ['MZ\u0090', 'application/vnd.microsoft.portable-executable'],
  ['xin chào', 'text/plain'],
  ['\u0000\u0001', 'application/octet-stream'],
  ['', 'text/plain'],
])('%j is %s, whatever it is called', (text, type) => {
  expect(contentType(Buffer.from(text, text.startsWith('MZ') ? 'latin1' : 'utf8'))).toBe(type);
});

test('a character that the end of the head cuts does not make text anything else', () => {
  expect(contentType(Buffer.from('ệ'.repeat(200)).subarray(0, 512))).toBe('text/plain');
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Windows\\evil.exe', 'evil.exe'],
  ['a\r\nset-cookie: x=1', 'a__set-cookie_ x=1'],
  ['báo cáo "mật".pdf', 'báo cáo _mật_.pdf'],
  ['invoice\u202Efdp.exe', 'invoice_fdp.exe'],
  ['...', 'file'],
  ['', 'file'],
  ['CON.txt', '_CON.txt'],
  ['/', 'file'],
])('the name %j is given back as %j', (name, safe) => {
  expect(safeFileName(name)).toBe(safe);
  const header = attachmentHeader(name);
  expect(header).toMatch(/^attachment; filename="[A-Za-z0-9 ._-]+"; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/);
});

test('a long name keeps its ending and is cut between characters', () => {
  const name = safeFileName(`${'ế😀'.repeat(300)}.docx`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
  expect(name.endsWith('.docx')).toBe(true);
  expect(name).toBe(name.toWellFormed());
});

test('what can be run is suspicious by what it is or is called', () => {
  expect(isSuspicious('text/plain', 'readme.txt')).toBe(false);
  expect(isSuspicious('text/plain', 'run.PS1')).toBe(true);
  expect(isSuspicious('application/x-elf', 'picture.png')).toBe(true);
});

describe('an archive', () => {
  const pack = async (entries: ZipEntry[]): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of zipStream(entries)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const python = spawnSync('python3', ['--version']).status === 0;

  test.skipIf(!python)('is one that others open', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder.path, 'case.zip');
    const entries = [
      textEntry('case.json', '{"tên":"vụ"}', Date.UTC(2026, 10, 22)),
      textEntry('files/báo cáo.txt', '', 0),
    ];
    writeFileSync(file, await pack(entries));
    const script =
      'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nprint(z.testzip(), z.namelist(), z.read("case.json").decode())';
    const { stdout } = spawnSync('python3', ['-c', script, file], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    });
    expect(stdout.trim()).toBe(`None ['case.json', 'files/báo cáo.txt'] {"tên":"vụ"}`);
    folder.remove();
  });

  test('whose content is not what was kept, or that has a name twice, is not made', async () => {
    const entry = { ...textEntry('a', 'abc', 0), crc32: crc32('abd') };
    await expect(pack([entry])).rejects.toThrow('not as it was kept');
    await expect(pack([textEntry('a', '', 0), textEntry('a', '', 0)])).rejects.toThrow('twice');
  });
});

test('a hand-over note as a page runs nothing of what people wrote, and as text keeps its lines', () => {
  const evil = '<img src=x onerror=alert(1)>\u2028</title>';
  const one = {
    number: 'VG-2026-0001',
    title: evil,
    severity: 'high',
    class: 'malware',
    state: 'open',
    assignee: evil,
    drill: true,
    dueMs: 0,
  };
  const body = {
    sinceMs: 0,
    untilMs: 8 * 3_600_000,
    cases: [
      {
        ...one,
        changes: [{ action: evil, count: 1, actors: ['user:an'] }],
        tasks: [{ title: evil, assignee: null, dueMs: null }],
        moreTasks: 2,
        clocks: [{ kind: 'x', title: 'x', titleVi: 'Thông báo', dueMs: 0 }],
        nextSteps: [evil],
      },
    ],
    moreCases: false,
  };
  const head = { from: 'user:an', to: 'lan', atMs: 0, note: evil, acknowledgedMs: null };
  const page = handoverHtml(head, body, 'vi');
  expect(page).not.toContain('<img');
  expect(page.match(/<\/title>/g)).toHaveLength(1);
  expect(page).toContain('Biên bản giao ca');
  expect(handoverText(head, body, 'vi')).toContain('[DIỄN TẬP] VG-2026-0001');
  expect(handoverText(head, body, 'vi')).not.toContain('\u2028');
});

test.each([
  ['ip', '10[.]0.0.1', '10.0.0.1'],
  ['ip', '10.0.0.256', undefined],
  ['cidr', '2001:db8::/32', '2001:db8::/32'],
  ['cidr', '10.0.0.0/33', undefined],
  ['domain', 'Evil[.]Example', 'evil.example'],
  ['domain', 'no dots', undefined],
  ['url', 'hxxps://evil.example/a b', 'https://evil.example/a%20b'],
  ['url', 'javascript:alert(1)', undefined],
  ['email', 'An@Example.vn', 'an@example.vn'],
  ['sha256', 'A'.repeat(64), 'a'.repeat(64)],
  ['md5', 'A'.repeat(31), undefined],
  ['other', 'a\u0000b', undefined],
] as const)('of type %s, %j is kept as %j', (type, text, value) => {
  expect(tidyIndicator(type, text)).toBe(value);
});

test('mentions are names after @ at the begin of a word, at most twenty', () => {
  expect(mentionsIn('@an (@lan), mail@an.vn @ @bình.')).toEqual(['an', 'lan', 'bình']);
  expect(mentionsIn(Array.from({ length: 50 }, (_none, n) => `@u${n}`).join(' '))).toHaveLength(20);
});
