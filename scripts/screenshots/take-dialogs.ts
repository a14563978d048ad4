/** Opens each dialog in one language and takes it in its themes, over its page, as people see it. */
import type { Browser } from 'playwright-core';
import { newContext, signInAs } from '../stage/browser.ts';
import type { DialogThings } from '../stage/dialog-things.ts';
import { eachDialog } from '../stage/dialogs.ts';
import type { Language, Theme } from './settings.ts';
import { still, wear } from './take-pages.ts';

export interface TakenDialog {
  name: string;
  language: Language;
  theme: Theme;
  png: Buffer;
}

export interface DialogRound {
  url: string;
  things: DialogThings;
  language: Language;
  themes: readonly Theme[];
  /** Names of those that are wanted; undefined: all. */
  only: ReadonlySet<string> | undefined;
}

/** @returns what kept dialogs from being taken; the others are */
export async function takeDialogs(
  browser: Browser,
  { url, things, language, themes, only }: DialogRound,
  onTaken: (taken: TakenDialog) => void,
): Promise<string[]> {
  const first = themes[0] ?? 'light';
  const context = await newContext(browser, { language, theme: first });
  const faults: string[] = [];
  try {
    const page = await signInAs(context, url, 'admin');
    page.on('pageerror', (error) => faults.push(`${page.url()} (${language}): ${String(error)}`));
    await eachDialog(page, url, things, async ({ name, open }) => {
      if (only?.has(name) === false) return;
      const dialog = page.locator('dialog[open]');
      try {
        await open();
        await dialog.waitFor();
        await dialog.locator('.vg-loading').first().waitFor({ state: 'detached' });
        for (const theme of themes) {
          await wear(page, theme);
          onTaken({ name, language, theme, png: await still(page) });
        }
      } catch (error) {
        faults.push(`${name} (${language}): ${error instanceof Error ? error.message : String(error)}`);
      }
      await wear(page, first);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });
  } finally {
    await context.close();
  }
  return faults;
}
