/** The working day in a real browser against the real collector: what an analyst, a leader and an agency's viewer do. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey } from './support/journey.ts';

const standings = z.object({
  systems: z.array(z.object({ score: z.record(z.string(), z.unknown()) })),
});

/** Statuses of the page, and the API's names of their sums. */
const STATUSES = {
  met: 'met',
  partly: 'partly',
  'not-met': 'notMet',
  'not-assessed': 'notAssessed',
  'not-applicable': 'notApplicable',
} as const;

/** The first number in a text, whatever groups its digits. */
const numberIn = (text: string): number =>
  Number(/\d[\d.]*/u.exec(text)?.[0].replaceAll('.', '') ?? Number.NaN);

const rowAt = (page: Page, index: number) => page.getByTestId('alert-row').nth(index);

journey('an analyst', ({ as }) => {
  test('takes an alert, closes it with a reason and takes that back, by keys', async () => {
    const page = await as('tran.binh', '/alerts');
    await settled(page);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const panel = page.getByTestId('alert-panel');
    await panel.waitFor();
    await page.getByTestId('detection').first().waitFor();
    await page.keyboard.press('e');
    await page.getByTestId('alert-acknowledge').waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await page.getByTestId('close-note').fill('Đã hỏi người phụ trách: việc nằm trong kế hoạch.');
    await page.getByTestId('close-form-submit').click();
    await page.getByTestId('alert-reopen').waitFor();
    await page.locator('.vg-toast-action').last().click();
    await page.getByTestId('alert-close').waitFor();
    expect(await page.getByTestId('close-form').count()).toBe(0);
  });

  test('keeps what was typed when the dialog is left and the line is cut', async () => {
    const page = await as('tran.binh', '/alerts');
    await settled(page);
    await rowAt(page, 0).click();
    await page.getByTestId('alert-close').click();
    await page.getByTestId('close-note').fill('Câu đang viết dở');
    await page.context().setOffline(true);
    await page.getByTestId('close-form-submit').click();
    await page.locator('.vg-form-error').filter({ hasText: /\S/u }).waitFor();
    await page.keyboard.press('Escape');
    await page.context().setOffline(false);
    await page.getByTestId('alert-close').click();
    expect(await page.getByTestId('close-note').inputValue()).toBe('Câu đang viết dở');
  });

  test('acts on many after a look, and takes it back', async () => {
    const page = await as('tran.binh', '/alerts');
    await settled(page);
    // What is high or critical waits for a second person.
    const medium = page.locator('[data-testid="alert-row"][data-severity="medium"]');
    await medium.nth(2).waitFor();
    // By their names: an alert that comes meanwhile moves the rows on. One may change meanwhile: then it is left out.
    const rows = await medium.evaluateAll((all) => all.map((row) => row.getAttribute('data-alert-id')));
    for (const id of rows.slice(-3))
      await page.locator(`[data-alert-id="${id}"] input[type=checkbox]`).check();
    await page.getByTestId('bulk-open').click();
    await page.getByTestId('bulk-act').selectOption('close');
    await page.getByTestId('bulk-reason').fill('Đợt cập nhật đêm qua');
    await page.getByTestId('bulk-preview').click();
    await page.getByTestId('bulk-look').waitFor();
    await page.getByTestId('bulk-form-submit').click();
    await page.getByTestId('bulk-done').waitFor();
    expect(numberIn(await page.getByTestId('bulk-done').innerText())).toBeGreaterThanOrEqual(2);
    await page.getByTestId('bulk-undo').click();
    await page.getByTestId('bulk-undo').waitFor({ state: 'detached' });
  });

  test('finds events by words, and goes on from a value of one', async () => {
    const page = await as('tran.binh', '/events');
    await page.getByTestId('hunt-query').fill('"Failed password"');
    await page.getByTestId('hunt-run').click();
    const rows = page.getByTestId('event-row');
    await rows.first().waitFor();
    await rows.first().click();
    await page.getByTestId('event-detail').first().waitFor();
    await page.getByTestId('pivot-include').first().click();
    await expect.poll(() => page.getByTestId('hunt-query').inputValue()).toMatch(/Failed password.* and /su);
    await rows.first().waitFor();
    expect(new URL(page.url()).search).toContain('and');
  });

  test('keeps a filter under a name, begins with it, sees that it was changed, and deletes it', async () => {
    const page = await as('tran.binh', '/alerts?severity=high');
    await settled(page);
    const menu = page.getByTestId('view-menu');
    const choose = async (words: string): Promise<void> => {
      await page.keyboard.press('v');
      await page.getByRole('menuitem', { name: words }).click();
    };
    await choose('Lưu thành bộ lọc mới');
    await page.getByTestId('view-name').fill('Ca sáng');
    await page.getByTestId('view-first').check();
    await page.getByTestId('view-form-submit').click();
    await menu.filter({ hasText: 'Ca sáng' }).waitFor();
    // Where the address asks for nothing, the page begins with it.
    await page.getByTestId('nav-hosts').click();
    await page.getByTestId('nav-alerts').click();
    await menu.filter({ hasText: 'Ca sáng' }).waitFor();
    expect(new URL(page.url()).searchParams.get('severity')).toBe('high');
    await settled(page);
    expect(await page.locator('[data-testid="alert-row"]:not([data-severity="high"])').count()).toBe(0);
    const address = new URL(page.url());
    address.searchParams.set('severity', 'high,critical');
    await page.goto(address.href);
    await menu.filter({ hasText: 'đã đổi' }).waitFor();
    await choose('Trở lại như đã lưu');
    await menu.filter({ hasNotText: 'đã đổi' }).waitFor();
    expect(new URL(page.url()).searchParams.get('severity')).toBe('high');
    await choose('Xóa');
    await menu.filter({ hasNotText: 'Ca sáng' }).waitFor();
    await page.locator('.vg-toast-action').last().click();
    await menu.filter({ hasText: 'Ca sáng' }).waitFor();
    await choose('Xóa');
    await menu.filter({ hasNotText: 'Ca sáng' }).waitFor();
  });
});

