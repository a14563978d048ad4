/**
 * Every dialog, by keyboard: what opens one says so (`aria-haspopup="dialog"`), so each is found on its page. Focus begins on
 * the first field or on the button that does nothing, nothing stands in anybody's way, Escape closes, and the focus is
 * where it was.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { follow, settled, visitPlaces } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { allBarriers } from './support/barriers.ts';
import { journey } from './support/journey.ts';

/** Of those that must be among the opened: some of each room, so that what stops finding them is noticed. */
const AMONG = [
  'assign-form',
  'attest-form',
  'bulk-form',
  'bulk-response',
  'case-close-form',
  'case-edit-form',
  'case-form',
  'case-merge-form',
  'case-split-form',
  'close-form',
  'create-join-token',
  'dossier-form',
  'edit-person',
  'exception-form',
  'gap-form',
  'handover-form',
  'hunt-save-form',
  'hunt-schedule-form',
  'incident-form',
  'indicator-form',
  'invite-person',
  'move-hosts',
  'questionnaire',
  'report-amend-form',
  'report-lock-form',
  'report-sent-form',
  'request-form',
  'response-approve',
  'response-request',
  'revoke-hosts',
  'rule-save-form',
  'rule-scope-form',
  'rule-state-form',
  'told-form',
];

const idOf = z.object({ id: z.union([z.string(), z.number()]) });

/** What the focus is on: whether in the dialog, on a field, in its head, on what sends it. */
const FOCUS = `(() => {
  const at = document.activeElement;
  const dialog = document.querySelector('dialog[open]');
  return {
    inside: dialog?.contains(at) ?? false,
    field: at.matches('input, select, textarea'),
    head: at.closest('.vg-dialog-head') !== null,
    sends: at.matches('[type="submit"]'),
    fields: [...(dialog?.querySelectorAll('input, select, textarea') ?? [])].some((one) => !one.disabled && one.checkVisibility()),
    others: [...(dialog?.querySelectorAll('.vg-form-actions button:not([type="submit"])') ?? [])].length,
    wide: (dialog?.getBoundingClientRect().right ?? 0) > document.documentElement.clientWidth,
    form: dialog?.querySelector('[data-testid]')?.getAttribute('data-testid') ?? '',
  };
})()`;
const focusSchema = z.object({
  inside: z.boolean(),
  field: z.boolean(),
  head: z.boolean(),
  sends: z.boolean(),
  fields: z.boolean(),
  others: z.number(),
  wide: z.boolean(),
  form: z.string(),
});

const focusOf = async (page: Page) => focusSchema.parse(await page.evaluate(FOCUS));

/** What is wrong with the dialog that this opens. @returns the dialog's name too */
async function tryDialog(page: Page, open: () => Promise<void>, isBack: () => Promise<boolean>) {
  await open();
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor();
  await dialog.locator('.vg-loading').first().waitFor({ state: 'detached' });
  const focus = await focusOf(page);
  const faults: string[] = [];
  if (!focus.inside) faults.push('focus is not inside');
  if (focus.fields && !focus.field) faults.push('focus does not begin on a field');
  if (!focus.fields && focus.others > 0 && (focus.head || focus.sends))
    faults.push('focus is not on the safe button');
  if (focus.wide) faults.push('is wider than the window');
  for (const { text } of await allBarriers(page, 'dialog[open]')) faults.push(text);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  if (!(await isBack()))
    faults.push(
      `focus is not given back: ${String(await page.evaluate('document.activeElement.outerHTML.slice(0, 120)'))}`,
    );
  return { form: focus.form, faults };
}

