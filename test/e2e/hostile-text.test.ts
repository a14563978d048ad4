/**
 * Log lines that mean harm, from a real agent: markup, marks that turn the direction of text, control characters, a line of a
 * megabyte. Wherever they are shown they are text, nothing runs, and the layout holds on a laptop and a phone. And lists on paper.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { barriers, overhang } from './support/barriers.ts';
import { journey } from './support/journey.ts';
import { RealAgent } from './support/real-agent.ts';

/** A file that no web server should give away. */
const RULE = '61718559-e215-4f0a-bb4c-0c79f49f1ef6';
const MARKUP = "<img/src=x/onerror=document.title='taken'>";
/** Right-to-left override, a bell, a zero-width space. */
const TURNED = 'moi\u202Efdp.exe\u0007\u200B';
const WINDOWS = [
  { width: 1_366, height: 768 },
  { width: 1_920, height: 1_080 },
  { width: 390, height: 844 },
];

const alertsSchema = z.object({
  alerts: z.array(z.object({ id: z.string(), agentId: z.string().nullable(), count: z.number() })),
});

journey('hostile text and paper', ({ as, url, agency }) => {
  let agent: RealAgent;
  let alertId: string;
  let number: string;

  beforeAll(async () => {
    const client = new SiteClient(url());
    await client.signIn('admin', STAGE_PASSWORD);
    agent = await RealAgent.start(url(), client, agency().id);
    await agent.visited(`/.env/${MARKUP}${TURNED}`);
    await agent.visited(`/.env/${MARKUP}${TURNED}`, `${MARKUP} ${'dài '.repeat(250_000)}`);
    const raised = async () =>
      alertsSchema
        .parse(await client.call('GET', `/alerts?limit=100&ruleId=${RULE}`))
        .alerts.find(({ agentId }) => agentId === agent.id);
    for (const until = Date.now() + 60_000; (await raised()) === undefined;) {
      if (Date.now() > until) throw new Error('the lines raised nothing');
      await new Promise((resolve) => setTimeout(resolve, 100)); // the pace of asking
    }
    alertId = (await raised())?.id ?? '';
    ({ number } = z.object({ number: z.string() }).parse(
      await client.call('POST', '/cases', {
        title: `${MARKUP}moi\u202Efdp.exe`,
        alertIds: [alertId],
        summary: MARKUP,
      }),
    ));
    await client.call('POST', `/cases/${number}/notes`, {
      text: `${MARKUP}\n${TURNED}\n${'x'.repeat(8_000)}`,
    });
  });
  afterAll(async () => {
    await agent?.stop();
  });

  const look = async (page: Page, place: string, ready: () => Promise<unknown>): Promise<string[]> => {
    await page.goto(`${url()}${place}`);
    await ready();
    await settled(page);
    const faults: string[] = [];
    if (!(await page.locator('main').innerText()).includes('onerror=document.title'))
      faults.push('does not show the text');
    if ((await page.locator('img[src="x"]').count()) > 0) faults.push('markup became an element');
    if ((await page.title()) === 'taken') faults.push('script ran');
    if ((await page.locator('main .vg-mark').count()) === 0) faults.push('does not mark what is hidden');
    for (const window of WINDOWS) {
      await page.setViewportSize(window);
      const out = await overhang(page);
      if (out > 0) faults.push(`is ${out} px wider than a window of ${window.width}`);
    }
    await page.setViewportSize({ width: 1_366, height: 768 });
    faults.push(...(await barriers(page)));
    return faults;
  };

  test('is text in alerts, the hunt, the host and a case, and the layout holds', async () => {
    const page = await as('tran.binh', '/overview');
    const there = (testId: string) => () => page.getByTestId(testId).first().waitFor();
    const faults: Record<string, string[]> = {};
    for (const [place, ready] of [
      [`/alerts/${alertId}`, there('detection')],
      [
        '/events?q=onerror',
        async () => {
          await page.getByTestId('event-row').first().click();
          await page.getByTestId('event-detail').first().waitFor();
        },
      ],
      [`/cases/${number}?tab=notes`, there('case-note-row')],
      [`/cases/${number}`, there('timeline-line')],
      ['/cases', there('case-row')],
    ] as const) {
      const found = await look(page, place, ready);
      if (found.length > 0) faults[place] = found;
    }
    expect(faults).toEqual({});
  });

  test.each([
    ['/alerts', 'alert-row'],
    ['/hosts', 'host-row'],
    ['/compliance/systems', 'control-row'],
  ])('the list of %s on paper has all its rows and nothing to click', async (place, row) => {
    const page = await as('le.ha', place === '/compliance/systems' ? '/compliance' : place, {
      theme: 'dark',
    });
    if (place === '/compliance/systems')
      await page.getByTestId('system-row').first().locator('a').first().click();
    await page.getByTestId(row).first().waitFor();
    await settled(page);
    await page.emulateMedia({ media: 'print' });
    const last = z.object({ width: z.number(), cut: z.boolean(), ink: z.string() }).parse(
      await page.evaluate(
        `(() => {
            const one = [...document.querySelectorAll('[data-testid="${row}"]')].at(-1);
            const cut = [...one.querySelectorAll('*')].some(
              (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflow === 'hidden');
            return { width: one.getBoundingClientRect().width, cut, ink: getComputedStyle(one).color };
          })()`,
      ),
    );
    const sheet = Number(await page.evaluate('document.documentElement.clientWidth'));
    expect(last.width).toBeGreaterThan(sheet * 0.9);
    expect(last.cut).toBe(false);
    // Light, whatever the screen is.
    expect(last.ink).toBe('rgb(21, 33, 31)');
    expect(
      await page.locator('.vg-rail, .vg-toolbar, .vg-page-actions').filter({ visible: true }).count(),
    ).toBe(0);
    const scrolls = Number(
      await page.evaluate(
        `[...document.querySelectorAll('main *')].filter((one) => one.scrollHeight > one.clientHeight + 1 && ['auto', 'scroll', 'hidden'].includes(getComputedStyle(one).overflowY) && one.clientHeight > 40).length`,
      ),
    );
    expect(scrolls).toBe(0);
    expect((await page.pdf({ format: 'A4', landscape: true })).byteLength).toBeGreaterThan(10_000);
  });
});
