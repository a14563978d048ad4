/**
 * The whole product as a new user meets it: `npm start`, sign in with the one-time password in a real Chromium, change
 * a watched file, guess SSH passwords, see both alerts arrive on the page; stop, start again, still there.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { totpAt } from '../../collector/registry/totp.ts';
import { CHROMIUM, hasChromium, launchBrowser } from '../../scripts/stage/browser.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const TOTP_STEP_MS = 30_000;
const PASSWORD = 'Trạm canh số 7, đêm rằm';

/** Times are told, not judged: how fast a shared machine is says nothing about the code. */
function figure(what: string, ms: number): void {
  console.info(`${what}: ${Math.round(ms)} ms`);
}

interface Started {
  child: ChildProcess;
  output: () => string;
  url: string;
  readyMs: number;
}

/** `npm start` with a port of the system's choice; resolves at the line `ready`. */
async function npmStart(dataDir: string, args: readonly string[]): Promise<Started> {
  const begun = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--lang', 'en', ...args], {
    cwd: ROOT,
    env: { ...process.env, VONGGAC_DATA: dataDir, VONGGAC_LISTEN: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output += chunk.toString());
  child.stderr.on('data', keep);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      if (/^ready$/m.test(output)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${output}`)));
  });
  const url = /https:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  if (url === undefined) throw new Error(`no address in: ${output}`);
  return { child, output: () => output, url, readyMs: performance.now() - begun };
}

/** Ctrl-C as a terminal sends it: to the whole foreground group. @returns milliseconds until all of it has ended */
async function ctrlC(started: Started): Promise<number> {
  const begun = performance.now();
  const exited = once(started.child, 'exit');
  process.kill(-(started.child.pid ?? 0), 'SIGINT');
  await exited;
  return performance.now() - begun;
}

describe.skipIf(!hasChromium())(
  `the watch stands (needs ${CHROMIUM}; Debian: apt-get install chromium)`,
  () => {
    let folder: string;
    let watched: string;
    let log: string;
    let dataDir: string;
    let started: Started;
    let browser: Browser;
    let page: Page;
    let codes: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-e2e-'));
      watched = path.join(folder, 'watched');
      log = path.join(folder, 'auth.log');
      dataDir = path.join(folder, 'data');
      await mkdir(watched);
      await writeFile(path.join(watched, 'web.conf'), 'listen 80\n');
      await writeFile(log, '');
      started = await npmStart(dataDir, ['--watch', watched, '--tail', log]);
      browser = await launchBrowser();
      page = await (
        await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 } })
      ).newPage();
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      if (started?.child.exitCode === null) await ctrlC(started);
      await rm(folder, { recursive: true, force: true });
    });

    test('says where to look, how to sign in and what it watches; the password is in a private file only', async () => {
      const file = path.join(dataDir, 'initial-admin-password');
      const password = (await readFile(file, 'utf8')).trim();
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(started.output()).toContain(started.url);
      expect(started.output()).toContain('initial-admin-password');
      expect(started.output()).toContain(watched);
      expect(started.output()).toContain(log);
      expect(started.output()).not.toContain(password);
    });

    test('the one-time password signs in and has to be changed', async () => {
      const password = (await readFile(path.join(dataDir, 'initial-admin-password'), 'utf8')).trim();
      await page.goto(started.url);
      await page.getByTestId('login-username').fill('admin');
      const typed = page.getByTestId('login-password');
      expect(await typed.getAttribute('type')).toBe('password');
      expect(await typed.getAttribute('autocomplete')).toBe('current-password');
      expect(await mayPaste(typed)).toBe(true);
      await typed.fill(password);
      await page.getByTestId('login-submit').click();
      const next = page.getByTestId('password-next');
      expect(await next.getAttribute('type')).toBe('password');
      expect(await next.getAttribute('autocomplete')).toBe('new-password');
      expect(await mayPaste(next)).toBe(true);
      await next.fill(PASSWORD);
      const again = page.getByTestId('password-again');
      if ((await again.count()) > 0) await again.fill(PASSWORD);
      await page.getByTestId('password-submit').click();
      await page.getByTestId('nav-alerts').click();
      expect(existsSync(path.join(dataDir, 'initial-admin-password'))).toBe(false);
    });

    test('a changed file becomes an alert on the open page', async () => {
      const begun = performance.now();
      await appendFile(path.join(watched, 'web.conf'), 'listen 443\n');
      const row = page.getByTestId('alert-row').filter({ hasText: watched });
      await showNew(row);
      await row.first().waitFor({ timeout: 60_000 });
      figure('file changed -> alert on the page', performance.now() - begun);
      expect(await row.count()).toBe(1);
    });

    test('guessed SSH passwords become searchable and raise a brute-force alert', async () => {
      const lines = Array.from({ length: 12 }, (_, n) => {
        const time = new Date(Date.now() - (12 - n) * 1_000).toISOString().replace('Z', '+00:00');
        return `${time} srv-01 sshd[${4_000 + n}]: Failed password for root from 198.51.100.23 port ${50_000 + n} ssh2`;
      });
      const begun = performance.now();
      await appendFile(log, `${lines.join('\n')}\n`);
      await expect
        .poll(async () => (await searchFor('198.51.100.23')).length, { timeout: 60_000, interval: 100 })
        .toBe(12);
      figure('lines written -> searchable', performance.now() - begun);
      const row = page.getByTestId('alert-row').filter({ hasText: '198.51.100.23' });
      await showNew(row);
      await row.first().waitFor({ timeout: 60_000 });
    });

    test('a second factor is set by scanning, and asked for from then on', async () => {
      await page.goto(`${started.url}/second-factor`);
      await page.getByTestId('second-factor-password').fill(PASSWORD);
      await page.getByTestId('second-factor-submit').click();
      const shown = await page.getByTestId('second-factor-secret').textContent();
      const secret = (shown ?? '').replaceAll(' ', '');
      await page.getByTestId('second-factor-code').fill('000000');
      await page.getByTestId('second-factor-submit').click();
      await expect.poll(() => page.getByTestId('second-factor-error').textContent()).toMatch(/mã|code/i);
      const step = Math.trunc(Date.now() / TOTP_STEP_MS);
      await page.getByTestId('second-factor-code').fill(totpAt(secret, step));
      await page.getByTestId('second-factor-submit').click();
      codes = await page.getByTestId('recovery-codes').locator('code').allTextContents();
      await page.getByTestId('second-factor-submit').click();
      await page.getByTestId('nav-alerts').waitFor();

      await page.context().clearCookies();
      await page.goto(started.url);
      await signIn();
    });

    test('signing out is in the menu, and leaves nothing of what was seen in the browser', async () => {
      await page.goto(`${started.url}/alerts`);
      await page.getByTestId('alert-row').filter({ hasText: '198.51.100.23' }).first().waitFor();
      await page.getByTestId('user-menu').click();
      await page.getByRole('menuitem', { name: /Đăng xuất|Sign out/ }).click();
      await page.getByTestId('login-username').waitFor();
      expect(await page.content()).not.toContain('198.51.100.23');
      const kept: unknown = await page.evaluate(`(async () => ({
        local: Object.keys(localStorage).toSorted(),
        session: Object.keys(sessionStorage),
        databases: (await indexedDB.databases()).length,
        readable: document.cookie,
      }))()`);
      expect(kept).toEqual({ local: ['vonggac.returning'], session: [], databases: 0, readable: '' });
      expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['__Host-vonggac-device']);
      await signIn();
    });

    test('a session that ends by itself leaves nothing on the page, and the same address after signing in', async () => {
      await page.goto(`${started.url}/alerts?status=new`);
      await page.getByTestId('alert-row').filter({ hasText: '198.51.100.23' }).first().waitFor();
      await page.evaluate(`localStorage.setItem('vonggac.language', 'en')`);
      await page.reload();
      await page.getByTestId('alert-row').filter({ hasText: '198.51.100.23' }).first().waitFor();
      await page.context().clearCookies({ name: '__Host-vonggac' });
      await page.getByTestId('nav-hosts').click();
      await page.getByTestId('session-expired').waitFor();
      expect(await page.content()).not.toMatch(/198\.51\.100\.23|admin/);
      await signIn();
      expect(new URL(page.url()).pathname).toBe('/hosts');
    });

    test('signing out without a line to the server clears the page, and the server hears of it later', async () => {
      await page.goto(`${started.url}/alerts`);
      await page.getByTestId('alert-row').filter({ hasText: '198.51.100.23' }).first().waitFor();
      await page.context().setOffline(true);
      await page.getByTestId('user-menu').click();
      await page.getByRole('menuitem', { name: /Đăng xuất|Sign out/ }).click();
      await page.getByTestId('login-username').waitFor();
      expect(await page.content()).not.toContain('198.51.100.23');
      expect(await page.title()).not.toMatch(/\d/);
      const held = await page.context().cookies();
      expect(held.map(({ name }) => name)).toContain('__Host-vonggac');
      await page.context().setOffline(false);
      await page.goto(started.url);
      await page.getByTestId('login-username').waitFor();
      expect(await page.evaluate(`localStorage.getItem('vonggac.language')`)).toBe('en');
      expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['__Host-vonggac-device']);
      await signIn();
    });

    test('Ctrl-C ends all of it, and a second start goes on with the same data', async () => {
      figure('Ctrl-C -> all ended', await ctrlC(started));
      started = await npmStart(dataDir, ['--watch', watched, '--tail', log]);
      figure('second npm start -> ready', started.readyMs);
      // The session outlives the restart too.
      await page.goto(`${started.url}/alerts`);
      await page.getByTestId('alert-row').filter({ hasText: '198.51.100.23' }).first().waitFor();
      expect(await searchFor('198.51.100.23')).toHaveLength(12);
    });

    /** Whether nothing on the page keeps a paste from the field. */
    async function mayPaste(field: ReturnType<Page['getByTestId']>): Promise<unknown> {
      await field.focus();
      return page.evaluate(
        `document.activeElement.dispatchEvent(
          new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: new DataTransfer() }))`,
      );
    }

    /** A code of the authenticator counts once: recovery codes stand in for the next ones. */
    async function signIn(): Promise<void> {
      await page.getByTestId('login-username').fill('admin');
      await page.getByTestId('login-password').fill(PASSWORD);
      await page.getByTestId('login-submit').click();
      await page.getByTestId('login-code').fill(codes.pop() ?? '');
      await page.getByTestId('login-submit').click();
      await page.getByTestId('nav-alerts').waitFor();
    }

    /** New alerts wait behind a bar so that the list does not jump; a person clicks it. */
    async function showNew(row: ReturnType<Page['getByTestId']>): Promise<void> {
      const bar = page.getByTestId('new-alerts-bar');
      await row.or(bar).first().waitFor({ timeout: 60_000 });
      if ((await row.count()) === 0) await bar.click();
    }

    /** Asks the API with the browser's own session. */
    async function searchFor(text: string): Promise<unknown[]> {
      const response = await page
        .context()
        .request.get(`${started.url}/api/v1/events?limit=100&text=${text}`);
      const body: unknown = await response.json();
      return typeof body === 'object' && body !== null && 'events' in body && Array.isArray(body.events)
        ? body.events
        : [];
    }
  },
);