journey('every dialog', ({ as, url, agency }) => {
  test('opens and closes by keyboard, begins on its first field and has no barrier', async () => {
    const client = new SiteClient(url());
    await client.signIn('tran.binh', STAGE_PASSWORD);
    const mark = `hop-thoai-${randomUUID().slice(0, 8)}`;
    const make = async (way: string, body: unknown): Promise<string> =>
      String(idOf.parse(await client.call('POST', way, body)).id);
    const { alerts } = z
      .object({
        alerts: z.array(z.object({ id: z.string(), ruleId: z.string(), agentId: z.string().nullable() })),
      })
      .parse(await client.call('GET', '/alerts?limit=100'));
    const withHost = alerts.find(({ agentId, ruleId }) => agentId !== null && !ruleId.startsWith('house-'));
    if (withHost === undefined) throw new Error('no alert of a host');
    const { number } = z
      .object({ number: z.string() })
      .parse(await client.call('POST', '/cases', { title: 'Hộp thoại', checklist: true }));
    await client.call('POST', `/cases/${number}/clocks`, { kind: 'vn-2026-24h' });
    await client.call('PATCH', `/cases/${number}/incident`, { signs: 'Tệp bị mã hóa' });
    const hunt = await make('/hunts', { name: mark, query: 'root' });
    const indicator = await make('/indicators', { value: `${mark}.example` });
    const request = await make('/requests', { alertIds: [withHost.id] });
    const exception = await make('/exceptions', {
      name: mark,
      fields: { 'user.name': mark },
      rules: [withHost.ruleId],
      agencyId: agency().id,
      reason: 'đã biết',
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    await make('/responses', {
      agentId: withHost.agentId,
      command: { action: 'isolate', durationMs: 60_000 },
      reason: 'hộp thoại',
    });

    const year = randomInt(2_001, 2_024);
    const lead = new SiteClient(url());
    await lead.signIn('le.ha', STAGE_PASSWORD);
    const reports = await Promise.all(
      // No other test asks for a year so long ago.
      [`${year}-10`, `${year}-11`].map(async (period) =>
        String(
          idOf.parse(await lead.call('POST', '/reports', { kind: 'monthly', period, agencyId: agency().id }))
            .id,
        ),
      ),
    );
    await lead.call('POST', `/reports/${reports[0]}/lock`, {});
    const admin = new SiteClient(url());
    await admin.signIn('admin', STAGE_PASSWORD);
    await admin.call('POST', '/join-tokens', { agencyId: agency().id });
    const { systems } = z.object({ systems: z.array(idOf) }).parse(await client.call('GET', '/systems'));
    const system = `/compliance/systems/${String(systems[0]?.id)}`;

    // A control without a plan has none to read.
    const page = await as('admin', '/', { allowed: [404] });
    const opened = new Set<string>();
    const faults: Record<string, string[]> = {};
    const seen = new Set<string>();
    /** On the page that is open. */
    const tryAll = async (place: string): Promise<void> => {
      const openers = page.locator('[aria-haspopup="dialog"]:visible:enabled');
      for (let n = 0; n < (await openers.count()); n += 1) {
        const opener: Locator = openers.nth(n);
        const label = (await opener.getAttribute('data-testid')) ?? (await opener.innerText()).trim();
        const name = `${place.split('/')[1]?.split('?')[0]}: ${label}`;
        // Each row of a list has the same, and each page of a room.
        if (seen.has(name)) continue;
        seen.add(name);
        const handle = await opener.elementHandle();
        const found = await tryDialog(
          page,
          async () => {
            await opener.focus();
            await page.keyboard.press('Enter');
          },
          async () => (await handle?.evaluate((one) => one === one.ownerDocument.activeElement)) ?? false,
        );
        opened.add(found.form);
        if (found.faults.length > 0) faults[name] = found.faults;
      }
    };
    const walk = async (place: string, before?: () => Promise<void>): Promise<void> => {
      await follow(page, place);
      await before?.();
      await tryAll(place);
    };
    await visitPlaces(page, tryAll);
    const choose = (row: string) => async () => {
      await page.getByTestId(row).first().waitFor();
      for (const box of await page
        .getByTestId(row)
        .locator('input[type=checkbox]')
        .all()
        .then((all) => all.slice(0, 2)))
        await box.check();
    };
    await walk('/hosts', choose('host-row'));
    await walk('/alerts', choose('alert-row'));
    await walk('/rules', choose('rule-row'));
    const panel = (testId: string) => () => page.getByTestId(testId).waitFor();
    await walk(`/alerts/${withHost.id}`, panel('alert-panel'));
    for (const tab of ['timeline', 'tasks', 'alerts', 'items', 'files', 'history'])
      await walk(`/cases/${number}?tab=${tab}`);
    await walk(`/cases/${number}?tab=incident`, panel('told-add'));
    await walk(`/requests/${request}`, panel('request-panel'));
    await walk(`/hunts/${hunt}`, panel('hunt-panel'));
    await walk(`/indicators/${indicator}`, panel('indicator-panel'));
    await walk(`/exceptions/${exception}`, panel('exception-panel'));
    await walk(`/hosts/${withHost.agentId ?? ''}`);
    await walk('/events?q=root', () => page.getByTestId('hunt-save').waitFor());
    await walk('/rules/new');
    await walk('/administration/people?person=tran.binh', panel('person-edit'));
    await walk(`${system}?tab=dossier`, panel('dossier'));
    await walk(`${system}?control=GV-01`, panel('control-panel'));
    for (const report of reports) await walk(`/compliance/reports/${report}`, panel('report-panel'));
    for (const [list, row] of [
      ['/rules', 'rule-row'],
      ['/compliance/attestations', 'attestation-row'],
    ] as const) {
      await follow(page, list);
      const link = page.getByTestId(row).first().locator('a').first();
      await walk((await link.getAttribute('href')) ?? list, () => settled(page));
    }
    // Chosen from a menu, which gives the focus to its button first.
    for (const nth of [1, 2]) {
      await page.goto(`${url()}/cases/${number}`);
      const menu = page.getByTestId('case-more');
      const handle = await menu.elementHandle();
      const found = await tryDialog(
        page,
        async () => {
          await menu.click();
          await page.getByRole('menuitem').nth(nth).click();
        },
        async () => (await handle?.evaluate((one) => one === one.ownerDocument.activeElement)) ?? false,
      );
      opened.add(found.form);
      if (found.faults.length > 0) faults[`menu ${nth}`] = found.faults;
    }
    const keys: Record<string, string> = { '?': 'keys', 'Control+k': 'palette' };
    for (const [key, name] of Object.entries(keys)) {
      await page.goto(`${url()}/alerts`);
      await settled(page);
      const found = await tryDialog(
        page,
        () => page.keyboard.press(key),
        () => Promise.resolve(true),
      );
      if (found.faults.length > 0) faults[name] = found.faults;
    }
    expect(faults).toEqual({});
    expect(AMONG.filter((form) => !opened.has(form))).toEqual([]);
  }, 400_000);
});
