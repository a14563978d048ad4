/** How the post itself is run, in a real browser: who is told of alerts, what agents are set to, and the ledger's sum. */
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { laneNumber } from '#protocol/lane.ts';
import { loadOrCreateCertificate } from '../../collector/registry/certificate.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { DEMO_HOSTS } from '../../scripts/stage/attack-morning.ts';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey } from './support/journey.ts';

const madeToken = z.object({ token: z.string() });
const numbers = z.record(z.string(), z.number());
const ledger = z.object({ total: numbers });
const notice = z.object({ kind: z.string(), total: z.number() });

/** Digits of a number as either language writes it. */
const numberIn = (text: string): number => Number(text.replaceAll(/\D/gu, ''));

/** A gateway on this machine that keeps what it gets. */
async function gateway(): Promise<{ url: string; cert: string; got: z.infer<typeof notice>[] }> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-hook-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const { key, cert } = await loadOrCreateCertificate({ dataDir, names: ['localhost'], now: Date.now });
  const got: z.infer<typeof notice>[] = [];
  const server = https.createServer({ key, cert }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      got.push(notice.parse(JSON.parse(body)));
      response.end('da nhan');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/sms`, cert, got };
}

async function administrator(url: string): Promise<SiteClient> {
  const client = new SiteClient(url);
  await client.signIn('admin', STAGE_PASSWORD);
  return client;
}

/** A host of a group that has just been joined. */
async function enrol(url: string, agencyId: number, group: string, hostname: string): Promise<SimSession> {
  const client = await administrator(url);
  const { token } = madeToken.parse(
    await client.call('POST', '/join-tokens', { uses: 1, days: 1, agencyId, group }),
  );
  const session = new SimSession(await enrolSimAgent({ url, token, hostname }));
  onTestFinished(() => session.close());
  await session.open();
  return session;
}

async function addWebhook(page: Page, { url, cert }: { url: string; cert: string }): Promise<void> {
  await page.getByTestId('channel-add').click();
  await page.getByTestId('channel-name').fill('cong-sms');
  await page.getByTestId('channel-kind').selectOption('webhook');
  await page.getByTestId('channel-url').fill(url);
  await page.getByTestId('channel-private').check();
  await page.getByTestId('channel-ca').fill(cert);
  await page.getByTestId('channel-authorization').fill('Bearer khong-lo-ra');
  await page.getByTestId('channel-severity').selectOption('low');
  await page.getByTestId('channel-agency').selectOption({ index: 1 });
  await page.getByTestId('channel-window').fill('0');
  await page.getByTestId('channel-form-submit').click();
  await page.getByTestId('channel-panel').waitFor();
}

journey('who runs the post', ({ as, agency, url }) => {
  test('is led to the first field that is refused, told of all, and also of those that are folded away', async () => {
    const page = await as('admin', '/administration/notifications', { allowed: [400] });
    const hasFocus = (testId: string): Promise<unknown> =>
      page.getByTestId(testId).evaluate((one) => one === one.ownerDocument.activeElement);
    await page.getByTestId('channel-add').click();
    await page.getByTestId('channel-name').fill('thu-doi-truc');
    await page.getByTestId('channel-kind').selectOption('email');
    await page.getByTestId('channel-host').fill('mail example');
    await page.getByTestId('channel-from').fill('soc@example.vn');
    await page.getByTestId('channel-to').fill('khong-phai-thu');
    await page.getByTestId('channel-agency').selectOption({ index: 1 });
    await page.getByTestId('channel-form-submit').click();
    await page.locator('[data-testid="channel-to"][aria-invalid="true"]').waitFor();
    await expect.poll(() => hasFocus('channel-host')).toBe(true);
    expect(await page.getByTestId('channel-form').innerText()).toContain('cần tên máy hoặc địa chỉ');
    await page.keyboard.press('Escape');

    await page.goto(`${url()}/compliance/exchange/links`);
    await page.getByTestId('exchange-add').click();
    await page.getByTestId('exchange-name').fill('Trung tâm');
    await page.getByTestId('exchange-agency').selectOption(String(agency().id));
    await page.getByTestId('exchange-organisation-id').fill('000.00.00.H01');
    await page.getByTestId('exchange-organisation-name').fill('Sở');
    const pins = page.getByTestId('exchange-pins');
    await page.locator('details').filter({ has: pins }).locator('summary').click();
    await pins.fill('khong phai dau van tay');
    await page.locator('details').filter({ has: pins }).locator('summary').click();
    await page.getByTestId('exchange-link-form-submit').click();
    await expect.poll(() => hasFocus('exchange-pins')).toBe(true);
    expect(await pins.isVisible()).toBe(true);
  });

  test('adds a channel, tests it, and an alert goes through it', async () => {
    const hook = await gateway();
    const client = await administrator(url());
    const page = await as('admin', '/administration/notifications');
    await settled(page);
    await addWebhook(page, hook);
    const panel = page.getByTestId('channel-panel');
    expect(await panel.innerText()).not.toContain('khong-lo-ra');
    await page.getByTestId('channel-test').click();
    const answer = page.getByTestId('channel-answer');
    await answer.waitFor();
    expect(await answer.getAttribute('data-taken')).toBe('true');
    expect(await answer.innerText()).toContain('da nhan');
    expect(hook.got.map(({ kind }) => kind)).toEqual(['test']);

    const { channels } = z
      .object({ channels: z.array(z.object({ name: z.string(), agencyId: z.number() })) })
      .parse(await client.call('GET', '/notifications/channels'));
    const told = channels.find(({ name }) => name === 'cong-sms');
    const host = DEMO_HOSTS[0];
    if (host === undefined || told === undefined) throw new Error('no host of the morning, or no channel');
    const session = await enrol(url(), told.agencyId, 'bao-thu', 'srv-bao-thu');
    session.send(laneNumber('security'), host.records(Date.now()));
    await session.settled();
    await expect.poll(() => hook.got.some(({ total }) => total > 0), { timeout: 60_000 }).toBe(true);
    await page.goto(`${url()}/administration/messages?state=sent`);
    await page.locator('[data-testid="message-row"][data-state="sent"]').first().waitFor();
    // Nobody listens there after this test.
    await page.goBack();
    await page.getByTestId('channel-remove').click();
    await page.getByTestId('channel-remove-form-submit').click();
    await page.getByTestId('channel-row').waitFor({ state: 'detached' });
  });

  test('writes a policy, is shown the fault at its line, lets it out and rolls it back', async () => {
    await enrol(url(), agency().id, 'may-thu', 'srv-chinh-sach');
    const page = await as('admin', '/administration/policies/may-thu/edit');
    await settled(page);
    const text = page.getByTestId('policy-text').locator('textarea');
    const finding = page.getByTestId('policy-finding');
    await text.fill('{\n  "watch": [{ "path": "/srv/www" }]\n  "spool": {}\n}');
    await finding.waitFor();
    expect(await finding.innerText()).toContain('3');
    expect(await page.getByTestId('policy-save').isDisabled()).toBe(true);
    // What only the host itself may say is found by the collector, and marked where it stands.
    await text.fill('{\n  "watch": [],\n  "proxy": "http://192.0.2.1"\n}');
    await finding.filter({ hasText: 'proxy' }).waitFor();
    expect(await finding.innerText()).toContain('3');
    await text.fill('{\n  "watch": [{ "path": "/srv/www" }]\n}');
    await finding.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByTestId('policy-save').isEnabled()).toBe(true);
    await page.getByTestId('policy-save').click();
    await page.getByTestId('policy-comment').fill('Canh thêm /srv/www');
    await page.getByTestId('policy-save-form-submit').click();
    await page.getByTestId('policy-panel').waitFor();
    await page.getByTestId('policy-version').waitFor();
    await page.getByTestId('policy-rollback').click();
    await page.getByTestId('policy-rollback-to').selectOption('0');
    await page.getByTestId('policy-rollback-form-submit').click();
    const client = await administrator(url());
    const running = async () => {
      const { rollouts } = z
        .object({ rollouts: z.array(z.object({ group: z.string(), version: z.number() })) })
        .parse(await client.call('GET', '/policies'));
      return rollouts.find(({ group }) => group === 'may-thu')?.version;
    };
    await expect.poll(running).toBe(0);
  });

  test('reads the same numbers in the ledger as the API has', async () => {
    // Hours that are over: nothing is added to them while both look.
    const span = { from: '2026-01-01T00:00:00.000Z', to: new Date(Date.now() - 7_200_000).toISOString() };
    const page = await as(
      'admin',
      `/administration/ledger?from=${encodeURIComponent(span.from)}&to=${encodeURIComponent(span.to)}`,
    );
    await settled(page);
    await page.getByTestId('ledger-balance').waitFor();
    const client = await administrator(url());
    const { total } = ledger.parse(
      await client.call('GET', `/ledger?from=${span.from}&to=${span.to}&by=channel`),
    );
    await page.getByTestId('ledger-balance').locator('summary').click();
    for (const name of ['stored', 'rejected', 'uncounted', 'waiting', 'limited', 'dropped', 'named'])
      expect({
        name,
        shown: numberIn(await page.locator(`[data-term="${name}"] td`).first().innerText()),
      }).toEqual({
        name,
        shown: total[name],
      });
    expect(numberIn(await page.getByTestId('ledger-produced').innerText())).toBe(total['produced']);
    expect(total['uncounted']).toBeGreaterThan(0);
  });

  test('sees what the collector needs, and what to do where it is not well', async () => {
    const page = await as('admin', '/administration/health');
    await settled(page);
    await page.locator('[data-testid="health-row"][data-name="store"][data-level="ok"]').waitFor();
    // Nobody has made a copy of this stage.
    const backup = page.locator('[data-testid="health-row"][data-name="backup"]');
    expect(await backup.getAttribute('data-level')).toBe('warn');
    expect(await backup.innerText()).toContain('vonggac backup create');
  });
});
