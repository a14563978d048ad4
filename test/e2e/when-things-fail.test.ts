/**
 * What a person meets when something is wrong: the server is away or slow, their session or rights end, somebody else was
 * faster, the console was updated. Each says what happened, nothing is sent twice, and no typed text is lost.
 */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { newContext, settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey, watch } from './support/journey.ts';
import { Line } from './support/line.ts';

const TYPED = 'Câu đang viết dở, chưa gửi';

const caseSchema = z.object({ title: z.string(), summary: z.string() });
const notesSchema = z.object({ notes: z.array(z.object({ text: z.string() })) });

journey('when things fail', ({ as, url, browser }) => {
  let line: Line;
  let client: SiteClient;
  let number: string;
  const notes = async () =>
    notesSchema.parse(await client.call('GET', `/cases/${number}/notes`)).notes.map(({ text }) => text);
  const noteOn = async (page: Page, text: string): Promise<void> => {
    await page.getByTestId('case-note').fill(text);
  };

  beforeAll(async () => {
    line = await Line.open(url());
    client = new SiteClient(url());
    await client.signIn('admin', STAGE_PASSWORD);
    ({ number } = z
      .object({ number: z.string() })
      .parse(await client.call('POST', '/cases', { title: 'Khi có sự cố', checklist: false })));
  });
  afterAll(() => line?.close());

  test('the server is away: said, kept, and sent once when it is back', async () => {
    const page = await as('tran.binh', `/cases/${number}?tab=notes`, { url: line.url });
    const sentence = `${TYPED} ${randomUUID()}`;
    await noteOn(page, sentence);
    line.cut();
    await page.getByTestId('case-note-submit').click();
    await page.locator('.vg-toast[data-kind="error"]').waitFor();
    await page.locator('.vg-lost-bar').waitFor();
    expect(await page.getByTestId('case-note').inputValue()).toBe(sentence);
    // A page that was not read yet says so, and can be tried again.
    await page.getByTestId('nav-alerts').click();
    await page.locator('main [role="alert"]').filter({ hasText: /\S/u }).first().waitFor();
    await page.goBack();
    expect(await page.getByTestId('case-note').inputValue()).toBe(sentence);
    line.restore();
    await page.locator('.vg-lost-bar button').click();
    await page.locator('.vg-lost-bar').waitFor({ state: 'detached' });
    await page.getByTestId('case-note-submit').click();
    await expect.poll(() => page.getByTestId('case-note').inputValue()).toBe('');
    expect((await notes()).filter((text) => text === sentence)).toHaveLength(1);
  });

  test('the server is slow: its work is seen, and a second click is no second act', async () => {
    const page = await as('tran.binh', `/cases/${number}?tab=notes`, { url: line.url });
    const sentence = `${TYPED} ${randomUUID()}`;
    await noteOn(page, sentence);
    line.hold();
    const submit = page.getByTestId('case-note-submit');
    await submit.click();
    await page.locator('[data-testid="case-note-submit"].ant-btn-loading').waitFor();
    await submit.click({ force: true });
    await page.getByTestId('case-note').press('Control+Enter');
    await submit.dispatchEvent('click');
    line.restore();
    await expect.poll(() => page.getByTestId('case-note').inputValue()).toBe('');
    expect((await notes()).filter((text) => text === sentence)).toHaveLength(1);
    // A dialog waits visibly too, with what was typed in it.
    await page.getByTestId('case-edit').click();
    line.hold();
    await page.getByTestId('case-edit-form-submit').click();
    await page.locator('[data-testid="case-edit-form-submit"].ant-btn-loading').waitFor();
    await page.getByTestId('case-edit-form').locator('input').first().press('Enter');
    line.restore();
    await page.getByTestId('case-edit-form').waitFor({ state: 'detached' });
  });

  test('the session ends while somebody types: the same place and the same words after signing in', async () => {
    const page = await as('tran.binh', `/cases/${number}?tab=notes`, { allowed: [401] });
    await noteOn(page, TYPED);
    await page.context().clearCookies({ name: '__Host-vonggac' });
    await page.getByTestId('case-note-submit').click();
    await page.getByTestId('session-expired').waitFor();
    expect(await page.content()).not.toContain(TYPED);
    await page.getByTestId('login-username').fill('tran.binh');
    await page.getByTestId('login-password').fill(STAGE_PASSWORD);
    await page.getByTestId('login-submit').click();
    await page.getByTestId('case-note').waitFor();
    expect(await page.getByTestId('case-note').inputValue()).toBe(TYPED);
  });

  test('rights are taken while a page is open: said, and what was typed can be taken along', async () => {
    const username = `tam.${randomUUID().slice(0, 8)}`;
    const { invitation } = z
      .object({ invitation: z.string() })
      .parse(await client.call('POST', '/users', { username, role: 'analyst' }));
    await new SiteClient(url()).call('POST', '/invitations/accept', { invitation, password: STAGE_PASSWORD });
    const context = await newContext(browser());
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    watch(page, [401]);
    const signIn = async (): Promise<void> => {
      await page.getByTestId('login-username').fill(username);
      await page.getByTestId('login-password').fill(STAGE_PASSWORD);
      await page.getByTestId('login-submit').click();
    };
    await page.goto(`${url()}/cases/${number}?tab=notes`);
    await signIn();
    await noteOn(page, TYPED);
    await client.call('PATCH', `/users/${username}`, { role: 'auditor' });
    await page.getByTestId('case-note-submit').click();
    await page.getByTestId('session-expired').waitFor();
    await signIn();
    await page.locator('.vg-toast[data-kind="error"] .vg-toast-action').click();
    await page.locator('.vg-toast[data-kind="done"]').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(TYPED);
    expect(await page.getByTestId('case-note').count()).toBe(0);
    await context.close();
  });

  test('somebody else was faster: a case shows both changes', async () => {
    const page = await as('tran.binh', `/cases/${number}`, { allowed: [412] });
    await page.getByTestId('case-edit').click();
    const form = page.getByTestId('case-edit-form');
    await form.locator('textarea').fill(TYPED);
    await client.call('PATCH', `/cases/${number}`, { title: 'Tên mới của người khác' });
    await page.getByTestId('case-edit-form-submit').click();
    await form.locator('.vg-form-error').filter({ hasText: /\S/u }).waitFor();
    await expect.poll(() => form.locator('input').first().inputValue()).toBe('Tên mới của người khác');
    expect(await form.locator('textarea').inputValue()).toBe(TYPED);
    await page.getByTestId('case-edit-form-submit').click();
    await form.waitFor({ state: 'detached' });
    expect(caseSchema.parse(await client.call('GET', `/cases/${number}`))).toEqual({
      title: 'Tên mới của người khác',
      summary: TYPED,
    });
  });

  test('somebody else was faster with a rule and a dossier: said, and what was typed is still there', async () => {
    const page = await as('le.ha', '/', { allowed: [412] });
    const id = randomUUID();
    const text = (level: string): string =>
      `title: Faster ${id.slice(0, 8)}\nid: ${id}\nstatus: experimental\ndescription: Of a test.\ndate: 2026-11-26\nlogsource:\n  category: webserver\ndetection:\n  selection:\n    cs-uri-stem: /${id}\n  condition: selection\nfalsepositives:\n  - None\nlevel: ${level}\n`;
    await client.call('POST', '/rules', { text: text('low'), why: 'thử' });
    await page.goto(`${url()}/rules/${id}/edit`);
    const editor = page.getByTestId('rule-text').locator('textarea');
    await editor.fill(text('medium'));
    await client.call('POST', `/rules/${id}/versions`, {
      text: text('high'),
      why: 'nhanh hơn',
      activate: false,
    });
    await page.locator('[data-testid="rule-save"]:enabled').click();
    await page.getByTestId('rule-save-why').fill(TYPED);
    await page.getByTestId('rule-save-form-submit').click();
    await page.getByTestId('rule-save-form').locator('.vg-form-error').filter({ hasText: /\S/u }).waitFor();
    expect(await page.getByTestId('rule-save-why').inputValue()).toBe(TYPED);
    expect(await editor.inputValue()).toBe(text('medium'));
    await page.getByTestId('rule-save-form-submit').click();
    await page.getByTestId('rule-panel').waitFor();

    const { systems } = z
      .object({ systems: z.array(z.object({ id: z.number() })) })
      .parse(await client.call('GET', '/systems'));
    const system = systems[0]?.id ?? 0;
    const { dossiers } = z
      .object({ dossiers: z.array(z.object({ id: z.number() })) })
      .parse(await client.call('GET', `/systems/${system}/dossiers`));
    await page.goto(`${url()}/compliance/systems/${system}?tab=dossier`);
    await page.getByTestId('dossier-edit').click();
    const form = page.getByTestId('dossier-form');
    const area = form.locator('textarea').first();
    await area.fill(TYPED);
    const mark = `Quyết định ${id.slice(0, 8)}`;
    await client.call('PATCH', `/dossiers/${dossiers[0]?.id}`, {
      appraisalNumber: mark,
      reason: 'bổ sung',
    });
    await page.getByTestId('dossier-form-submit').click();
    await form.locator('.vg-form-error').filter({ hasText: /\S/u }).waitFor();
    await expect
      .poll(() => form.locator('input').evaluateAll((all) => all.map((one) => Reflect.get(one, 'value'))))
      .toContain(mark);
    expect(await area.inputValue()).toBe(TYPED);
  });

  test('the console was updated: the page that is gone says so, and a reload brings back what was typed', async () => {
    const page = await as('tran.binh', `/cases/${number}?tab=notes`, { allowed: [404] });
    await noteOn(page, TYPED);
    // As after an update: the server has not that file any more.
    await page.route('**/assets/hosts-page-*.js', (route) =>
      route.fulfill({ status: 404, body: 'Not Found' }),
    );
    await page.getByTestId('nav-hosts').click();
    await page.getByTestId('page-missing').waitFor();
    // Tried again while it is still not there, it says so again.
    await page.getByTestId('page-missing').locator('button').first().click();
    await page.getByTestId('page-missing').waitFor();
    await page.unroute('**/assets/hosts-page-*.js');
    await page.getByTestId('page-reload').click();
    await page.getByTestId('host-row').first().waitFor();
    await page.goBack();
    await page.getByTestId('case-note').waitFor();
    expect(await page.getByTestId('case-note').inputValue()).toBe(TYPED);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await settled(page);
  });
});
