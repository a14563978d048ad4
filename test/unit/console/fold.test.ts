import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsWords, fold, foldedWords } from '../../../dashboards/console/src/text/fold.ts';

describe('fold', () => {
  test.each([
    ['Nguyễn', 'nguyen'],
    ['Nguyễn'.normalize('NFD'), 'nguyen'],
    ['ĐƯỜNG Đặng', 'duong dang'],
    ['Ủy ban  nhân\tdân', 'uy ban nhan dan'],
    ['ｆｕｌｌ', 'full'],
    ['İstanbul', 'istanbul'],
    ['  ', ''],
  ])('%j is found as %j', (written, plain) => {
    expect(fold(written)).toBe(plain);
  });

  test('is the same for every Unicode form, and folding again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const folded = fold(text);
        expect(fold(text.normalize('NFC'))).toBe(folded);
        expect(fold(text.normalize('NFD'))).toBe(folded);
        expect(fold(folded)).toBe(folded);
      }),
    );
  });
});

describe('words', () => {
  test('an empty query matches everything', () => {
    expect(foldedWords(' \t ')).toEqual([]);
    expect(containsWords('anything', [])).toBe(true);
  });

  test('every word must occur, in any order', () => {
    const haystack = fold('Dò mật khẩu SSH · Nguyễn Trãi');
    expect(containsWords(haystack, foldedWords('trai MAT'))).toBe(true);
    expect(containsWords(haystack, foldedWords('trai web'))).toBe(false);
  });
});
