/** `vonggac report` as people type it, beside an idle data folder. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
beforeEach(async () => {
  folder = temporaryFolder();
  await vonggac(['agency', 'create', 'Sở Y tế', '--kind', 'department']);
  await vonggac(['system', 'create', 'Cổng dịch vụ công', '--level', '3']);
});
afterEach(() => folder.remove());

async function vonggac(args: readonly string[], language: Language = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(args, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

const at = (name: string): string => path.join(folder.path, name);
const idIn = (out: string): string => /[0-9a-f-]{36}/.exec(out)?.[0] ?? '';
let made = 0;
const LAST = ['--kind', 'monthly', '--period', '2026-01'];

test('a report is written in the format of the name, and never over a file that is there', async () => {
  const form08 = ['report', '--kind', 'mau-08', '--period', '2026', '--out'];
  expect(await vonggac([...form08, at('a.xlsx')])).toMatchObject({
    exitCode: 0,
    out: `${at('a.xlsx')} is written.`,
  });
  expect(readFileSync(at('a.xlsx')).subarray(0, 2).toString()).toBe('PK');
  expect((await vonggac([...form08, at('a.xlsx')])).exitCode).not.toBe(0);
  expect(await vonggac([...form08, at('a.odt')], 'vi')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('.docx, .xlsx, .pdf, .json'),
  });
  await vonggac([...form08, at('a.json')]);
  expect(readFileSync(at('a.json'), 'utf8')).toContain('"name": "Cổng dịch vụ công"');
  expect(
    await vonggac(['report', '--kind', 'mau-08', '--period', '2026-Q1', '--out', at('b.json')], 'vi'),
  ).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('kỳ không hợp'),
  });
  expect(existsSync(at('b.json'))).toBe(false);
  expect(await vonggac(['report', '--kind', 'mau-08', '--period', '2026'])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('--out <file>'),
  });
});

test('a report is begun, locked, verified, sent and corrected', async () => {
  const id = idIn((await vonggac(['report', 'create', ...LAST])).out);
  expect((await vonggac(['report', 'list', '--kind', 'monthly'], 'vi')).out).toContain('dự thảo');
  const locked = await vonggac(['report', 'lock', id]);
  expect(locked).toMatchObject({ exitCode: 0, out: expect.stringContaining('SHA-256') });
  await vonggac(['report', 'file', id, at('a.pdf')]);
  expect(await vonggac(['report', 'verify', id, at('a.pdf')], 'vi')).toMatchObject({
    exitCode: 1,
    out: 'Đúng báo cáo đã phát hành, chưa được ký.',
  });
  writeFileSync(at('other.pdf'), '%PDF-1.7');
  expect((await vonggac(['report', 'verify', id, at('other.pdf')])).out).toBe(
    'It is not this report as it left.',
  );
  const proof = ['--number', '9/BC', '--on', '2026-01-19', '--channel', 'paper', '--file', at('a.pdf')];
  expect((await vonggac(['report', 'sent', id, ...proof])).out).toContain(
    'Sent as 9/BC on 19/01/2026, on paper',
  );
  const amended = await vonggac(['report', 'amend', id, '--reason', 'wrong'], 'vi');
  expect(amended.out).toContain('bản 2');
  expect((await vonggac(['report', 'show', id])).out).toContain('corrected since');
  expect(await vonggac(['report', 'lock', id], 'vi')).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('trạng thái'),
  });
});

test('what is to be confirmed says so until somebody confirms it by its text', async () => {
  const preview = async () => {
    const file = at(`preview-${(made += 1)}.json`);
    await vonggac(['report', '--kind', 'monitoring', '--period', '2026-H1', '--out', file]);
    return JSON.parse(readFileSync(file, 'utf8')) as { toConfirm: string[] };
  };
  expect((await preview()).toConfirm).toEqual(['monitoring-form', 'period-days']);
  expect((await vonggac(['report', 'due'], 'vi')).out.match(/Cần xác nhận: mẫu báo cáo/g)).toHaveLength(1);
  const form = 'confirmed: [{ what: monitoring-form, source: Phụ lục 2 TT 31/2017 }]';
  writeFileSync(at('report-forms.yml'), form);
  expect((await preview()).toConfirm).toEqual(['period-days']);
  const { out } = await vonggac(['report', 'due', '--json']);
  expect((JSON.parse(out) as { due: { toConfirm: string[] }[] }).due.map((one) => one.toConfirm)).toEqual([
    [],
    [],
    ['period-days'],
    ['period-days'],
    ['period-days'],
  ]);
  writeFileSync(at('report-forms.yml'), 'confirmed: [{ what: monitoring-form }]');
  const refused = await vonggac(['report', 'due']);
  expect([refused.exitCode, refused.err]).toEqual([1, expect.stringContaining('report-forms.yml')]);
});

test('deadlines are counted', async () => {
  const { exitCode, out } = await vonggac(['report', 'due'], 'vi');
  expect([exitCode, out.match(/gửi Bộ Công an chậm nhất: \d\d\/\d\d\/\d{4}/g)?.length]).toEqual([0, 5]);
});
