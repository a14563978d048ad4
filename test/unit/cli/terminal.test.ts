import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime } from '../../../collector/cli/local-time.ts';
import { printable } from '../../../collector/cli/printable.ts';
import { displayWidth, formatTable } from '../../../collector/cli/table.ts';

describe('a table', () => {
  const columns = [
    { title: 'TÊN', value: (row: { name: string; count: number }) => row.name },
    {
      title: 'N',
      value: (row: { name: string; count: number }) => String(row.count),
      align: 'right' as const,
    },
  ];

  it('aligns columns, accents composed or not, and wide characters', () => {
    const rows = [
      { name: 'Sở Y tế'.normalize('NFD'), count: 7 },
      { name: 'Sở Y tế'.normalize('NFC'), count: 12 },
      { name: '東京', count: 1 },
    ];
    const lines = formatTable(rows, columns);
    expect(lines.map((line) => line.normalize('NFC'))).toEqual([
      'TÊN       N',
      'Sở Y tế   7',
      'Sở Y tế  12',
      '東京      1',
    ]);
    expect(new Set(lines.map(displayWidth)).size).toBe(1);
  });

  it('of no rows is its heading', () => {
    expect(formatTable([], columns)).toEqual(['TÊN  N']);
  });

  it('lets nothing of a host control the terminal', () => {
    const evil = '\u001b[2J\u0007pc\r\n\u202egpj.exe\u0000\u009b31m\u2028';
    const [, line = ''] = formatTable([{ name: evil, count: 1 }], columns);
    expect(line).toBe('\ufffd[2J\ufffdpc\ufffd\ufffd\ufffdgpj.exe\ufffd\ufffd31m\ufffd  1');
  });
});

describe('printable text', () => {
  it('holds no control character whatever comes in, and keeps plain text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text);
        expect(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(shown)).toBe(false);
        expect(shown).toHaveLength(text.length);
      }),
    );
    expect(printable('Ủy ban nhân dân 🙂')).toBe('Ủy ban nhân dân 🙂');
  });
});

describe('a time', () => {
  it('is local with its offset, and the same moment when read back', () => {
    for (const ms of [0, 1_795_342_676_000, Date.UTC(2026, 5, 30, 23, 59, 59)]) {
      const text = localTime(ms);
      expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/);
      const [day, time, zone] = text.split(' ');
      expect(Date.parse(`${day}T${time}${zone}`)).toBe(ms);
    }
  });
});
