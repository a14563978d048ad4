/**
 * Every page of every room, as each kind of person sees it: it opens, nothing on it fails, a screen reader and a keyboard
 * find nothing serious in their way, and nothing sticks out of a narrow window.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { follow, settled, visitPlaces } from '../../scripts/stage/browser.ts';
import { consolePages, findThings, stagePages } from '../../scripts/stage/pages.ts';
import { STAGE_PASSWORD, type StagePerson } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { barriers, COLOURS, overhang } from './support/barriers.ts';
import { journey } from './support/journey.ts';

const LAPTOP = { width: 1_366, height: 768 };
/** For some seventy pages, on a machine that runs the other tests besides. */
const PAGES_MS_MAX = 600_000;
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

async function fitsPhone(page: Page): Promise<boolean> {
  await page.setViewportSize(PHONE);
  const out = await overhang(page);
  await page.setViewportSize(LAPTOP);
  return out <= 0;
}

journey('every page', ({ as, url }) => {
  const everyPlace = async (): Promise<string[]> => {
    const admin = new SiteClient(url());
    await admin.signIn('admin', STAGE_PASSWORD);
    const places = stagePages(await consolePages(), await findThings(admin));
    expect(places.length).toBeGreaterThan(30);
    return places.map(({ address }) => address);
  };

  test(
    'opens by its address without a barrier, in Vietnamese, light and dark',
    { timeout: PAGES_MS_MAX },
    async () => {
      const page = await as('admin');
      const faults: Record<string, string[]> = {};
      for (const place of await everyPlace()) {
        await page.goto(`${url()}${place}`);
        await settled(page);
        const found = [...(await faultsOf(page, place)), ...(await barriers(page))];
        // The page as it stands follows the system's colours: of all that is asked, only they differ.
        await page.emulateMedia({ colorScheme: 'dark' });
        found.push(...(await barriers(page, COLOURS)).map((text) => `dark: ${text}`));
        await page.emulateMedia({ colorScheme: 'light' });
        if (!(await fitsPhone(page))) found.push('does not fit a phone');
        if (found.length > 0) faults[place] = found;
      }
      expect(faults).toEqual({});
    },
  );

  test('opens by a link, in English, dark', { timeout: PAGES_MS_MAX }, async () => {
    const page = await as('admin', '/', { theme: 'dark', language: 'en' });
    const faults: Record<string, string[]> = {};
    for (const place of await everyPlace()) {
      await follow(page, place);
      const found = await faultsOf(page, place);
      if (!(await fitsPhone(page))) found.push('does not fit a phone');
      if (found.length > 0) faults[place] = found;
    }
    expect(faults).toEqual({});
  });

  test.each(['tran.binh', 'do.kiem', 'pham.van', 'ngo.xem'] satisfies StagePerson[])(
    'shows %s only what they may open, and nothing there is refused',
    { timeout: PAGES_MS_MAX },
    async (person) => {
      const page = await as(person, '/', { language: 'en' });
      const faults: Record<string, string[]> = {};
      const visited = await visitPlaces(page, async (place) => {
        const found = await faultsOf(page, place);
        if (found.length > 0) faults[place] = found;
      });
      expect(visited).toBeGreaterThan(3);
      expect(faults).toEqual({});
    },
  );
});
