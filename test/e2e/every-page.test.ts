/**
 * Every page of every room, as each kind of person sees it: it opens, nothing on it fails, a screen reader and a keyboard
 * find nothing serious in their way, and nothing sticks out of a narrow window.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { follow, placesOf, settled } from '../../scripts/stage/browser.ts';
import { consolePages, findThings, stagePages } from '../../scripts/stage/pages.ts';
import { STAGE_PASSWORD, type StagePerson } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { barriers, overhang } from './support/barriers.ts';
import { journey } from './support/journey.ts';

const LAPTOP = { width: 1_366, height: 768 };
/** For some seventy pages, on a machine that runs the other tests besides. */
const PAGES_MS_MAX = 400_000;
const PHONE = { width: 390, height: 844 };

/** What is wrong with the page that is open. */
async function faultsOf(page: Page, place: string): Promise<string[]> {
  const faults: string[] = [];
  if ((await page.locator('.vg-notice-error').count()) > 0)
    faults.push(`says: ${await page.locator('.vg-notice-error').first().innerText()}`);
  if ((await page.locator('main h1').count()) !== 1) faults.push('has not one title');
  if (!place.startsWith('/guide') && (await page.getByTestId('page-guide').count()) !== 1)
    faults.push('leads to no guide');
  const out = await overhang(page);
  if (out > 0) faults.push(`is ${out} px wider than its window`);
  return faults;
}

journey('every page', ({ as, url }) => {
  // By its address and by the way of links within the console: both are tried.
  test.each([
    ['by its address', 'light', 'vi'],
    ['by a link', 'dark', 'en'],
  ] as const)(
    'opens %s without a barrier, %s, %s',
    { timeout: PAGES_MS_MAX },
    async (way, theme, language) => {
      const page = await as('admin', '/', { theme, language });
      const faults: Record<string, string[]> = {};
      const admin = new SiteClient(url());
      await admin.signIn('admin', STAGE_PASSWORD);
      const places = stagePages(await consolePages(), await findThings(admin));
      expect(places.length).toBeGreaterThan(30);
      for (const { address: place } of places) {
        if (way === 'by a link') await follow(page, place);
        else {
          await page.goto(`${url()}${place}`);
          await settled(page);
        }
        const found = [...(await faultsOf(page, place)), ...(await barriers(page))];
        await page.setViewportSize(PHONE);
        if ((await overhang(page)) > 0) found.push('does not fit a phone');
        await page.setViewportSize(LAPTOP);
        if (found.length > 0) faults[place] = found;
      }
      expect(faults).toEqual({});
    },
  );

  test.each(['tran.binh', 'do.kiem', 'pham.van', 'ngo.xem'] satisfies StagePerson[])(
    'shows %s only what they may open, and nothing there is refused',
    { timeout: PAGES_MS_MAX },
    async (person) => {
      const page = await as(person, '/', { language: 'en' });
      const faults: Record<string, string[]> = {};
      for (const place of await placesOf(page)) {
        await follow(page, place);
        const found = await faultsOf(page, place);
        if (found.length > 0) faults[place] = found;
      }
      expect(faults).toEqual({});
    },
  );
});
