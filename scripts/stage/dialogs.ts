/**
 * Every dialog of the console, by the keyboard: the one list for tests and pictures. What opens a dialog says so
 * (`aria-haspopup="dialog"`), so each is found on its page; what has to be chosen or opened first is in ROOMS.
 */
import type { Locator, Page } from 'playwright-core';
import { follow, settled, visitPlaces } from './browser.ts';
import type { DialogThings } from './dialog-things.ts';

export interface OpenableDialog {
  /** Letters, digits and hyphens: its room and what opens it; the same in each language where that has a test's name. */
  name: string;
  /** The dialog is there afterwards, and may still be loading. */
  open: () => Promise<void>;
  /** Whether the focus is on what opened it; always, where a key did. */
  isBack: () => Promise<boolean>;
}

interface Room {
  place: string;
  /** Chooses rows or waits for a panel. */
  before?: (page: Page) => Promise<void>;
}

const panel =
  (testId: string) =>
  (page: Page): Promise<void> =>
    page.getByTestId(testId).waitFor();

/** Ticks the first two rows. */
const choose =
  (row: string) =>
  async (page: Page): Promise<void> => {
    await page.getByTestId(row).first().waitFor();
    const boxes = await page.getByTestId(row).locator('input[type=checkbox]').all();
    for (const box of boxes.slice(0, 2)) await box.check();
  };

/** Places beyond those that the rail and the tabs lead to. */
const roomsOf = (things: DialogThings): Room[] => [
  { place: '/hosts', before: choose('host-row') },
  { place: '/alerts', before: choose('alert-row') },
  { place: '/rules', before: choose('rule-row') },
  { place: `/alerts/${things.alert}`, before: panel('alert-panel') },
  ...['timeline', 'tasks', 'alerts', 'items', 'files', 'history'].map((tab) => ({
    place: `/cases/${things.case}?tab=${tab}`,
  })),
  { place: `/cases/${things.case}?tab=incident`, before: panel('told-add') },
  { place: `/requests/${things.request}`, before: panel('request-panel') },
  { place: `/hunts/${things.hunt}`, before: panel('hunt-panel') },
  { place: `/indicators/${things.indicator}`, before: panel('indicator-panel') },
  { place: `/exceptions/${things.exception}`, before: panel('exception-panel') },
  { place: `/hosts/${things.host}` },
  { place: '/events?q=root', before: panel('hunt-save') },
  { place: '/rules/new' },
  { place: '/administration/people?person=tran.binh', before: panel('person-edit') },
  { place: `/compliance/systems/${things.system}?tab=dossier`, before: panel('dossier') },
  { place: `/compliance/systems/${things.system}?control=GV-01`, before: panel('control-panel') },
  ...things.reports.map((report) => ({
    place: `/compliance/reports/${report}`,
    before: panel('report-panel'),
  })),
];

/** Lists whose first row is opened. */
const LISTS = [
  { list: '/rules', row: 'rule-row' },
  { list: '/compliance/attestations', row: 'attestation-row' },
] as const;

/** Of a case's menu, which gives the focus to its button first. */
const MENU_ITEMS = [1, 2];
const KEYS: Readonly<Record<string, string>> = { '?': 'keys', 'Control+k': 'palette' };

/** As a part of a file's name. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/gu, 'd')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');

async function hasFocus(handle: Awaited<ReturnType<Locator['elementHandle']>>): Promise<boolean> {
  return (await handle?.evaluate((one) => one === one.ownerDocument.activeElement)) ?? false;
}

/**
 * @param page of somebody who may do everything @param url of the collector
 * @param visit opens the dialog and closes it again
 */
export async function eachDialog(
  page: Page,
  url: string,
  things: DialogThings,
  visit: (dialog: OpenableDialog) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  /** On the page that is open. */
  const visitHere = async (place: string): Promise<void> => {
    const openers = page.locator('[aria-haspopup="dialog"]:visible:enabled');
    for (let n = 0; n < (await openers.count()); n += 1) {
      const opener = openers.nth(n);
      const label = (await opener.getAttribute('data-testid')) ?? (await opener.innerText()).trim();
      const name = `${place.split('/')[1]?.split('?')[0]}-${plain(label)}`;
      // Each row of a list has the same, and each page of a room.
      if (seen.has(name)) continue;
      seen.add(name);
      const handle = await opener.elementHandle();
      await visit({
        name,
        open: async () => {
          await opener.focus();
          await page.keyboard.press('Enter');
        },
        isBack: () => hasFocus(handle),
      });
    }
  };
  const walk = async ({ place, before }: Room): Promise<void> => {
    await follow(page, place);
    await before?.(page);
    await visitHere(place);
  };
  await visitPlaces(page, visitHere);
  for (const room of roomsOf(things)) await walk(room);
  for (const { list, row } of LISTS) {
    await follow(page, list);
    const link = page.getByTestId(row).first().locator('a').first();
    await walk({ place: (await link.getAttribute('href')) ?? list, before: settled });
  }
  for (const nth of MENU_ITEMS) {
    await page.goto(`${url}/cases/${things.case}`);
    const menu = page.getByTestId('case-more');
    const handle = await menu.elementHandle();
    await visit({
      name: `case-menu-${nth}`,
      open: async () => {
        await menu.click();
        await page.getByRole('menuitem').nth(nth).click();
      },
      isBack: () => hasFocus(handle),
    });
  }
  for (const [key, name] of Object.entries(KEYS)) {
    await page.goto(`${url}/alerts`);
    await settled(page);
    await visit({ name, open: () => page.keyboard.press(key), isBack: () => Promise.resolve(true) });
  }
}
