/**
 * Pictures of each attack story for its guide: `node scripts/story-pictures.ts [STORY...]`. One collector; a story is told,
 * its queue with the alert on top, and why it is one case, are taken in both languages, and its alerts
 * are closed before the next one.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { builtInStories } from '../rules/stories/index.ts';
import { alertPageSchema } from '../collector/api/contract-alerts.ts';
import { caseProposalsSchema } from '../collector/api/contract-chains.ts';
import { caseDetailSchema } from '../collector/api/contract-cases.ts';
import { vonggacHere } from '../test/support/vonggac-command.ts';
import { LANGUAGES, type Language } from './screenshots/settings.ts';
import { smallPng } from './screenshots/small-png.ts';
import { takePages } from './screenshots/take-pages.ts';
import { startCollectorProcess } from './simulate/collector-process.ts';
import { launchBrowser } from './stage/browser.ts';
import type { StagePage } from './stage/pages.ts';
import { claimAdministrator } from './stage/people.ts';
import { ensureConsole } from './start/console-build.ts';

const ROOT = path.dirname(import.meta.dirname);
const OUT = path.join(ROOT, 'docs', 'screenshots', 'stories');
/** So that a long chain is whole on the picture. */
const TALL = 1_240;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await ensureConsole(ROOT, say, { buildingConsole: 'Building the console…' });
await mkdir(OUT, { recursive: true });
const wanted = new Set(process.argv.slice(2));
const stories = builtInStories()
  .stories.map(({ story }) => story)
  .filter(({ name }) => wanted.size === 0 || wanted.has(name));
const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-stories-'));
const collector = await startCollectorProcess({ dataDir });
const browser = await launchBrowser();

/** @throws Error with what it wrote when not all that must come came */
async function replay(...flags: string[]): Promise<void> {
  const { code, out, err } = await vonggacHere(['--data', dataDir, 'replay', ...flags]);
  if (code !== 0) throw new Error(`replay ${flags.join(' ')} ended with ${code}: ${out}${err}`);
}

async function take(story: string, pages: readonly StagePage[], language: Language): Promise<void> {
  const written: Promise<void>[] = [];
  const nowMs = Date.now();
  const round = { url: collector.url, pages, language, themes: ['light'] as const, height: TALL, nowMs };
  const faults = await takePages(browser, round, ({ page, png }) => {
    const file = path.join(OUT, `${story}-${page.name}-${language}-light.png`);
    written.push(smallPng(png).then((small) => writeFile(file, small)));
  });
  await Promise.all(written);
  for (const fault of faults) process.stderr.write(`${story}: ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

try {
  const admin = await claimAdministrator(collector.url, dataDir);
  const agencies = new Set(stories.flatMap(({ hosts }) => Object.values(hosts).map(({ agency }) => agency)));
  for (const name of agencies) await admin.call('POST', '/agencies', { name, kind: 'unit' });
  for (const story of stories) {
    await replay('--story', story.name);
    const { proposals } = caseProposalsSchema.parse(await admin.call('GET', '/case-proposals'));
    const [proposal] = proposals;
    if (proposal === undefined) throw new Error(`${story.name} is no case`);
    const made = caseDetailSchema.parse(
      await admin.call('POST', '/cases', {
        title: story.title_vi,
        severity: proposal.severity,
        class: 'other',
        drill: true,
        alertIds: proposal.alertIds,
      }),
    );
    const [top] = alertPageSchema.parse(await admin.call('GET', '/alerts?state=new&limit=1')).alerts;
    if (top === undefined) throw new Error(`${story.name} left nothing in the queue`);
    const pages = [
      { name: 'queue', address: `/alerts/${top.id}` },
      { name: 'case', address: `/cases/${made.number}?tab=chain` },
    ];
    for (const language of LANGUAGES) {
      await admin.call('PATCH', `/cases/${made.number}`, {
        title: language === 'vi' ? story.title_vi : story.title,
      });
      await take(story.name, pages, language);
    }
    await replay('--remove-stories');
    say(story.name);
  }
} finally {
  await browser.close();
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
}
