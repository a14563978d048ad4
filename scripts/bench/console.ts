/**
 * The console as somebody feels it, in a real Chromium against a real collector that holds 100,000 alerts and ten million
 * events: what the first page loads and when it is there, and how long each key and click takes until it is painted.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import { createAgency } from '../../collector/registry/agencies.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { openLogFile } from '../../collector/telemetry/log.ts';
import { launchBrowser, newContext, settled, signInAs } from '../stage/browser.ts';
import { claimAdministrator } from '../stage/people.ts';
import { startCollectorProcess, withRegistry } from '../simulate/collector-process.ts';
import { ensureConsole } from '../start/console-build.ts';
import { percentile } from './cpu.ts';
import { fillAlerts } from './stored-alerts.ts';
import { fillEvents, STORED_DAYS } from './stored-events.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const AGENCIES = 40;
const DAY_MS = 86_400_000;
/** So many of the slowest interactions are named. */
const SLOWEST = 12;

/** Takes down each interaction's longest time to the next paint, and what Lighthouse scores loading by. */
const OBSERVE = `(() => {
  const seen = { interactions: {}, blocked: 0, shift: 0, paint: 0, largest: 0 };
  window.__seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.interactionId > 0) {
        const known = seen.interactions[entry.interactionId];
        const busy = entry.processingEnd - entry.processingStart;
        if (known === undefined || known.ms < entry.duration)
          seen.interactions[entry.interactionId] = {
            ms: entry.duration,
            waitedMs: entry.processingStart - entry.startTime,
            handledMs: busy,
            what: location.pathname.split('/')[1] + ': ' + entry.name + ' on ' + (entry.target?.dataset?.testid ?? entry.target?.tagName ?? 'nothing'),
          };
      }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.blocked += Math.max(0, entry.duration - 50);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') seen.paint = entry.startTime;
  }).observe({ type: 'paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
})()`;

const seenSchema = z.object({
  interactions: z.record(
    z.string(),
    z.object({ ms: z.number(), waitedMs: z.number(), handledMs: z.number(), what: z.string() }),
  ),
  blocked: z.number(),
  shift: z.number(),
  paint: z.number(),
  largest: z.number(),
});
type Seen = z.infer<typeof seenSchema>;

const seenOn = async (page: Page): Promise<Seen> => seenSchema.parse(await page.evaluate('window.__seen'));

/**
 * Lighthouse's desktop curves (v10 and later): each metric's score is the complementary log-normal distribution with the
 * given value at 0.9 and median at 0.5.
 */
const CURVES = {
  firstContentfulPaintMs: { p10: 934, median: 1_600, weight: 10 },
  // Where the largest text is painted the page is complete: it stands in for the speed index too.
  largestContentfulPaintMs: { p10: 1_200, median: 2_400, weight: 35 },
  totalBlockingTimeMs: { p10: 150, median: 350, weight: 30 },
  cumulativeLayoutShift: { p10: 0.1, median: 0.25, weight: 25 },
} as const;
/** The inverse complementary error function of one fifth: the score is 0.9 at p10. */
const INVERSE_ERFC = 0.906_193_802_436_823_2;

/** Abramowitz and Stegun 7.1.26; error below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.327_591_1 * Math.abs(x));
  const y =
    1 -
    ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t + 0.254_829_592) *
      t *
      Math.exp(-x * x);
  return Math.sign(x) * y;
}

function scoreOf(value: number, { p10, median }: { p10: number; median: number }): number {
  if (value <= 0) return 1;
  const standard = (Math.log(value / median) * INVERSE_ERFC) / Math.log(median / p10);
  return (1 - erf(standard)) / 2;
}

/** Ten megabits and 40 ms, as Lighthouse's desktop has them. */
async function slowLine(cdp: CDPSession): Promise<void> {
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 40,
    downloadThroughput: (10_240 * 1_024) / 8,
    uploadThroughput: (10_240 * 1_024) / 8,
  });
}

