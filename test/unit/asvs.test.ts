/** docs/asvs.md says of each item what stands, and names proofs that are there. Whether a test proves an item, people judge. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ITEMS, readAsvs, STANDINGS } from '../support/asvs/read-asvs.ts';
import { testTitles } from '../support/asvs/test-titles.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const page = fs.readFileSync(path.join(ROOT, 'docs/asvs.md'), 'utf8');
const entries = readAsvs(page);

const titles = new Map<string, ReadonlySet<string>>();
/** Of tests in a test, of headings in a page; undefined where there is no such file. */
function titlesOf(file: string): ReadonlySet<string> | undefined {
  const full = path.join(ROOT, file);
  if (!fs.existsSync(full)) return undefined;
  const text = fs.readFileSync(full, 'utf8');
  const known =
    titles.get(file) ??
    (file.endsWith('.md')
      ? new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading))
      : testTitles(file, text));
  titles.set(file, known);
  return known;
}

describe('the list of OWASP ASVS', () => {
  it('has each item of levels 1 and 2 once', () => {
    const listed = entries.flatMap(({ items }) => items);
    expect(ITEMS).toHaveLength(253);
    expect(listed.toSorted()).toEqual(ITEMS.toSorted());
  });

  it('proves what is met by a test, and what is written down or left to the operator by a test or a page', () => {
    const unproved = entries.filter(({ standing, proofs }) => {
      const isProved =
        standing === 'met' ? proofs.some(({ file }) => file.endsWith('.test.ts')) : proofs.length > 0;
      return !isProved && !standing.startsWith('not ');
    });
    expect(unproved).toEqual([]);
  });

  it('names tests and headings that are there', () => {
    const missing = entries
      .flatMap(({ items, proofs }) => proofs.map((proof) => ({ item: items[0], ...proof })))
      .filter(({ file, title }) => titlesOf(file)?.has(title) !== true);
    expect(missing).toEqual([]);
  });

  it('counts itself as it is', () => {
    const counts = STANDINGS.map((standing) => {
      const items = entries.filter((entry) => entry.standing === standing).flatMap((entry) => entry.items);
      return `${items.length} ${standing}`;
    });
    expect(page).toContain(`${ITEMS.length} items: ${counts.join(', ')}.`);
  });
});
