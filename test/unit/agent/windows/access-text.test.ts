import { expect, test } from 'vitest';
import { parseAccessText } from '../../../../agent/windows/access-text.ts';

test('owner, group and entries are read', () => {
  const text =
    'O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:SYD:PAI(A;;FA;;;SY)(D;OICI;0x1f;;;S-1-5-21-1-2-3-1001)S:AI(AU;SAFA;FA;;;WD)';
  expect(parseAccessText(text)).toEqual({
    owner: 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
    group: 'SY',
    list: {
      isProtected: true,
      entries: [
        { kind: 'A', flags: '', rights: 'FA', who: 'SY' },
        { kind: 'D', flags: 'OICI', rights: '0x1f', who: 'S-1-5-21-1-2-3-1001' },
      ],
    },
  });
});

test('no list and an empty one are two things', () => {
  expect(parseAccessText('O:BA')?.list).toBeUndefined();
  expect(parseAccessText('D:NO_ACCESS_CONTROL')?.list).toBeUndefined();
  expect(parseAccessText('D:P')?.list).toEqual({ isProtected: true, entries: [] });
});

test.each(['nonsense', 'D:(A;;FA;;;SY', 'O:<script>', `D:${'('.repeat(70_000)}`])(
  '%.20s is no such text',
  (text) => {
    expect(parseAccessText(text)).toBeUndefined();
  },
);
