/** The guides: there in both languages, with the same chapters, and nothing in them that the console cannot draw. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorOf, guideModule, picturesOf } from '../../../dashboards/console/guides.ts';
import { consolePages } from '../../../scripts/stage/pages.ts';
import { guideList } from '../../../dashboards/console/src/guide/guide-list.ts';

const docs = path.join(import.meta.dirname, '../../../docs');
const textOf = (language: string, name: string) => readFileSync(path.join(docs, language, name), 'utf8');
const headings = (text: string) => [...text.matchAll(/^(#+) /gmu)].map((found) => found[1]?.length);

describe('guides', () => {
  const names = readdirSync(path.join(docs, 'vi')).filter((name) => name.endsWith('.md'));

  test('are those that the console lists, in both languages', () => {
    expect(names.toSorted()).toEqual(guideList.map(({ slug }) => `${slug}.md`).toSorted());
    expect(
      readdirSync(path.join(docs, 'en'))
        .filter((name) => name.endsWith('.md'))
        .toSorted(),
    ).toEqual(names.toSorted());
  });

  test.each(names)(
    '%s can be drawn, has the same chapters in both languages, and Vietnamese in composed form',
    (name) => {
      for (const language of ['vi', 'en'])
        expect(guideModule(name, textOf(language, name))).toContain('export const blocks');
      expect(headings(textOf('en', name))).toEqual(headings(textOf('vi', name)));
      expect(textOf('vi', name)).toBe(textOf('vi', name).normalize('NFC'));
    },
  );

  const chaptersOf = (name: string) =>
    [...textOf('en', name).matchAll(/^#+ (.+)$/gmu)].map((found) => anchorOf(found[1] ?? ''));

  test.each(names)('%s has an address for each chapter, the same in both languages', (name) => {
    const chapters = chaptersOf(name);
    expect(new Set(chapters).size).toBe(chapters.length);
    const vietnamese = guideModule(name, textOf('vi', name), textOf('en', name));
    expect(chapters.filter((chapter) => !vietnamese.includes(`"anchor":"${chapter}"`))).toEqual([]);
  });

  test.each(['vi', 'en'])(
    'show pictures that there are, light and in their own language (%s)',
    (language) => {
      const shown = names.flatMap((name) => picturesOf(textOf(language, name)));
      expect(shown.length).toBeGreaterThan(10);
      expect(shown.filter((href) => !href.endsWith(`-${language}-light.png`))).toEqual([]);
      expect(shown.filter((href) => !existsSync(path.join(docs, language, href)))).toEqual([]);
    },
  );

  test('have a chapter for every page of the console', async () => {
    const lost = (await consolePages()).filter(({ path: route, guide }) => {
      if (guide === undefined) return true;
      if (guide === null) return !route.startsWith('/guide');
      const [slug, chapter] = guide.split('#');
      return !names.includes(`${slug}.md`) || !chaptersOf(`${slug}.md`).includes(chapter ?? '');
    });
    expect(lost).toEqual([]);
  });

  test('what cannot be drawn stops the build and is named', () => {
    expect(() => guideModule('x.md', '# T\n\n<b>bold</b>\n')).toThrow(/x\.md: the console draws no "html"/u);
    expect(() => guideModule('x.md', 'no title')).toThrow('begins with its title');
  });

  test('chapters have addresses of plain letters', () => {
    expect(anchorOf('Nhận ca: đọc sổ giao ca!')).toBe('nhan-ca-doc-so-giao-ca');
  });
});
