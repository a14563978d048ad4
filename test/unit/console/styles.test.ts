/** Style sheets of rooms come with their pages and stay: none may change what another room shows, nor be needed by it. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = join(import.meta.dirname, '../../../dashboards/console/src');
const names = readdirSync(source, { recursive: true, encoding: 'utf8' });
const read = (name: string) => readFileSync(join(source, name), 'utf8');
const imported = (text: string) =>
  [...text.matchAll(/import '[^']*?([\w-]+\.css)'/gu)].map((found) => found[1] ?? '');

/** Loaded before any room. */
const shared = new Set(
  ['main.tsx', 'session/front.tsx', 'ui/time-chart.tsx'].flatMap((name) => imported(read(name))),
);

/** Selectors by sheet; what is only for paper takes nothing from the screen. */
const sheets = names
  .filter((name) => name.endsWith('.css'))
  .map((name) => ({
    name: basename(name),
    selectors: [
      ...read(name)
        .replaceAll(/\/\*.*?\*\//gsu, '')
        .replaceAll(/@media print \{.*?\n\}/gsu, '')
        .matchAll(/([^{}]+)\{/gu),
    ].flatMap((found) => (found[1] ?? '').split(',').map((selector) => selector.trim())),
  }));

/** Sheets by the class that one of their selectors is about, wherever it stands. */
const bare = new Map<string, Set<string>>();
/** Sheets by each class they name. */
const named = new Map<string, Set<string>>();
const note = (map: Map<string, Set<string>>, key: string, name: string) =>
  map.set(key, (map.get(key) ?? new Set()).add(name));
for (const { name, selectors } of sheets) {
  for (const selector of selectors) {
    const alone = /^\.(vg-[\w-]+)[^\s]*$/u.exec(selector)?.[1];
    if (alone !== undefined) note(bare, alone, name);
    for (const found of selector.matchAll(/\.(vg-[\w-]+)/gu)) note(named, found[1] ?? '', name);
  }
}

const rooms = Map.groupBy(
  names.filter((name) => /\.tsx?$/u.test(name)),
  (name) => dirname(name).split(/[\\/]/u)[0] ?? '',
);

describe('style sheets', () => {
  test('there are some, of rooms and shared', () => {
    expect(sheets.length).toBeGreaterThan(shared.size);
    expect(shared.size).toBeGreaterThan(5);
  });

  test('a class of one room is not given another look by the next room', () => {
    const fought = [...bare]
      .filter(([, where]) => where.size > 1 && [...where].some((name) => !shared.has(name)))
      .map(([name, where]) => `${name}: ${[...where].join(', ')}`);
    expect(fought).toEqual([]);
  });

  test.each([...rooms.keys()].filter((room) => room !== '.' && room !== 'ui'))(
    'what %s shows has its look from sheets that come with it',
    (room) => {
      const texts = (rooms.get(room) ?? []).map(read);
      const own = new Set(texts.flatMap(imported));
      const used = new Set(texts.flatMap((text) => text.match(/vg-[a-z][\w-]*/gu) ?? []));
      const borrowed = [...used].filter((name) => {
        const where = named.get(name);
        return where !== undefined && ![...where].some((sheet) => shared.has(sheet) || own.has(sheet));
      });
      expect(borrowed).toEqual([]);
    },
  );
});
