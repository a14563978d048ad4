import { expect, test } from 'vitest';
import { en } from '../../../agent/messages/en.ts';
import { chooseLanguage } from '../../../agent/messages/language.ts';
import { vi } from '../../../agent/messages/vi.ts';

test.each<[string[], Record<string, string>, string]>([
  [[], {}, 'en'],
  [[], { LANG: 'vi_VN.UTF-8' }, 'vi'],
  [[], { LANG: 'vi' }, 'vi'],
  [[], { LANG: 'vi_VN.UTF-8', LC_ALL: 'C' }, 'en'],
  [[], { LANG: 'en_US.UTF-8', LC_ALL: '' }, 'en'],
  [['--lang', 'vi'], { LANG: 'C' }, 'vi'],
  [['status', '--lang=en'], { LANG: 'vi_VN' }, 'en'],
  [['--lang', 'klingon'], { LANG: 'vi_VN' }, 'vi'],
  [[], { LANG: 'vim_XX' }, 'en'],
])('%j under %j speaks %s', (argv, env, language) => {
  expect(chooseLanguage(argv, env)).toBe(language);
});

/** Every message with its arguments filled in, by its place. */
function rendered(node: unknown, place: string): [place: string, text: string][] {
  if (typeof node === 'function') {
    const fill = node as (...values: unknown[]) => string;
    return [[place, fill(...Array.from({ length: node.length }, (_, index) => index + 2))]];
  }
  if (typeof node === 'object' && node !== null) {
    return Object.entries(node).flatMap(([key, inner]) => rendered(inner, `${place}.${key}`));
  }
  return [[place, String(node)]];
}

test('the catalogues say the same things, and each in its own language', () => {
  const english = new Map(rendered(en, ''));
  const vietnamese = rendered(vi, '');
  expect(vietnamese.map(([place]) => place)).toEqual([...english.keys()]);
  const same = vietnamese.filter(([place, text]) => text === english.get(place)).map(([place]) => place);
  expect(same).toEqual([]);
});

test('what is put into a message appears in it, in both languages', () => {
  const all = [...rendered(en, ''), ...rendered(vi, '')];
  expect(all.filter(([, text]) => /undefined|NaN/.test(text))).toEqual([]);
});
