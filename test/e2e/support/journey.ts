/** What every browser test needs: the stage, a browser, pages of people whose faults are kept to be looked at. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { CHROMIUM, launchBrowser, newContext, signInAs, type Looks } from '../../../scripts/stage/browser.ts';
import type { StagePerson } from '../../../scripts/stage/people.ts';

const stage = inject('stage');

export interface Way {
  /** Another way to the collector than straight. */
  url?: string;
  /** Statuses that this page may meet. */
  allowed?: readonly number[];
}

export interface Journey {
  url: () => string;
  dataDir: () => string;
  agency: () => { id: number; name: string };
  browser: () => Browser;
  /** A page of this person; its script faults and refused requests fail the test at its end. */
  as: (person: StagePerson, to?: string, looks?: Looks & Way) => Promise<Page>;
}

/** Faults of pages: what a script threw, and what the server refused that no test asked for. */
const faults: string[] = [];

/** Takes down what goes wrong on a page. @param allowed statuses that this page may meet */
export function watch(page: Page, allowed: readonly number[] = []): void {
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${String(error)}`));
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 400 && !allowed.includes(status)) faults.push(`${page.url()}: ${status} ${response.url()}`);
  });
}

/** Each test file's own browser over the run's one stage. */
export function journey(name: string, tests: (world: Journey) => void): void {
  describe.skipIf(stage === null)(`${name} (needs ${CHROMIUM}; Debian: apt-get install chromium)`, () => {
    let browser: Browser;
    /** Of who looks in the same way: what they loaded and that they are signed in stays from page to page. */
    const contexts = new Map<string, BrowserContext>();
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      expect(faults.splice(0)).toEqual([]);
    });
    const there = <Value>(value: Value | undefined): Value => {
      if (value === undefined) throw new Error('no stage');
      return value;
    };
    tests({
      url: () => there(stage?.url),
      dataDir: () => there(stage?.dataDir),
      agency: () => there(stage?.agency),
      browser: () => browser,
      async as(person, to = '/', looks = {}) {
        const { allowed, url = there(stage?.url), ...seen } = looks;
        const key = JSON.stringify([person, url, seen]);
        const context = contexts.get(key) ?? (await newContext(browser, seen));
        contexts.set(key, context);
        const page = await signInAs(context, url, person, to);
        // A machine that does other work besides is no fault of a page.
        page.setDefaultTimeout(90_000);
        watch(page, allowed);
        return page;
      },
    });
  });
}
