/** `vonggac indicator` without a collector: what is refused in plain words, and texts in both languages. */
import { describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { explainFault } from '../../../collector/indicator/explain.ts';

async function vonggac(operands: readonly string[], language: Language = 'en') {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await runProgram(['indicator', ...operands], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: '/nowhere/at/all' },
    version: '1.2.3',
    print: (line) => out.push(line),
    complain: (line) => errors.push(line),
  });
  return { code, errors: errors.join('\n') };
}

describe('vonggac indicator', () => {
  it.each<[operands: string[], language: Language, message: string]>([
    [['import', '/no-list.csv'], 'en', '/no-list.csv: there is no such file'],
    [['import', '/no-list.csv'], 'vi', '/no-list.csv: không có tệp này'],
    [['retro'], 'en', 'say which: --id, --source or --added-since'],
    [
      ['retro', '--id', '1', '--from', '2026-11-02', '--to', '2026-11-01'],
      'en',
      '--from must be before --to',
    ],
    [['retire', '1'], 'en', '--reason'],
  ])('%j in %s is refused in plain words', async (operands, language, message) => {
    const refused = await vonggac(operands, language);
    expect(refused.errors).toContain(message);
    expect(refused.code).toBe(2);
  });

  it('says when no collector is there', async () => {
    expect((await vonggac(['list'])).code).toBe(3);
  });

  it('says the limits of a network in both languages', () => {
    expect(messagesIn('vi').indicator.fault('prefix-too-short')).toContain('/16 (IPv4) hoặc /32 (IPv6)');
    expect(explainFault('prefix-too-short')).toContain('/16 (IPv4) or /32 (IPv6)');
  });
});
