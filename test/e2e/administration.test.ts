/** An administrator's work in a real browser: a person is invited and comes in, a token is made, used and revoked. */
import { expect, test } from 'vitest';
import { newContext, settled } from '../../scripts/stage/browser.ts';
import { journey, watch } from './support/journey.ts';

const OWN_PASSWORD = 'mùa lúa chín trên đồng';

journey('an administrator', ({ as, agency, browser, url }) => {
  test('invites an analyst, who comes in by the link and sees her agency only', async () => {
    const page = await as('admin', '/administration/agencies');
    const province = (await page.getByTestId('agency-row').first().locator('a').innerText()).trim();
    await page.getByTestId('tab-administration/people').click();
    await page.getByTestId('people-invite').click();
    await page.getByTestId('person-username').fill('hoang.mai');
    await page.getByTestId('person-name').fill('Hoàng Mai');
    await page.getByTestId('person-role').selectOption('analyst');
    await page.getByTestId('person-agency').selectOption(String(agency().id));
    await page.getByTestId('invite-person-submit').click();
    const link = (await page.getByTestId('invitation-link').innerText()).trim();
    await page.getByTestId('invitation-link-close').click();
    await page.locator('[data-username="hoang.mai"][data-state="invited"]').waitFor();

    const hers = await (await newContext(browser())).newPage();
    // Nobody is signed in there yet.
    watch(hers, [401]);
    await hers.goto(link);
    await hers.getByTestId('invitation-password').fill('hoang.mai 2026');
    await hers.getByTestId('invitation-submit').click();
    expect(await hers.locator('.vg-rules-list [data-missed=true]').count()).toBe(1);
    await hers.getByTestId('invitation-password').fill(OWN_PASSWORD);
    await hers.getByTestId('invitation-submit').click();
    // She is asked for nothing again: the picture to scan is one step away.
    await hers.getByTestId('second-factor-submit').click();
    await hers.getByTestId('second-factor-secret').waitFor();
    await hers.goto(`${url()}/administration/agencies`);
    await settled(hers);
    expect(await hers.getByTestId('agency-row').first().innerText()).toContain(agency().name);
    expect(await hers.content()).not.toContain(province);

    const late = await (await newContext(browser())).newPage();
    watch(late, [401, 404]);
    await late.goto(link);
    await late.getByTestId('invitation-gone').waitFor();
  });

  test('disables a person and takes that back', async () => {
    const page = await as('admin', '/administration/people?person=do.kiem');
    await page.getByTestId('person-disable').click();
    await page.getByTestId('person-act-submit').click();
    await page.locator('[data-username="do.kiem"][data-state="disabled"]').waitFor();
    await page.locator('.vg-toast-action').last().click();
    await page.locator('[data-username="do.kiem"][data-state="active"]').waitFor();
    expect(await page.getByTestId('person-enable').count()).toBe(0);
  });

  test('makes a token that a program uses, and revokes it', async () => {
    const page = await as('admin', '/administration/api-tokens');
    await page.getByTestId('new-api-token').click();
    await page.getByTestId('api-token-name').fill('xuất cảnh báo');
    await page.getByTestId('api-token-agency').selectOption(String(agency().id));
    await page.getByTestId('api-token-kind').selectOption('choose');
    await page.getByTestId('right-alert:read').check();
    await page.getByTestId('make-api-token-submit').click();
    const token = (await page.getByTestId('made-api-token').innerText()).trim();
    await page.getByTestId('made-api-token-close').click();

    const program = await newContext(browser());
    const ask = async (path: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await program.request.get(`${url()}/api/v1${path}`, { headers })).status();
    };
    expect([await ask('/alerts'), await ask('/events'), await ask('/users')]).toEqual([200, 403, 403]);

    await page.locator('[data-testid="api-token-row"][data-name="xuất cảnh báo"] a').click();
    await page.getByTestId('api-token-revoke').click();
    await page.getByTestId('revoke-api-token-submit').click();
    await page.locator('[data-name="xuất cảnh báo"][data-state="revoked"]').waitFor();
    expect(await ask('/alerts')).toBe(401);
  });

  test('merges two agencies after a look, and takes that back', async () => {
    const page = await as('admin', '/administration/agencies');
    for (const name of ['Ban Tạm Một', 'Ban Tạm Hai']) {
      await page.getByTestId('agency-add').click();
      await page.getByTestId('agency-name').fill(name);
      await page.getByTestId('agency-kind').selectOption('unit');
      await page.getByTestId('agency-form-submit').click();
      await page.getByTestId('agency-row').filter({ hasText: name }).waitFor();
    }
    await page.getByTestId('agency-row').filter({ hasText: 'Ban Tạm Một' }).locator('a').click();
    await page.getByTestId('agency-merge').click();
    await page.getByTestId('merge-into').selectOption({ label: 'Ban Tạm Hai' });
    await page.getByTestId('plan-reason').fill('QĐ 45/QĐ-UBND');
    await page.getByTestId('merge-agency-submit').click();
    await page.getByTestId('change-look').waitFor();
    expect(await page.getByTestId('agency-row').filter({ hasText: 'Ban Tạm Một' }).count()).toBe(1);
    await page.getByTestId('merge-agency-submit').click();
    await page.getByTestId('agency-row').filter({ hasText: 'Ban Tạm Một' }).waitFor({ state: 'detached' });
    await page.goto(`${url()}/administration/agency-changes`);
    await page.getByTestId('change-row').filter({ hasText: 'Ban Tạm Một' }).locator('a').click();
    await page.getByTestId('change-back').click();
    await page.getByTestId('change-reverse-submit').click();
    await page.getByTestId('change-reverse').waitFor({ state: 'detached' });
    await page.goto(`${url()}/administration/agencies`);
    await page.getByTestId('agency-row').filter({ hasText: 'Ban Tạm Một' }).waitFor();
  });
});
