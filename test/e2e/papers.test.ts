/** What leaves the house, in a real browser: documents to the national centre, which is a server of this test, and packs for an inspection. */
import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { settled } from '../../scripts/stage/browser.ts';
import { startCentre } from '../support/exchange-server.ts';
import { journey } from './support/journey.ts';

/** @returns the bytes of the file that a click brings, and its name */
async function taken(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

journey('papers for others', ({ as, agency }) => {
  test('a link to the centre is added, tried, pinned to its fingerprint and used; then it is removed', async () => {
    const centre = await startCentre();
    onTestFinished(() => centre.close());
    const name = `Trung tâm ${randomUUID().slice(0, 8)}`;
    const page = await as('admin', '/compliance/exchange/links');
    await settled(page);
    await page.getByTestId('exchange-add').click();
    await page.getByTestId('exchange-name').fill(name);
    await page.getByTestId('exchange-agency').selectOption(String(agency().id));
    await page.getByTestId('exchange-organisation-id').fill('000.00.00.H01');
    await page.getByTestId('exchange-organisation-name').fill('Sở Thông tin');
    await page.getByTestId('exchange-address').fill(centre.address);
    await page.getByTestId('exchange-link-form-submit').click();
    await page.getByTestId('exchange-link-panel').waitFor();

    // Nobody vouches for its certificate until its authority is given; what it showed can be pinned besides.
    const tested = page.getByTestId('exchange-tested');
    await page.getByTestId('exchange-test').click();
    await tested.locator('[data-tone="bad"]').waitFor();
    await page.getByTestId('exchange-edit').click();
    await page.locator('summary').filter({ hasText: 'Kiểm tra máy chủ' }).click();
    await page.getByLabel('Chứng thư gốc của máy chủ').fill(centre.certificate);
    await page.getByTestId('exchange-link-form-submit').click();
    await page.getByTestId('exchange-link-form').waitFor({ state: 'detached' });
    await page.getByTestId('exchange-test').click();
    await tested.locator('[data-tone="good"]').waitFor();
    expect(await tested.innerText()).toContain(centre.pin);
    await page.getByTestId('exchange-pin').click();
    await page.getByTestId('exchange-pin').waitFor({ state: 'detached' });
    await page.getByTestId('exchange-test').click();
    await tested.locator('[data-tone="good"]').waitFor();

    // Looked at first: nothing is sent yet.
    await page.getByTestId('exchange-make').click();
    await page.getByTestId('exchange-make-form-submit').click();
    await page.getByTestId('exchange-looked').waitFor();
    expect(centre.got).toHaveLength(0);
    await page.getByTestId('exchange-make-form-submit').click();
    const document = page.getByTestId('exchange-document-panel');
    await document.waitFor();
    await expect.poll(() => centre.got.length).toBe(1);
    await document.locator('[data-tone="good"]').first().waitFor();
    const { bytes } = await taken(page, 'exchange-content');
    expect(bytes.toString()).toBe(centre.got[0]?.body);

    // The same file is held against the schema, and one that was cut says where.
    const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-papers-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const cut = path.join(folder, 'cut.xml');
    await writeFile(cut, bytes.toString().replaceAll('000.00.00.H01', 'H 01'));
    const whole = path.join(folder, 'whole.xml');
    await writeFile(whole, bytes);
    await page.getByTestId('exchange-validate').click();
    for (const [file, tone] of [
      [whole, 'good'],
      [cut, 'bad'],
    ] as const) {
      await page.getByTestId('exchange-validate-file').setInputFiles(file);
      await page.getByTestId('exchange-validate-form-submit').click();
      await page.getByTestId('exchange-validated').locator(`[data-tone="${tone}"]`).waitFor();
    }
    expect(await page.getByTestId('exchange-fault').first().innerText()).toMatch(/\d/u);
    await page.keyboard.press('Escape');

    await page.goto(`${new URL(page.url()).origin}/compliance/exchange/links`);
    await page.getByTestId('exchange-link-row').filter({ hasText: name }).locator('a').click();
    await page.getByTestId('exchange-remove').click();
    expect(await page.getByTestId('exchange-remove-form-submit').isDisabled()).toBe(true);
    await page.getByTestId('exchange-remove-name').fill(name);
    await page.getByTestId('exchange-remove-form-submit').click();
    await page.getByTestId('exchange-link-row').filter({ hasText: name }).waitFor({ state: 'detached' });
  });

  test('a pack for an inspection says how large it will be, is built, taken along and let go', async () => {
    const page = await as('admin', '/compliance/packs');
    await settled(page);
    await page.getByTestId('pack-new').click();
    await page.getByTestId('pack-agency').selectOption(String(agency().id));
    await page.getByTestId('pack-form-submit').click();
    await page.getByTestId('pack-size').waitFor();
    await page.getByTestId('pack-form-submit').click();
    await page.getByTestId('pack-fetch').waitFor();
    const { name, bytes } = await taken(page, 'pack-fetch');
    expect(name).toMatch(/\.zip$/u);
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(bytes.includes('MANIFEST.sha256')).toBe(true);
    expect(await page.getByTestId('pack-panel').innerText()).toContain(
      `inspection-pack verify ${name.replace(/\.zip$/u, '')}`,
    );
    await page.getByTestId('pack-drop').click();
    await page.getByTestId('pack-drop-form-submit').click();
    await page.getByTestId('pack-fetch').waitFor({ state: 'detached' });
  });
});
