/** `vonggac compliance list | show | diff | lint | criteria`: without a collector. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { COMPLIANCE_FOLDER } from '../../../rules/compliance/index.ts';

async function compliance(text: string, language: Language = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(['compliance', ...text.split(' ')], {
    m: messagesIn(language),
    language,
    env: {},
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out, err, all: [...out, ...err].join('\n') };
}

describe('the catalogue on the command line', () => {
  test('lists what is asked at a level, by group and mode', async () => {
    const { exitCode, out } = await compliance('list --level 1 --group LG --mode auto');
    expect(exitCode).toBe(0);
    expect(out.slice(1, -1).map((line) => line.split(' ')[0])).toEqual(['LG-02', 'LG-05', 'LG-07', 'LG-15']);
    expect(out.at(-1)).toBe('4 controls of vn-2026');
    expect((await compliance('list', 'vi')).out.at(-1)).toBe('118 yêu cầu của vn-2026');
  });

  test('shows a control with its doubts', async () => {
    const { all } = await compliance('show LG-07 --profile vn-2022', 'vi');
    expect(all).toMatch(/keep, cấp độ 2: P1M \(cần xác nhận\)/);
    expect(all).toMatch(/keep, cấp độ 3: P3M$/m);
    const { out } = await compliance('show LG-07 --json');
    expect(JSON.parse(out.join('\n'))).toMatchObject({ id: 'LG-07', thresholds: { keep: { 3: 'P3M' } } });
  });

  test.each([
    ['show LG-99', 'there is no control "LG-99" in vn-2026'],
    ['show MW-07 --level 1', 'MW-07 is not asked at level 1'],
    ['list --profile vn-2010', 'there is no profile "vn-2010"; there are: vn-2026, vn-2022'],
    ['list --group XX', 'there is no group "XX"'],
    ['list --level 6', '"6" is no level from 1 to 5'],
    ['criteria --answer kinds', '"kinds" is no answer'],
  ])('%s is refused with what to do', async (command, message) => {
    const { exitCode, all } = await compliance(command);
    expect(exitCode).not.toBe(0);
    expect(all).toContain(message);
  });

  test('tells what two profiles ask differently, field by field', async () => {
    const { out } = await compliance('diff vn-2022 vn-2026 --level 3 --json');
    const found = JSON.parse(out.join('\n')) as { control: string; kind: string; fields: unknown[] }[];
    const of = (control: string) => found.find((each) => each.control === control);
    expect(of('HW-01')).toEqual({ control: 'HW-01', kind: 'only-after', fields: [] });
    expect(of('MW-06')).toEqual({ control: 'MW-06', kind: 'only-before', fields: [] });
    expect(of('VU-02')?.fields).toContainEqual({ field: 'thresholds.every.3', after: 'P1M' });
    expect(of('LG-07')?.fields).not.toContainEqual(expect.objectContaining({ field: 'thresholds.keep.3' }));
    expect((await compliance('diff vn-2026 vn-2026')).out).toEqual([
      '0 differ, 0 only in vn-2026, 0 only in vn-2026',
    ]);
  });

  test('finds nothing wrong with what comes with the product', async () => {
    const { exitCode, out } = await compliance('lint');
    expect(exitCode).toBe(0);
    expect(out.at(-1)).toMatch(/^2 profiles, 172 controls: 0 errors/);
  });

  test('tells what is wrong in a folder, evidence too, with file, line and field', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'catalogue-'));
    fs.cpSync(path.join(COMPLIANCE_FOLDER, 'vn-2026'), path.join(folder, 'vn-2026'), { recursive: true });
    const file = path.join(folder, 'vn-2026', 'logs.yml');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('within: PT24H', 'within: sometime'));
    const { exitCode, all } = await compliance(`lint ${folder}`);
    fs.rmSync(folder, { recursive: true });
    expect(exitCode).toBe(1);
    expect(all).toMatch(/logs\.yml:\d+: controls\[5\]\.evidence\[0\]\.within: /);
  });

  test('asks for the level, and says what decides it', async () => {
    expect((await compliance('criteria')).all).toContain('kinds=public-service: For people and businesses');
    const answers = '--answer kinds=internal,public-service --answer procedures=yes --answer works=special';
    const { all } = await compliance(`criteria ${answers}`, 'vi');
    expect(all).toContain('ít nhất cấp độ 3: còn câu hỏi chưa trả lời');
    expect(all).toContain('procedures=yes: cấp độ 3, NĐ 331/2026 Đ13.2.b');
    expect(all).toMatch(/không xét:\n {2}works=special/);
  });
});
