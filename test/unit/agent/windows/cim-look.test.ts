/** Answers of PowerShell as Microsoft documents them, written by us. */
import { expect, test } from 'vitest';
import { lookAtCim, parseAnswers, textOf, timeMsOf } from '../../../../agent/windows/cim-look.ts';
import { CIM_SECTIONS } from '../../../../agent/windows/cim-sections.ts';
import { memberOf } from '../../../../agent/windows/local-groups.ts';

test('each section is rows or a reason, wherever lines are broken', () => {
  const text =
    'noise\r\n<<users ok [{"Name":"Nguy\u1ec5n An","LastLogon":"\\/Date(1795600000000)\\/","Enabled":true,"Members":{"value":["a","b"],"Count":2}}]>>\r\n' +
    '<<groups ok [{"Name":"x >> <<tasks ok [1]>>\\"",\r\n"n":1}]>>\r\n<<defender no "Kh\u00f4ng t\u00ecm th\u1ea5y\\r\\nl\u1edbp"\r\n>>\r\n<<disks ok [{"a":';
  const answers = parseAnswers(text);
  expect([...answers.keys()]).toEqual(['users', 'groups', 'defender', 'disks']);
  expect(answers.get('users')).toEqual({
    kind: 'rows',
    rows: [{ Name: 'Nguyễn An', LastLogon: '2026-11-25T09:46:40.000Z', Enabled: true, Members: ['a', 'b'] }],
    truncated: false,
  });
  expect(answers.get('defender')).toEqual({ kind: 'unread', reason: 'Không tìm thấy lớp' });
  expect(answers.get('disks')).toEqual({ kind: 'unread', reason: 'its answer was cut off' });
});

test('too many rows are cut and said to be, and what is no row is left out', () => {
  const rows = JSON.stringify(Array.from({ length: 20_001 }, (_, n) => ({ n })));
  expect(parseAnswers(`<<tasks ok ${rows}>>`).get('tasks')).toMatchObject({ kind: 'rows', truncated: true });
  expect(parseAnswers('<<tasks ok [1,null,"x",{"n":{"deep":{}}}]>>').get('tasks')).toEqual({
    kind: 'rows',
    rows: [{ n: null }],
    truncated: false,
  });
  expect(parseAnswers('<<tasks ok {bad>>').get('tasks')).toMatchObject({ kind: 'unread' });
});

test('the script goes by standard input, a line for each section, and nothing of it is made of answers', async () => {
  let asked: { name: string; args: readonly string[]; stdin: string } | undefined;
  const answers = await lookAtCim(
    {
      root: '/',
      run: (name, args, options) => {
        asked = { name, args, stdin: options?.stdin ?? '' };
        return Promise.resolve({ kind: 'failed', reason: 'it did not end within 180 s' });
      },
    },
    ['users', 'bitlocker'],
  );
  expect(asked?.args).toEqual(['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', '-']);
  expect(asked?.stdin).toContain(`\nvonggac 'bitlocker' {${CIM_SECTIONS.bitlocker}}\n`);
  expect(answers.get('users')).toEqual({ kind: 'unread', reason: 'powershell: it did not end within 180 s' });
  for (const block of Object.values(CIM_SECTIONS)) expect(block).toMatch(/^[\x20-\x7e]+$/);
});

test('times are read as Windows writes them in every language', () => {
  expect(timeMsOf('11/3/2026')).toBe(Date.UTC(2026, 10, 3));
  expect(timeMsOf('019db1ded53e8000')).toBe(0);
  expect(timeMsOf('01bf53eb256d4000')).toBe(Date.UTC(2000, 0, 1));
  expect(timeMsOf('2026-11-25T09:46:40.000Z')).toBe(1_795_600_000_000);
  expect(timeMsOf('hôm qua')).toBeUndefined();
  expect(textOf({ a: ['x'] }, 'a')).toBe('');
  expect(memberOf('MAY|01\\an|S-1-5-21-1-2-3-1001')).toEqual({
    name: 'MAY|01\\an',
    sid: 'S-1-5-21-1-2-3-1001',
  });
});
