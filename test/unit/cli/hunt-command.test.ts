/** `vonggac hunt` without a collector: what is wrong with a query is said with its place, and a rule is made of one. */
import { describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { compileText } from '../../../collector/hunt/hunt-rule.ts';

async function vonggac(operands: readonly string[], language: Language = 'en') {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await runProgram(['hunt', ...operands], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: '/nowhere/at/all' },
    version: '1.2.3',
    print: (line) => out.push(line),
    complain: (line) => errors.push(line),
  });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

describe('vonggac hunt', () => {
  it.each<[operands: string[], language: Language, message: string]>([
    [['a: (b'], 'en', 'a parenthesis is not closed, at character 4\n  a: (b\n     ^'],
    [['a: (b'], 'vi', 'không đọc được câu truy vấn: dấu ngoặc chưa đóng, ở ký tự 4\n  a: (b\n     ^'],
    [['x'.repeat(80) + ' and'], 'en', `${'x'.repeat(46)} and\n  ${' '.repeat(50)}^`],
    [[], 'en', 'say what to hunt for'],
    [['a', '--rule', 'r'], 'en', 'say what to hunt for'],
    [['--sigma', '/no-rule.yml'], 'en', '/no-rule.yml: there is no such file'],
    [['a', '--from', '2026-11-02', '--to', '2026-11-01'], 'en', '--from must be before --to'],
    [['a', '--from', 'yesterday'], 'en', '"yesterday" is not a time'],
    [['--rule', 'r', '--as-rule', 't'], 'en', '--as-rule makes a rule of a query'],
    [['keep', 'a hunt'], 'en', 'say what to hunt for'],
    [['keep', 'a hunt', 'a: (b'], 'en', 'a parenthesis is not closed, at character 4'],
    [['keep', 'a hunt', '--sigma', '/no-rule.yml'], 'vi', '/no-rule.yml: không có tệp này'],
    [['schedule', 'a hunt'], 'en', 'say when: --every MINUTES (15 to 44640) or --daily HH:MM'],
    [['schedule', 'a hunt', '--every', '14'], 'vi', 'cần nêu lúc chạy: --every PHÚT'],
    [['schedule', 'a hunt', '--daily', '7:30'], 'en', 'say when: --every'],
    [['schedule', 'a hunt', '--every', '60', '--daily', '07:30'], 'en', 'say when: --every'],
  ])('%j in %s is refused in plain words', async (operands, language, message) => {
    const refused = await vonggac(operands, language);
    expect(refused.errors).toContain(message);
    expect(refused.code).toBe(2);
  });

  it('says when no collector is there', async () => {
    expect((await vonggac(['user.name: an'])).code).toBe(3);
  });

  it('prints a query as a rule', async () => {
    const { out, code } = await vonggac(['user.name: an', '--as-rule', 'Đăng nhập']);
    expect(code).toBe(0);
    expect(compileText(out).info.title).toBe('Đăng nhập');
  });
});