async function firstLoad(page: Page, url: string) {
  const cdp = await page.context().newCDPSession(page);
  await slowLine(cdp);
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  let scriptBytes = 0;
  const scripts = new Set<string>();
  cdp.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });
  await page.goto(`${url}/overview`);
  await settled(page);
  const { paint, largest, blocked, shift } = await seenOn(page);
  await cdp.detach();
  const metrics = {
    firstContentfulPaintMs: Math.round(paint),
    largestContentfulPaintMs: Math.round(largest),
    totalBlockingTimeMs: Math.round(blocked),
    cumulativeLayoutShift: Math.round(shift * 1_000) / 1_000,
  };
  const score = Object.entries(CURVES).reduce(
    (sum, [name, curve]) => sum + curve.weight * scoreOf(metrics[name as keyof typeof metrics], curve),
    0,
  );
  return { scriptBytes, ...metrics, performanceScore: Math.round(score) };
}

/** An analyst's ten minutes, by keys and mouse; each step waits until the page is quiet. */
async function work(page: Page, url: string, rounds: number): Promise<void> {
  const rows = page.getByTestId('alert-row');
  await page.goto(`${url}/alerts`);
  await rows.first().waitFor();
  for (let round = 0; round < rounds; round += 1) {
    for (let n = 0; n < 8; n += 1) await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByTestId('alert-panel').waitFor();
    await settled(page);
    for (let n = 0; n < 4; n += 1) {
      await page.keyboard.press(n % 2 === 0 ? 'j' : 'k');
      await settled(page);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('dang ngo 17', { delay: 60 });
    await settled(page);
    await page.getByTestId('alert-search').fill('');
    await page.keyboard.press('Escape');
    // The list of all comes back after a moment's rest of the keys.
    await page.waitForURL((at) => !at.searchParams.has('q'));
    await rows.first().waitFor();
    await settled(page);
  }
  for (const room of ['nav-hunt', 'nav-hosts', 'nav-rules', 'nav-alerts']) {
    await page.getByTestId(room).click();
    await settled(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
  }
}

async function fill(dataDir: string, events: number, alerts: number): Promise<void> {
  const { log, close } = await openLogFile(path.join(dataDir, 'logs'), 'error');
  const opened = await openStore({ dataDir, log });
  try {
    await fillEvents(opened.store, events, Date.now() - STORED_DAYS * DAY_MS);
  } finally {
    await opened.close();
    await close();
  }
  await withRegistry(dataDir, async (registry) => {
    const agencyIds: number[] = [];
    for (let n = 0; n < AGENCIES; n += 1) {
      const { id } = await createAgency(registry, { name: `Sở thứ ${n}`, kind: 'department' }, 'system');
      agencyIds.push(id);
    }
    await fillAlerts(registry, alerts, agencyIds);
  });
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '10000000' },
      alerts: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '8' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const dataDir = values.data ?? (await mkdtemp(path.join(os.tmpdir(), 'vonggac-console-')));
  await ensureConsole(ROOT, (text) => process.stderr.write(`${text}\n`), { buildingConsole: '' });
  const isFilled = existsSync(path.join(dataDir, 'registry.sqlite'));
  if (!isFilled) await fill(dataDir, Number(values.events), Number(values.alerts));
  const collector = await startCollectorProcess({ dataDir });
  const browser = await launchBrowser();
  try {
    if (!isFilled) await claimAdministrator(collector.url, dataDir);
    const context = await newContext(browser);
    await context.addInitScript(OBSERVE);
    const page = await signInAs(context, collector.url, 'admin', '/alerts');
    // What the page before asked is answered: the first load is that of a server that has nothing else to do.
    await page.getByTestId('alert-facets').waitFor();
    const load = await firstLoad(page, collector.url);
    await work(page, collector.url, Number(values.rounds));
    const seen = Object.values((await seenOn(page)).interactions).toSorted((a, b) => a.ms - b.ms);
    const times = seen.map(({ ms }) => ms);
    const result = {
      alerts: Number(values.alerts),
      events: Number(values.events),
      ...load,
      interactions: times.length,
      nextPaintP50Ms: percentile(times, 0.5),
      nextPaintP95Ms: percentile(times, 0.95),
      nextPaintMaxMs: times.at(-1) ?? 0,
      // Of which so long the page was busy with something else, and so long with the act itself; the rest is drawing.
      slowest: seen
        .slice(-SLOWEST)
        .map(({ ms, waitedMs, handledMs, what }) => [what, ms, Math.round(waitedMs), Math.round(handledMs)]),
    };
    process.stdout.write(`${JSON.stringify(result, null, values.json === true ? 0 : 2)}\n`);
  } finally {
    await browser.close();
    await collector.stop();
    if (values.data === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}
