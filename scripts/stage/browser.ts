/** A real Chromium for browser tests and pictures; Debian's, or the one that VONGGAC_CHROMIUM names. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { STAGE_PASSWORD, type StagePerson } from './people.ts';

export const CHROMIUM = process.env['VONGGAC_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const hasChromium = (): boolean => existsSync(CHROMIUM);

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

export interface Looks {
  language?: 'vi' | 'en';
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A browser of somebody new: Vietnamese, light, as wide as an agency's laptop unless said otherwise. */
export async function newContext(browser: Browser, looks: Looks = {}): Promise<BrowserContext> {
  const { language = 'vi', theme = 'light', width = 1_366, height = 768 } = looks;
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width, height },
    locale: language === 'vi' ? 'vi-VN' : 'en-GB',
    timezoneId: 'Asia/Ho_Chi_Minh',
    colorScheme: theme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  await context.addInitScript(`localStorage.setItem('vonggac.language', '${language}')`);
  return context;
}

/** Signs in on a page of the context, unless the person is signed in there already. @returns the page, at `to` */
export async function signInAs(
  context: BrowserContext,
  url: string,
  person: StagePerson,
  to = '/',
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}${to}`);
  const name = page.getByTestId('login-username');
  const inside = page.getByTestId('nav-alerts');
  await name.or(inside).waitFor();
  if (await name.isVisible()) {
    await name.fill(person);
    await page.getByTestId('login-password').fill(STAGE_PASSWORD);
    await page.getByTestId('login-submit').click();
    await inside.waitFor();
  }
  return page;
}

/** Waits until nothing on the page says that it is loading. */
export async function settled(page: Page): Promise<void> {
  // Looked for from outside: the page's policy lets nobody evaluate text in it.
  await page.locator('main h1, main .vg-empty').first().waitFor();
  await page.locator('.vg-loading').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready');
}

/** Goes to a page as a link of the console does: what is loaded stays. */
export async function follow(page: Page, place: string): Promise<void> {
  await page.evaluate(
    `(() => {
      history.pushState(null, '', ${JSON.stringify(place)});
      dispatchEvent(new PopStateEvent('popstate'));
      // The page is drawn anew by then, if only to say that it is loading.
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    })()`,
  );
  await settled(page);
}

/** Opens every page that the rail and the tabs of this person lead to, once, in order. @returns how many */
export async function visitPlaces(page: Page, visit: (place: string) => Promise<void>): Promise<number> {
  const leadTo = (links: string): Promise<string[]> =>
    page.locator(links).evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  const visited = new Set<string>();
  for (const room of await leadTo('.vg-rail ul a')) {
    await follow(page, room);
    for (const place of [room, ...(await leadTo('.vg-tabs a'))]) {
      if (visited.has(place)) continue;
      visited.add(place);
      if (place !== room) await follow(page, place);
      await visit(place);
    }
  }
  return visited.size;
}
