/** A release of the agent is planned by one person and started by another; it halts by itself when a host goes back, and the page says why. */
import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { callOperation } from '../../collector/cli/client.ts';
import { releaseAdd, releasePayload } from '../../collector/cli/operations/update.ts';
import { releaseDigest } from '../../collector/protocol/release-trust.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { newPublisher, rootsOf, signAll, smallRelease } from '../support/release/publisher.ts';
import { tellUpdate } from '../support/release/told-update.ts';
import { journey } from './support/journey.ts';

const VERSION = '0.2.0';
const joinToken = z.object({ token: z.string() });

journey('who lets a release out', ({ as, agency, dataDir, url }) => {
  /** Kept by the collector, as `vonggac release add` does it; signed by two of three. @returns its digest */
  const keep = async (): Promise<string> => {
    const people = [newPublisher('An'), newPublisher('Bình'), newPublisher('Chi')] as const;
    const [an, , chi] = people;
    const release = smallRelease({ notAfterMs: Date.now() + 86_400_000 });
    const text = signAll('release', release, [an, chi]);
    const roots = [signAll('release-roots', rootsOf(people), [an, chi])];
    const sha256 = release.builds[0]?.program.sha256 ?? '';
    const content = () => Readable.from([Buffer.from('abc')]);
    await callOperation(releasePayload, { sha256 }, { dataDir: dataDir(), content });
    await callOperation(releaseAdd, { text, roots }, { dataDir: dataDir() });
    return releaseDigest(text);
  };
  const act = async (page: Page, name: string, reason = ''): Promise<void> => {
    await page.getByTestId(`rollout-${name}`).press('Enter');
    await page.getByTestId('rollout-reason').fill(reason);
    await page.getByTestId('rollout-act-submit').press('Enter');
    await page.getByTestId('rollout-act').waitFor({ state: 'detached' });
  };
  const stands = (page: Page, state: string) =>
    page.locator(`[data-testid="rollout"][data-state="${state}"]`).waitFor();

  test('plans it, has another start it, sees who went back and why, and ends it', async () => {
    const digest = await keep();
    const client = new SiteClient(url());
    await client.signIn('admin', STAGE_PASSWORD);
    const { token } = joinToken.parse(
      await client.call('POST', '/join-tokens', { agencyId: agency().id, uses: 2, days: 1 }),
    );
    const host = (hostname: string) => enrolSimAgent({ url: url(), token, hostname });
    const [well, unwell] = [await host('phat-hanh-1'), await host('phat-hanh-2')];
    const usual = {
      platform: 'linux-x64',
      rootsVersion: 1,
      release: { version: VERSION, digest },
      loaded: { collector: 3, neighbours: 0 },
    };
    for (const one of [well, unwell])
      await tellUpdate(one, { ...usual, running: '0.1.0', state: 'current', release: undefined });

    const planner = await as('bui.an', '/hosts/updates');
    await settled(planner);
    const release = planner.getByTestId('release-row');
    expect(await release.innerText()).toMatch(/0\.2\.0[\s\S]*An, Chi/u);
    expect(await planner.getByTestId('release-keys').innerText()).toContain('An, Bình, Chi');
    await release.getByTestId('release-plan').press('Enter');
    await planner.getByTestId('ring-groups').first().fill('tổ công nghệ, văn phòng');
    await planner.getByTestId('ring-percent').nth(1).fill('100');
    await planner.getByTestId('plan-soak').fill('0');
    await planner.getByTestId('plan-reason').fill('vá lỗi đọc nhật ký');
    await planner.getByTestId('plan-form-submit').press('Enter');
    await stands(planner, 'planned');
    expect(await planner.getByTestId('rollout-says').innerText()).toContain('một người khác phải bắt đầu');
    expect(await planner.getByTestId('rollout-start').count()).toBe(0);
    expect(await planner.getByTestId('ring-row').first().innerText()).toContain('tổ công nghệ, văn phòng');

    const starter = await as('admin', '/hosts/updates');
    await stands(starter, 'planned');
    await act(starter, 'start');
    await stands(starter, 'running');
    await tellUpdate(well, { ...usual, running: VERSION, state: 'current' });
    await tellUpdate(unwell, {
      ...usual,
      running: '0.1.0',
      state: 'failed',
      code: 'unwell',
      message: 'no acknowledgement within 600 s',
    });
    // By itself: one of two is more than the five percent that the plan allows.
    await stands(starter, 'halted');
    expect(await starter.getByTestId('rollout-says').innerText()).toMatch(/^Tự dừng vì 1 trong 2 máy/u);
    const failed = starter.locator('[data-testid="update-host"][data-outcome="failed"]');
    await failed.waitFor();
    expect(await failed.count()).toBe(1);
    expect(await failed.innerText()).toMatch(
      /phat-hanh-2[\s\S]*Bản mới không khỏe lại kịp giờ[\s\S]*no acknowledgement within 600 s/u,
    );

    // Held back by one person alone, and the other sees who did and why.
    await act(starter, 'end', 'chờ bản vá');
    await starter.getByTestId('past-rollout').filter({ hasText: 'vá lỗi đọc nhật ký; chờ bản vá' }).waitFor();
    await planner.reload();
    await settled(planner);
    expect(await planner.getByTestId('past-rollout').innerText()).toMatch(/admin[\s\S]*chờ bản vá/u);
    await planner.getByTestId('release-withdraw').press('Enter');
    await planner.getByTestId('release-withdraw-form-submit').press('Enter');
    await planner.locator('[data-testid="release-row"][data-state="withdrawn"]').waitFor();
  });
});
