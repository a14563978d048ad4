/** The message catalogues: complete, used, with the same placeholders, and no words outside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '../../../dashboards/console/src/i18n/en.ts';
import { formatMessage, translator } from '../../../dashboards/console/src/i18n/translate.ts';
import { textIn, type Messages } from '../../../dashboards/console/src/i18n/messages.ts';
import { vi } from '../../../dashboards/console/src/i18n/vi.ts';

const source = join(import.meta.dirname, '../../../dashboards/console/src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/u.test(name) && !/i18n[\\/](?:vi|en)\.ts$/u.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));
/** The rooms' own messages; each file exports `messages`. */
const rooms = await Promise.all(
  files
    .filter(({ name }) => /(?:^|[\\/]|-)messages\.ts$/u.test(name) && !/i18n[\\/]/u.test(name))
    .map(async ({ name }) => {
      const room = (await import(join(source, name))) as { messages: Messages };
      return { name, messages: room.messages };
    }),
);
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

  test('what a room says is said in both languages, with the same values, in composed form', () => {
    expect(rooms.length).toBeGreaterThan(0);
    const faults = rooms.flatMap(({ name, messages }) =>
      Object.entries(messages)
        .filter(
          ([, [first, second]]) =>
            first.trim() === '' ||
            second.trim() === '' ||
            names(first).join() !== names(second).join() ||
            first !== first.normalize('NFC'),
        )
        .map(([key]) => `${name}: ${key}`),
    );
    expect(faults).toEqual([]);
  });

  test('every message of a room is used, and no two rooms have a key in common', () => {
    const all = rooms.flatMap(({ name, messages }) => Object.keys(messages).map((key) => ({ name, key })));
    // Once where it is written, once at least where it is said.
    const unused = all.filter(({ key }) => code.split(`'${key}'`).length < 3);
    expect(unused).toEqual([]);
    const keys = all.map(({ key }) => key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index || Object.hasOwn(vi, key))).toEqual([]);
  });

  test('every key is used', () => {
    expect(Object.keys(vi).filter((key) => !code.includes(`'${key}'`))).toEqual([]);
  });

  test('every key that is used exists', () => {
    const used = [...code.matchAll(/\b(?:t|text)\(\s*'([^']+)'/gu)].map((found) => found[1] ?? '');
    expect(used.length).toBeGreaterThan(100);
    const own = new Set(rooms.flatMap(({ messages }) => Object.keys(messages)));
    expect(used.filter((key) => !Object.hasOwn(vi, key) && !own.has(key))).toEqual([]);
  });

  test('no component carries words of its own', () => {
    // Text between tags, and attributes a person sees or hears, must come from the catalogues.
    const inText = />\s*([^<>{}=;()]*\p{L}{3,}[^<>{}=;()]*)(?:<\/|\{)/gu;
    const inAttribute = /\s(?:title|aria-label|placeholder|alt|label)="([^"]*\p{L}[^"]*)"/gu;
    // A command is the same in every language; the others are types after an arrow.
    const allowed = new Set(['npx vonggac-agent enrol', 'void', 'string | undefined']);
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

describe('English counts', () => {
  const english = [
    ...Object.entries<string>(en),
    ...rooms.flatMap(({ messages }) =>
      Object.entries(messages).map(([key, [, text]]) => [key, text] as const),
    ),
  ];
  /** Words that end in s, or are of several, and say nothing about a number before them. */
  const notCounted = new Set('as becomes does goes hands has holds is its pass this was'.split(' '));
  /** Filled in with names, moments or versions. */
  const notNumbers = new Set(
    'agency code field former from host into name number title to version what who why year'.split(' '),
  );
  /** What is filled in here is a bound that we have set, and never one. */
  const bounds = new Set([
    'password.ruleLength',
    'password.ruleVariety',
    'triage.cutEvents',
    'chart.cut',
    'exchange.faultsCut',
    'health.files.is',
  ]);
  const forms = /\{(\w+)\|([^|}]*)\|([^}]*)\}/gu;

  /** A number and, at most one word later, something of which there are several whatever the number is. */
  const fixedPlurals = (text: string): string[] =>
    [...text.matchAll(/\{(\w+)\}(?: [a-z-]+)? (?:[a-z]+s|are|were|have)\b(?!\|)/gu)]
      .filter(
        ([found, name]) => !notNumbers.has(name ?? '') && !notCounted.has(found.split(' ').at(-1) ?? ''),
      )
      .map(([found]) => found);

  test('no number is joined to a plural that stays when it is one', () => {
    expect(fixedPlurals('{n} of {total} hosts')).toEqual(['{total} hosts']);
    expect(fixedPlurals('{n} new alerts; {n} {n|host|hosts}')).toEqual(['{n} new alerts']);
    const joined = english.flatMap(([key, text]) =>
      bounds.has(key) ? [] : fixedPlurals(text).map((found) => `${key}: ${found}`),
    );
    expect(joined).toEqual([]);
  });

  test('each choice has two forms, and is of a number that the message is given', () => {
    const choices = english.flatMap(([key, text]) =>
      [...text.matchAll(forms)].map((found) => ({ key, found })),
    );
    expect(choices.length).toBeGreaterThan(100);
    const faults = choices.filter(
      ({ found: [, , one = '', other = ''] }) => one.trim() === '' || other.trim() === '' || one === other,
    );
    expect(faults).toEqual([]);
    // What looks like a choice and is none stays on the page as it is written.
    expect(english.filter(([, text]) => /\{[^}]*\|/u.test(text.replaceAll(forms, '')))).toEqual([]);
  });

  test('a number that chooses a form is given as a number', () => {
    const keys = new Map(
      english.flatMap(([key, text]) => {
        const names = [...text.matchAll(forms)].map(([, name]) => name ?? '');
        return names.length === 0 ? [] : [[key, names] as const];
      }),
    );
    const given = files.flatMap(({ name, text }) =>
      [...text.matchAll(/\b(?:t|text)\(\s*'([^']+)',\s*\{([^{}]*)\}/gu)].flatMap(
        ([, key = '', values = '']) =>
          (keys.get(key) ?? [])
            .filter((value) => new RegExp(`\\b${value}: (?:number|String|bytes)\\(`, 'u').test(values))
            .map((value) => `${name}: ${key} ${value}`),
      ),
    );
    expect(given).toEqual([]);
  });
});

describe('messages of a room', () => {
  const room = { 'x.n': ['{n} máy', '{n|host|hosts}: {n}'] } as const;

  test('are filled in by the rules of the language', () => {
    expect(textIn('vi', room)('x.n', { n: 1_200 })).toBe('1.200 máy');
    expect(textIn('en', room)('x.n', { n: 1_200 })).toBe('hosts: 1,200');
    expect(textIn('vi', room)).toBe(textIn('vi', room));
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
