/**
 * The first set-up as an administrator meets it: one-time password, agency's name, join token, a real agent on this machine
 * enrolled with the very command that the page shows, its host seen live.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newContext } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { journey } from './support/journey.ts';
import { wordsOf } from './support/real-agent.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const AGENT = path.join(ROOT, 'agent', 'cli.ts');

journey('the first set-up', ({ browser }) => {
  let folder: string;
  let collector: CollectorProcess;
  let page: Page;
  let agent: ChildProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-first-run-'));
    collector = await startCollectorProcess({ dataDir: path.join(folder, 'data') });
    page = await (await newContext(browser())).newPage();
  });
  afterAll(async () => {
    if (agent !== undefined && agent.exitCode === null) {
      const ended = once(agent, 'exit');
      agent.kill('SIGTERM');
      await ended;
    }
    await collector?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('begins after the one-time password is replaced', async () => {
    const first = await readFile(path.join(folder, 'data', 'initial-admin-password'), 'utf8');
    await page.goto(collector.url);
    await page.getByTestId('login-username').fill('admin');
    await page.getByTestId('login-password').fill(first.trim());
    await page.getByTestId('login-submit').click();
    await page.getByTestId('password-next').fill(STAGE_PASSWORD);
    await page.getByTestId('password-submit').click();
    await page.getByTestId('step-agency').waitFor();
    expect(await page.getByTestId('step-agency').getAttribute('data-state')).toBe('now');
    expect(await page.getByTestId('step-token').getAttribute('data-state')).toBe('later');
  });

  test('names the agency, keeping what was typed when another page was looked at between', async () => {
    await page.getByTestId('agency-name').fill('Ủy ban nhân dân tỉnh Minh Họa');
    await page.getByTestId('nav-hunt').click();
    await page.locator('main h1').waitFor();
    await page.goBack();
    await page.getByTestId('agency-save').waitFor();
    expect(await page.getByTestId('agency-name').inputValue()).toBe('Ủy ban nhân dân tỉnh Minh Họa');
    await page.getByTestId('agency-save').click();
    await page.getByTestId('token-make').waitFor();
    expect(await page.getByTestId('step-agency').innerText()).toContain('Ủy ban nhân dân tỉnh Minh Họa');
  });

  test('makes a token, and the commands with it bring a real agent on watch, seen live', async () => {
    await page.getByTestId('token-make').click();
    const commands = (await page.getByTestId('install-commands').innerText()).split('\n');
    const enrol = wordsOf(commands.find((line) => line.includes(' enrol ')) ?? '');
    await page.getByTestId('first-host-waiting').waitFor();

    const state = path.join(folder, 'agent');
    // As the page says it, with this checkout's program in the place of npx and a folder of its own.
    const enrolled = spawn(process.execPath, [AGENT, ...enrol.slice(2), '--state', state], {
      stdio: 'inherit',
    });
    expect((await once(enrolled, 'exit'))[0]).toBe(0);
    agent = spawn(
      process.execPath,
      [AGENT, 'run', '--state', state, '--only-given', '--log-level', 'silent'],
      {
        stdio: 'ignore',
      },
    );
    await page.getByTestId('first-host').waitFor();
    expect(await page.getByTestId('first-host').innerText()).toContain(os.hostname());
    expect(await page.getByTestId('step-install').getAttribute('data-state')).toBe('done');
  });

  test('is over then: the next start goes to the console', async () => {
    await page.goto(collector.url);
    await page.locator('.vg-rail [aria-current="page"]').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await page.getByTestId('step-agency').count()).toBe(0);
  });
});
