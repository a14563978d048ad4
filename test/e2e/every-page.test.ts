/**
 * Every page of every room, as each kind of person sees it: it opens, nothing on it fails, a screen reader and a keyboard
 * find nothing serious in their way, and nothing sticks out of a narrow window.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { placesOf, settled } from '../../scripts/stage/browser.ts';
import { consolePages, findThings, stagePages } from '../../scripts/stage/pages.ts';
import { STAGE_PASSWORD, type StagePerson } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey } from './support/journey.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LAPTOP = { width: 1_366, height: 768 };
const PHONE = { width: 390, height: 844 };

const violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** What axe finds serious or worse, each with the first places. */
async function barriers(page: Page): Promise<string[]> {
  // Typed into the page's own world by the browser's tools, which the page's policy does not bind.
  await page.evaluate(`${AXE}; undefined`);
  const found = violations.parse(
    await page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => r.violations)`,
    ),
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 160))
          .join(' | ')}`,
    );
}

/** Pixels that the page is wider than its window. */
const overhang = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

async function visit(page: Page, url: string, place: string): Promise<string[]> {
  await page.goto(`${url}${place}`);
  await settled(page);
  const faults: string[] = [];
  if ((await page.locator('.vg-notice-error').count()) > 0)
    faults.push(`says: ${await page.locator('.vg-notice-error').first().innerText()}`);
  if ((await page.locator('main h1').count()) !== 1) faults.push('has not one title');
  if (!place.startsWith('/guide') && (await page.getByTestId('page-guide').count()) !== 1)
    faults.push('leads to no guide');
  const out = Number(await overhang(page));
  if (out > 0) faults.push(`is ${out} px wider than its window`);
  return faults;
}

journey('every page', ({ as, url }) => {
  test.each([
    ['light', 'vi'],
    ['dark', 'en'],
  ] as const)('opens without a barrier, %s, %s', async (theme, language) => {
    const page = await as('admin', '/', { theme, language });
    const faults: Record<string, string[]> = {};
    const admin = new SiteClient(url());
    await admin.signIn('admin', STAGE_PASSWORD);
    const places = stagePages(await consolePages(), await findThings(admin));
    expect(places.length).toBeGreaterThan(30);
    for (const { address: place } of places) {
      const found = [...(await visit(page, url(), place)), ...(await barriers(page))];
      await page.setViewportSize(PHONE);
      if (Number(await overhang(page)) > 0) found.push('does not fit a phone');
      await page.setViewportSize(LAPTOP);
      if (found.length > 0) faults[place] = found;
    }
    expect(faults).toEqual({});
  });

  test.each(['tran.binh', 'do.kiem', 'pham.van', 'ngo.xem'] satisfies StagePerson[])(
    'shows %s only what they may open, and nothing there is refused',
    async (person) => {
      const page = await as(person, '/', { language: 'en' });
      const faults: Record<string, string[]> = {};
      for (const place of await placesOf(page)) {
        const found = await visit(page, url(), place);
        if (found.length > 0) faults[place] = found;
      }
      expect(faults).toEqual({});
    },
  );
});
