/**
 * Pictures of each attack story for its guide: `node scripts/story-pictures.ts [STORY...]`. One collector; a story is told,
 * its queue and its case are taken in both languages, and its alerts are closed before the next one.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { builtInStories } from '../rules/stories/index.ts';
import { caseProposalsSchema } from '../collector/api/contract-chains.ts';
import { caseDetailSchema } from '../collector/api/contract-cases.ts';
import { vonggacHere } from '../test/support/vonggac-command.ts';
import { LANGUAGES } from './screenshots/settings.ts';
import { smallPng } from './screenshots/small-png.ts';
import { takePages } from './screenshots/take-pages.ts';
import { startCollectorProcess } from './simulate/collector-process.ts';
import { launchBrowser } from './stage/browser.ts';
import { claimAdministrator } from './stage/people.ts';
import { ensureConsole } from './start/console-build.ts';

const ROOT = path.dirname(import.meta.dirname);
const OUT = path.join(ROOT, 'docs', 'screenshots', 'stories');
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
try {
  const admin = await claimAdministrator(collector.url, dataDir);
  for (const story of stories) {
    await vonggacHere(['--data', dataDir, 'replay', '--story', story.name]);
    const { proposals } = caseProposalsSchema.parse(await admin.call('GET', '/case-proposals'));
    const [proposal] = proposals;
    if (proposal === undefined) throw new Error(`${story.name} is no case`);
    const pages = [{ name: 'queue', address: '/alerts' }];
    const take = async (language: 'vi' | 'en'): Promise<void> => {
      const written: Promise<void>[] = [];
      const round = { url: collector.url, pages, language, themes: ['light'] as const, nowMs: Date.now() };
      const faults = await takePages(browser, round, ({ page, png }) => {
        const file = path.join(OUT, `${story.name}-${page.name}-${language}-light.png`);
        written.push(smallPng(png).then((small) => writeFile(file, small)));
      });
      await Promise.all(written);
      for (const fault of faults) process.stderr.write(`${story.name}: ${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
    };
    for (const language of LANGUAGES) await take(language);
    const made = caseDetailSchema.parse(
      await admin.call('POST', '/cases', {
        title: story.title_vi,
        severity: proposal.severity,
        class: 'other',
        drill: true,
        alertIds: proposal.alertIds,
      }),
    );
    pages.splice(0, 1, { name: 'case', address: `/cases/${made.number}?tab=chain` });
    for (const language of LANGUAGES) await take(language);
    await vonggacHere(['--data', dataDir, 'replay', '--remove-stories']);
    say(story.name);
  }
} finally {
  await browser.close();
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
}
