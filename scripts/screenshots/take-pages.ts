/** Goes through the pages in one language and takes each in its themes, once nothing on it moves. */
import type { Browser, Page } from 'playwright-core';
import { newContext, settled, signInAs } from '../stage/browser.ts';
import type { StagePage } from '../stage/pages.ts';
import type { Language, Theme } from './settings.ts';

/** How often a page is looked at until two looks are the same. */
const LOOKS_MAX = 12;

export interface Taken {
  page: StagePage;
  language: Language;
  theme: Theme;
  png: Buffer;
}

export interface Round {
  url: string;
  pages: readonly StagePage[];
  language: Language;
  themes: readonly Theme[];
  /** The browser's clock stands here, so that "5 minutes ago" stays so while pictures are taken. */
  nowMs: number;
}

/** A picture of the window. @throws Error when the page never comes to rest */
export async function still(page: Page): Promise<Buffer> {
  let before = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const after = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (after.equals(before)) return after;
    before = after;
  }
  throw new Error('it does not come to rest');
}

/** The page in this theme. */
export async function wear(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' });
}

/** Opens a page. @throws Error with what it says is wrong */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await settled(page);
  await page.locator('.vg-connection[data-state="live"]').waitFor();
  const notice = page.locator('.vg-notice-error').first();
  if ((await notice.count()) > 0) throw new Error(`it says: ${await notice.innerText()}`);
  await page.mouse.move(0, 0);
}

/** @returns what kept pages from being taken; the others are */
export async function takePages(
  browser: Browser,
  { url, pages, language, themes, nowMs }: Round,
  onTaken: (taken: Taken) => void,
): Promise<string[]> {
  const context = await newContext(browser, { language, theme: themes[0] ?? 'light' });
  await context.clock.setFixedTime(nowMs);
  const page = await signInAs(context, url, 'admin');
  const faults: string[] = [];
  let at = '/';
  page.on('pageerror', (error) => faults.push(`${at} (${language}): ${String(error)}`));
  try {
    for (const one of pages) {
      at = one.address;
      try {
        await open(page, `${url}${at}`);
        for (const theme of themes) {
          await wear(page, theme);
          onTaken({ page: one, language, theme, png: await still(page) });
        }
      } catch (error) {
        faults.push(`${at} (${language}): ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await context.close();
  }
  return faults;
}
