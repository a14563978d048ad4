import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, visibleString, visibleText } from '../../../dashboards/console/src/text/visible-text.ts';

const marks = (text: string) =>
  visibleText(text, { unitsMax: 1_000 })
    .segments.filter((segment) => segment.kind === 'mark')
    .map((segment) => segment.text);

describe('what is hidden becomes a mark', () => {
  test.each([
    ['\u0000', 'NUL'],
    ['\u001b', 'ESC'],
    ['\u007f', 'DEL'],
    ['\u009b', 'U+009B'],
    ['\u202e', 'RLO'],
    ['\u2066', 'LRI'],
    ['\u200b', 'ZWSP'],
    ['\ufeff', 'BOM'],
    ['\u2028', 'LSEP'],
    ['\u{e0041}', 'U+E0041'],
    ['\u3164', 'U+3164'],
    ['\ud800', 'U+D800'],
  ])('%j as %s', (character, mark) => {
    expect(marks(`a${character}b`)).toEqual([mark]);
  });

  test.each([
    'Nguyễn',
    'Nguyễn'.normalize('NFD'),
    '<script>alert(1)</script>',
    '日本 🇻🇳 עברית',
    'a b\u00a0c',
  ])('%j stays as it is', (text) => {
    expect(visibleText(text, { unitsMax: 1_000 }).segments).toEqual([{ kind: 'text', text }]);
  });

  test('lines are kept where a view has lines, and are marks where it has not', () => {
    expect(visibleText('a\r\nb\tc', { unitsMax: 99, keepLines: true }).segments).toEqual([
      { kind: 'text', text: 'a\nb\tc' },
    ]);
    expect(marks('a\r\nb\tc')).toEqual(['CR', 'LF', 'TAB']);
    // A carriage return alone can overwrite a line on a terminal, so it stays visible.
    expect(visibleText('a\rb', { unitsMax: 99, keepLines: true }).segments).toHaveLength(3);
  });
});

describe('limits', () => {
  test('a line of a million control characters makes a bounded number of segments and loses none', () => {
    const { segments, hiddenUnits } = visibleText('\u0007'.repeat(1_000_000), {
      unitsMax: Number.POSITIVE_INFINITY,
    });
    expect(segments.length).toBeLessThan(500);
    expect(hiddenUnits).toBe(0);
    const shown = segments.map((segment) => segment.text).join('');
    expect(shown.match(/BEL/gu)).toHaveLength(1_000_000);
  });

  test('a long line is cut and says how much is left', () => {
    const { segments, hiddenUnits } = visibleText('x'.repeat(5_000), { unitsMax: 400 });
    expect(segments).toEqual([{ kind: 'text', text: 'x'.repeat(400) }]);
    expect(hiddenUnits).toBe(4_600);
    expect(visibleString('x'.repeat(600), 10)).toBe(`${'x'.repeat(10)}…`);
  });

  test('a cut never splits a surrogate pair', () => {
    expect(cut('ab😀', 3)).toBe('ab');
    expect(cut('ab😀', 4)).toBe('ab😀');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, units) => {
        const short = cut(text, units);
        expect(text.startsWith(short)).toBe(true);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });

  test('no hidden character of any input reaches the page', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const shown = visibleText(text, { unitsMax: 1_000 })
          .segments.map((segment) => segment.text)
          .join('');
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
