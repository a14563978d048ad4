/**
 * Takes the README's pictures: a real collector in a temporary folder, simulated agents that tell of a made-up
 * morning, and the alert page in a real Chromium. `npm run screenshots` (needs chromium; VONGGAC_CHROMIUM names it).
 */
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Browser, Page } from 'playwright-core';
import { laneNumber } from '#protocol/lane.ts';
import { formatJoinToken } from '#protocol/join-token.ts';
import { createAgency } from '../collector/registry/agencies.ts';
import { loadOrCreateCertificate } from '../collector/registry/certificate.ts';
import { createJoinToken } from '../collector/registry/join-tokens.ts';
import { DEMO_HOSTS } from './stage/attack-morning.ts';
import { CHROMIUM, hasChromium, launchBrowser } from './stage/browser.ts';
import { startCollectorProcess, withRegistry } from './simulate/collector-process.ts';
import { enrolSimAgent } from '../collector/simulate/identity.ts';
import { SimSession } from '../collector/simulate/sim-session.ts';
import { ensureConsole } from './start/console-build.ts';

const ROOT = path.dirname(import.meta.dirname);
const VIEWPORT = { width: 1_366, height: 768 };
const PASSWORD = 'ba con thuyền trên sông Hàn';
/** GitHub shows them on every visit. */
const BYTES_MAX = 300_000;
/** The alert that is open in the pictures. */
const OPENED = { vi: 'thành công sau nhiều lần', en: 'succeeded after repeated failures' } as const;

interface Shot {
  file: string;
  language: 'vi' | 'en';
  theme: 'light' | 'dark';
}

const SHOTS: readonly Shot[] = [
  { file: 'docs/console-alerts.png', language: 'vi', theme: 'light' },
  { file: 'docs/console-alerts-en-dark.png', language: 'en', theme: 'dark' },
];

/** One agency and one join token for each host. @returns the tokens in order of the hosts */
function prepareAgencies(dataDir: string): Promise<string[]> {
  return withRegistry(dataDir, async (registry) => {
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, names: [os.hostname()], now: Date.now });
    const tokens: string[] = [];
    for (const { agency } of DEMO_HOSTS) {
      const { id: agencyId } = await createAgency(registry, { name: agency, kind: 'department' }, 'system');
      const { id, secret } = await createJoinToken(registry, { uses: 1, days: 1, agencyId }, 'system');
      tokens.push(formatJoinToken({ id, secret, fingerprint }));
    }
    return tokens;
  });
}

async function sendDay(url: string, tokens: readonly string[], nowMs: number): Promise<SimSession[]> {
  const sessions: SimSession[] = [];
  for (const [index, host] of DEMO_HOSTS.entries()) {
    const token = tokens[index];
    if (token === undefined) throw new Error(`no join token for ${host.hostname}`);
    const session = new SimSession(await enrolSimAgent({ url, token, hostname: host.hostname }));
    await session.open();
    session.send(laneNumber('security'), host.records(nowMs));
    await session.settled();
    sessions.push(session);
  }
  return sessions;
}

async function signIn(page: Page, url: string, password: string): Promise<void> {
  await page.goto(new URL('/alerts', url).href);
  await page.getByTestId('login-username').fill('admin');
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
}

/** What somebody has already looked at. */
const ACKNOWLEDGED = ['/etc/cron.d/sao-luu', '/etc/ssh/sshd_config'];

/** First sign-in and an hour's work; both leave notes on the page, so they have a page of their own. */
async function beginWork(browser: Browser, url: string, dataDir: string): Promise<void> {
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await signIn(page, url, (await readFile(path.join(dataDir, 'initial-admin-password'), 'utf8')).trim());
  await page.getByTestId('password-next').fill(PASSWORD);
  await page.getByTestId('password-submit').click();
  for (const entity of ACKNOWLEDGED) {
    await page.getByTestId('alert-row').filter({ hasText: entity }).first().click();
    await page.getByTestId('alert-acknowledge').click();
    await page.getByTestId('alert-acknowledge').waitFor({ state: 'detached' });
  }
  await page.close();
}

async function take(browser: Browser, url: string, { file, language, theme }: Shot): Promise<void> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: VIEWPORT,
    locale: language === 'vi' ? 'vi-VN' : 'en-GB',
    timezoneId: 'Asia/Ho_Chi_Minh',
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  await context.addInitScript(`localStorage.setItem('vonggac.language', '${language}')`);
  const page = await context.newPage();
  await signIn(page, url, PASSWORD);
  const rows = page.getByTestId('alert-row');
  await rows
    .filter({ hasText: new RegExp(OPENED[language], 'i') })
    .first()
    .click();
  await page.getByTestId('detection').first().waitFor();
  await page.evaluate('document.fonts.ready');
  const place = path.join(ROOT, file);
  await page.screenshot({ path: place, animations: 'disabled' });
  await context.close();
  const { size } = await stat(place);
  if (size > BYTES_MAX) throw new Error(`${file} is ${size} bytes, more than ${BYTES_MAX}`);
  process.stdout.write(`${file}  ${size} bytes\n`);
}

if (!hasChromium()) {
  process.stderr.write(
    `${CHROMIUM} is not there: install Chromium (Debian: apt-get install chromium), or name it in VONGGAC_CHROMIUM\n`,
  );
  process.exit(1);
}
await ensureConsole(ROOT, (text) => process.stdout.write(`${text}\n`), {
  buildingConsole: 'Building the console…',
});
const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-screenshots-'));
try {
  const tokens = await prepareAgencies(dataDir);
  const collector = await startCollectorProcess({ dataDir });
  const browser = await launchBrowser();
  let sessions: SimSession[] = [];
  try {
    sessions = await sendDay(collector.url, tokens, Date.now());
    await beginWork(browser, collector.url, dataDir);
    await mkdir(path.join(ROOT, 'docs'), { recursive: true });
    for (const shot of SHOTS) await take(browser, collector.url, shot);
  } finally {
    for (const session of sessions) session.close();
    await browser.close();
    await collector.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
