/** The message catalogues: complete, used, with the same placeholders, and no words outside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '../../../dashboards/console/src/i18n/en.ts';
import { formatMessage, translator } from '../../../dashboards/console/src/i18n/translate.ts';
import { vi } from '../../../dashboards/console/src/i18n/vi.ts';

const source = join(import.meta.dirname, '../../../dashboards/console/src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/u.test(name) && !/i18n[\\/](?:vi|en)\.ts$/u.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));
const code = files.map(({ text }) => text).join('\n');

const names = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/gu)].map((found) => found[1] ?? ''))].toSorted((a, b) =>
    a.localeCompare(b),
  );

describe('catalogues', () => {
  test('English has exactly the keys of Vietnamese', () => {
    expect(Object.keys(en).toSorted()).toEqual(Object.keys(vi).toSorted());
  });

  test('no message is empty', () => {
    const empty = [...Object.entries(vi), ...Object.entries(en)].filter(([, text]) => text.trim() === '');
    expect(empty).toEqual([]);
  });

  test('both languages fill in the same values', () => {
    const different = Object.entries(vi).filter(
      ([key, text]) => names(text).join() !== names(en[key as keyof typeof en]).join(),
    );
    expect(different).toEqual([]);
  });

  test('every key is used', () => {
    expect(Object.keys(vi).filter((key) => !code.includes(`'${key}'`))).toEqual([]);
  });

  test('every key that is used exists', () => {
    const used = [...code.matchAll(/\bt\(\s*'([^']+)'/gu)].map((found) => found[1] ?? '');
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((key) => !Object.hasOwn(vi, key))).toEqual([]);
  });

  test('no component carries words of its own', () => {
    // Text between tags, and attributes a person sees or hears, must come from the catalogues.
    const inText = />\s*([^<>{}=;()]*\p{L}{3,}[^<>{}=;()]*)(?:<\/|\{)/gu;
    const inAttribute = /\s(?:title|aria-label|placeholder|alt|label)="([^"]*\p{L}[^"]*)"/gu;
    // A command is the same in every language; "void" is a type after an arrow.
    const allowed = new Set(['npx vonggac-agent enrol', 'void']);
    const found = files
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) =>
        [...text.matchAll(inText), ...text.matchAll(inAttribute)].map(
          (hit) => `${name}: ${(hit[1] ?? '').trim()}`,
        ),
      )
      .filter((hit) => !allowed.has(hit.slice(hit.indexOf(': ') + 2)));
    expect(found).toEqual([]);
  });

  test('Vietnamese is written in composed form', () => {
    expect(Object.entries(vi).filter(([, text]) => text !== text.normalize('NFC'))).toEqual([]);
  });
});

describe('messages', () => {
  test('numbers follow the language and English knows one from many', () => {
    expect(translator('vi')('alerts.newBar', { n: 1_200 })).toBe('1.200 cảnh báo mới: hiện');
    expect(translator('en')('alerts.newBar', { n: 1 })).toBe('1 new alert: show');
    expect(translator('en')('alerts.newBar', { n: 1_200 })).toBe('1,200 new alerts: show');
  });

  test('a value is taken as text, whatever it holds', () => {
    expect(formatMessage('en', 'Closed: {title}', { title: '{n} $& <b>' })).toBe('Closed: {n} $& <b>');
  });

  test('a missing value leaves its place visible', () => {
    expect(formatMessage('en', 'Closed: {title}', {})).toBe('Closed: {title}');
  });
});
