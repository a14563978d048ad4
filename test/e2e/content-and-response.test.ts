/**
 * Rules, exceptions and acts on hosts in a real browser, with a real agent: a rule is written, tried and put in force and what
 * the agent sends raises it; an exception is tried, approved by another person and ended; the host is cut off by two people.
 */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey } from './support/journey.ts';
import { RealAgent } from './support/real-agent.ts';

const id = randomUUID();
const secret = `/ho-so-mat-${id.slice(0, 8)}`;

const ruleText = (condition: string): string => `title: Secret Folder Asked For
id: ${id}
status: experimental
description: Somebody asks the web server for the folder that nobody should know of.
date: 2026-11-26
tags:
  - attack.discovery
  - attack.t1083
logsource:
  category: webserver
detection:
  selection:
    cs-uri-stem|startswith: ${secret}
  filter_own:
    c-ip: 203.0.113.77
  condition: ${condition}
falsepositives:
  - Backups
level: medium
`;

const alertsSchema = z.object({
  alerts: z.array(z.object({ id: z.string(), state: z.string(), count: z.number() })),
});
const exceptionSchema = z.object({ state: z.string(), hidden: z.number() });

journey('content and response', ({ as, url, agency }) => {
  let agent: RealAgent;
  let client: SiteClient;
  /** Alerts of the rule, as the API has them. */
  const raised = async () =>
    alertsSchema.parse(await client.call('GET', `/alerts?limit=100&ruleId=${id}`)).alerts;

  beforeAll(async () => {
    client = new SiteClient(url());
    await client.signIn('admin', STAGE_PASSWORD);
    agent = await RealAgent.start(url(), client, agency().id);
  });
  afterAll(async () => {
    await agent?.stop();
  });

  test('a rule is written, mended, tried on events and on history, and raised by what an agent sends', async () => {
    // What the back-test finds.
    await agent.visited(`${secret}/index.html`);
    await expect
      .poll(async () =>
        z
          .object({ events: z.array(z.unknown()) })
          .parse(await client.call('GET', `/events?limit=10&text=${encodeURIComponent(secret)}`)),
      )
      .toMatchObject({ events: [{}] });
    const page = await as('le.ha', '/rules/new');
    const editor = page.getByTestId('rule-text').locator('textarea');
    await editor.fill(ruleText('selection and not filter_others'));
    // The fault is named with its place; it leads there, and nothing can be saved.
    await page.locator('[data-testid="rule-findings"]:not([data-errors="0"])').waitFor();
    await page.getByTestId('rule-finding').first().click();
    const at = z
      .tuple([z.number(), z.string()])
      .parse(
        await page.evaluate(
          `(() => { const one = document.activeElement; return [one.selectionStart, one.value.slice(0, one.selectionStart).split('\\n').at(-1) + one.value.slice(one.selectionStart).split('\\n')[0]]; })()`,
        ),
      );
    expect(at[1]).toContain('condition');
    expect(await page.getByTestId('rule-save').isDisabled()).toBe(true);
    await editor.fill(ruleText('selection and not filter_own'));
    await page.locator('[data-testid="rule-findings"][data-errors="0"]').waitFor();
    await page.getByTestId('rule-meaning').waitFor();

    await page.getByTestId('editor-events').click();
    const event = (ip: string) =>
      JSON.stringify({ 'cs-uri-stem': `${secret}/a`, 'c-ip': ip, 'sc-status': 200 });
    await page.getByTestId('try-events').fill(`${event('198.51.100.4')}\n${event('203.0.113.77')}`);
    await page.getByTestId('try-run').click();
    const tried = page.getByTestId('tried-event');
    await tried.nth(1).waitFor();
    expect(await tried.evaluateAll((all) => all.map((one) => one.getAttribute('data-matches')))).toEqual([
      'true',
      'false',
    ]);

    await page.getByTestId('editor-history').click();
    await page.getByTestId('back-test-run').click();
    await page.getByTestId('back-test-result').waitFor();
    await page.getByTestId('back-test-chart').waitFor();
    expect(await page.getByTestId('back-test-result').innerText()).toContain(`${secret}/index.html`);

    await page.locator('[data-testid="rule-save"]:enabled').click();
    await page.getByTestId('rule-save-why').fill('Bẫy cho người dò thư mục');
    await page.getByTestId('rule-save-form-submit').click();
    await page.getByTestId('rule-panel').waitFor();
    for (const state of ['test', 'on']) {
      await page.getByTestId('rule-change-state').click();
      await page.getByTestId('rule-state').selectOption(state);
      await page.getByTestId('rule-state-why').fill('Đã thử trên lịch sử');
      await page.getByTestId('rule-state-form-submit').click();
      await page.getByTestId('rule-state-form').waitFor({ state: 'detached' });
    }
    await page.goto(`${url()}/alerts?rule=${id}`);
    await settled(page);
    await agent.visited(`${secret}/luong.xlsx`);
    const row = page.locator(`[data-testid="alert-row"][data-rule-id="${id}"]`);
    await row.waitFor();
    expect(await raised()).toHaveLength(1);
  });

  test('an exception is tried on history, approved by another person, hides, ends, and what it hid is brought back', async () => {
    const [alert] = await raised();
    if (alert === undefined) throw new Error('the rule raised nothing');
    const asking = await as('tran.binh', `/exceptions?new=1&alert=${alert.id}`);
    await asking.getByTestId('exception-reason').fill('Máy quét của sở');
    await asking.getByTestId('exception-simulate').click();
    const trial = asking.getByTestId('exception-simulation');
    await trial.waitFor();
    expect(await trial.innerText()).toMatch(/1/u);
    await asking.getByTestId('exception-form-submit').click();
    await asking.getByTestId('exception-panel').waitFor();
    const exceptionId = new URL(asking.url()).pathname.split('/')[2] ?? '';
    const standing = async () =>
      exceptionSchema.parse(await client.call('GET', `/exceptions/${exceptionId}`));
    expect((await standing()).state).toBe('requested');
    // Who asked does not decide.
    expect(await asking.getByTestId('exception-approve').count()).toBe(0);

    const deciding = await as('le.ha', `/exceptions/${exceptionId}`);
    await deciding.getByTestId('exception-approve').click();
    await deciding.getByTestId('exception-approve-form-submit').click();
    await deciding.getByTestId('exception-approve-form').waitFor({ state: 'detached' });
    const before = (await raised())[0]?.count;
    await agent.visited(`${secret}/an.docx`);
    await expect.poll(async () => (await standing()).hidden).toBe(1);
    expect((await raised()).map(({ count }) => count)).toEqual([before]);

    await deciding.getByTestId('exception-revoke').click();
    await deciding.getByTestId('exception-revoke-reason').fill('Máy quét đã gỡ');
    await deciding.getByTestId('exception-revoke-form-submit').click();
    await deciding.getByTestId('exception-revoke-form').waitFor({ state: 'detached' });
    // What goes on raises again, and what it hid is brought back.
    const sum = async () => (await raised()).reduce((all, { count }) => all + count, 0);
    await agent.visited(`${secret}/moi.docx`);
    await expect.poll(sum).toBe((before ?? 0) + 1);
    await deciding.getByTestId('exception-raise').click();
    await deciding.getByTestId('exception-raise-reason').fill('Nó đã ẩn quá nhiều');
    await deciding.getByTestId('exception-raise-form-submit').click();
    await deciding.getByTestId('exception-raise-look').waitFor();
    await deciding.getByTestId('exception-raise-form-submit').click();
    await deciding.getByTestId('exception-raised').waitFor();
    await expect.poll(sum).toBe((before ?? 0) + 2);
  });

  test('a host is cut off by two people and let in again, and what it refuses is said', async () => {
    const asking = await as('tran.binh', `/hosts/${agent.id}`);
    const states = async (page: Page) =>
      page.getByTestId('response-row').evaluateAll((all) => all.map((one) => one.getAttribute('data-state')));
    await asking.getByTestId('host-respond').click();
    await asking.getByTestId('response-action').selectOption('isolate');
    await asking.getByTestId('response-reason').fill('Máy bị chiếm quyền');
    await asking.getByTestId('response-request-submit').click();
    await asking.getByTestId('response-request').waitFor({ state: 'detached' });
    await asking.goto(`${url()}/hosts/${agent.id}/responses`);
    await asking.getByTestId('response-row').first().waitFor();
    expect(await states(asking)).toEqual(['requested']);
    expect(await asking.getByTestId('approve-response').count()).toBe(0);

    const deciding = await as('le.ha', '/hosts/responses');
    const waiting = deciding.getByTestId('responses-waiting').getByTestId('response-row');
    await waiting.filter({ hasText: 'Máy bị chiếm quyền' }).getByTestId('approve-response').click();
    await deciding.getByTestId('response-approve-submit').click();
    await deciding.getByTestId('response-approve').waitFor({ state: 'detached' });
    // A host where the collector itself runs is never cut off.
    const end = agent.apart ? 'done' : 'refused';
    const ended = asking.locator(`[data-testid="response-row"][data-state="${end}"]`);
    await ended.waitFor();
    await ended.locator('a').first().click();
    await asking.getByTestId('response-panel').waitFor();
    if (agent.apart) {
      await asking.getByTestId('undo-response').click();
      await asking.getByTestId('response-reason').fill('Đã làm sạch');
      await asking.getByTestId('response-request-submit').click();
      await asking.getByTestId('response-request').waitFor({ state: 'detached' });
    }
    await asking.goto(`${url()}/hosts/${agent.id}/responses`);
    await expect.poll(() => states(asking)).toEqual(agent.apart ? ['done', 'done'] : ['refused']);
  });
});