journey('compliance', ({ as, url }) => {
  test('the page has the totals that the API and so the reports have', async () => {
    const page = await as('le.ha', '/compliance');
    await settled(page);
    const client = new SiteClient(url());
    await client.signIn('do.kiem', STAGE_PASSWORD);
    const { systems } = standings.parse(await client.call('GET', '/compliance/assessments?limit=500'));
    expect(systems.length).toBe(10);
    expect(await page.getByTestId('system-row').count()).toBe(10);
    for (const [status, field] of Object.entries(STATUSES)) {
      const asked = systems.reduce((sum, { score }) => sum + Number(score[field]), 0);
      expect({ status, shown: numberIn(await page.getByTestId(`sum-${status}`).innerText()) }).toEqual({
        status,
        shown: asked,
      });
    }
  });

  test('a report is begun and taken home as a file', async () => {
    const page = await as('le.ha', '/compliance/reports');
    await settled(page);
    await page.getByTestId('report-new').click();
    // The collector itself begins what is due: this one is long past.
    await page.getByTestId('report-kind').selectOption('monthly');
    await page.getByTestId('report-form').locator('input').fill('2026-01');
    await page.getByTestId('report-form-submit').click();
    await page.getByTestId('report-panel').waitFor();
    const [taken] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('report-docx').click(),
    ]);
    expect(taken.suggestedFilename()).toMatch(/\.docx$/u);
    const bytes = await readFile(await taken.path());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(bytes.length).toBeGreaterThan(5_000);
  });
});

journey("an agency's viewer", ({ as, agency, url }) => {
  test('sees what is theirs, and nothing to act with', async () => {
    const page = await as('ngo.xem', '/hosts', { language: 'en' });
    await settled(page);
    const client = new SiteClient(url());
    await client.signIn('ngo.xem', STAGE_PASSWORD);
    const { agents } = z
      .object({ agents: z.array(z.object({ agencyName: z.string() })) })
      .parse(await client.call('GET', '/agents'));
    expect(new Set(agents.map(({ agencyName }) => agencyName))).toEqual(new Set([agency().name]));
    expect(await page.locator('main').innerText()).toContain(agency().name);
    await page.goto(`${url()}/alerts`);
    await settled(page);
    await rowAt(page, 0).click();
    await page.getByTestId('alert-panel').waitFor();
    expect(await page.getByTestId('alert-close').count()).toBe(0);
    await page.goto(`${url()}/administration/join-tokens`);
    await page.locator('main .vg-empty').waitFor();
  });
});
