/** A host is brought on watch with the command that the page of join tokens shows, and what it took for its state is approved. */
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey } from './support/journey.ts';
import { RealAgent } from './support/real-agent.ts';

const hostOf = z.object({ agencyName: z.string(), group: z.string() });
const baselines = z.object({
  baselines: z.array(z.object({ agentId: z.string(), digest: z.string().nullable(), standing: z.string() })),
});

journey('who installs', ({ as, agency, url }) => {
  test('copies a command that brings a host into its agency and group; its baseline is approved, and taken back', async () => {
    const client = new SiteClient(url());
    await client.signIn('admin', STAGE_PASSWORD);
    const page = await as('admin', '/administration/join-tokens');
    await settled(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByTestId('new-join-token').click();
    const form = page.getByTestId('create-join-token');
    await form.locator('select').first().selectOption(String(agency().id));
    await form.getByLabel('Nhóm').fill('văn phòng');
    await page.getByTestId('create-join-token-submit').click();
    await page.getByTestId('install-commands').waitFor();
    await page.locator('.vg-install button').first().click();
    const copied = z.string().parse(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toBe((await page.getByTestId('install-commands').innerText()).trim());
    const command = copied.split('\n').find((line) => line.includes(' enrol '));
    const agent = await RealAgent.byCommand(command ?? '');
    onTestFinished(() => agent.stop());
    await page.getByTestId('made-token-close').click();
    expect(hostOf.parse(await client.call('GET', `/agents/${agent.id}`))).toEqual({
      agencyName: agency().name,
      group: 'văn phòng',
    });

    await writeFile(path.join(agent.watched, 'web.conf'), 'listen 80\n');
    const standing = async () =>
      baselines
        .parse(await client.call('GET', '/integrity/baselines'))
        .baselines.find(({ agentId }) => agentId === agent.id);
    await expect.poll(async () => (await standing())?.standing, { timeout: 60_000 }).toBe('never');
    await page.goto(`${url()}/integrity/baselines`);
    const row = page.locator(`[data-testid="baseline-row"]:has(a[href*="${agent.id}"])`);
    await row.getByTestId('baseline-approve').click();
    expect(await page.getByTestId('approve-baselines').innerText()).toContain(
      (await standing())?.digest ?? '?',
    );
    await page.getByTestId('approve-note').fill('Máy mới cài');
    await page.getByTestId('approve-baselines-submit').click();
    await page.getByTestId('approve-baselines').waitFor({ state: 'detached' });
    await row.and(page.locator('[data-standing="approved"]')).filter({ hasText: 'Máy mới cài' }).waitFor();
    // Taken back at once by the note's own way, then approved again and withdrawn with a look at what was.
    await page.locator('.vg-toast-action').last().click();
    await row.and(page.locator('[data-standing="never"]')).waitFor();
    await row.getByTestId('baseline-approve').click();
    await page.getByTestId('approve-baselines-submit').click();
    await row.and(page.locator('[data-standing="approved"]')).waitFor();
    await appendFile(path.join(agent.watched, 'web.conf'), 'listen 443\n');
    await expect.poll(async () => (await standing())?.standing, { timeout: 60_000 }).toBe('changed');
    await page.reload();
    await row.and(page.locator('[data-standing="changed"]')).waitFor();
    await row.getByTestId('baseline-withdraw').click();
    await page.getByTestId('withdraw-baseline-submit').click();
    await row.and(page.locator('[data-standing="never"]')).waitFor();
  });
});
