/**
 * Pictures of every page of the console, for the guides and the README: `npm run screenshots -- --help`. The pages are those
 * of scripts/stage/pages.ts; a picture is `PAGE-LANGUAGE-THEME.png`.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { HELP, LANGUAGES, parseSettings, THEMES, type Settings } from './screenshots/settings.ts';
import { smallPng } from './screenshots/small-png.ts';
import { takePages, type Taken } from './screenshots/take-pages.ts';
import { CHROMIUM, hasChromium, launchBrowser } from './stage/browser.ts';
import { consolePages, findThings, stagePages, type StagePage } from './stage/pages.ts';
import { setStage } from './stage/stage.ts';
import { ensureConsole } from './start/console-build.ts';

const ROOT = path.dirname(import.meta.dirname);
/** They are shown on every visit of the README and the guides. */
const BYTES_MAX = 90_000;
const NOWHERE = { alertId: '', caseId: '', hostId: '', ruleId: '', systemId: 0 };

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const fileOf = (page: StagePage, language: string, theme: string): string =>
  `${page.name}-${language}-${theme}.png`;

/** @throws RangeError for a page that there is not */
function chosen(pages: readonly StagePage[], { only }: Settings): StagePage[] {
  const unknown = [...(only ?? [])].filter((name) => !pages.some((page) => page.name === name));
  if (unknown.length > 0)
    throw new RangeError(`--only ${unknown.join(', ')}: no such page; --list names them`);
  return pages.filter(({ name }) => only === undefined || only.has(name));
}

/** Removes pictures of pages that are no more. */
async function removeOld(out: string, pages: readonly StagePage[]): Promise<void> {
  const kept = new Set(
    pages.flatMap((page) =>
      LANGUAGES.flatMap((language) => THEMES.map((theme) => fileOf(page, language, theme))),
    ),
  );
  for (const name of await readdir(out))
    if (name.endsWith('.png') && !kept.has(name)) await rm(path.join(out, name));
}

/** @returns what is wrong: pages that could not be taken, pictures that are too large */
async function takeAll(settings: Settings, pages: readonly StagePage[]): Promise<string[]> {
  const { out, languages, themes } = settings;
  await ensureConsole(ROOT, say, { buildingConsole: 'Building the console…' });
  say('Setting the stage…');
  const stage = await setStage();
  const browser = await launchBrowser();
  try {
    const places = stagePages(await consolePages(), await findThings(stage.admin));
    const wanted = places.filter(({ name }) => pages.some((page) => page.name === name));
    const of = wanted.length * languages.length * themes.length;
    const written: Promise<number>[] = [];
    const large: string[] = [];
    let done = 0;
    const keep = async ({ page, language, theme, png }: Taken): Promise<number> => {
      const small = await smallPng(png);
      const file = fileOf(page, language, theme);
      if (small.length > BYTES_MAX) large.push(`${file} is ${small.length} bytes, more than ${BYTES_MAX}`);
      await writeFile(path.join(out, file), small);
      done += 1;
      say(`${done}/${of}  ${file}  ${small.length} bytes`);
      return small.length;
    };
    const nowMs = Date.now();
    await mkdir(out, { recursive: true });
    const faults = await Promise.all(
      languages.map((language) =>
        takePages(browser, { url: stage.url, pages: wanted, language, themes, nowMs }, (taken) =>
          written.push(keep(taken)),
        ),
      ),
    );
    const bytes = (await Promise.all(written)).reduce((sum, size) => sum + size, 0);
    if (settings.only === undefined) await removeOld(out, places);
    say(`${done} of ${of} pictures, ${Math.round(bytes / 1_000)} kB`);
    return [...faults.flat(), ...large];
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** Said by what reads the arguments, to whoever gave them. */
const isUsage = (error: Error): boolean =>
  error instanceof RangeError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));

try {
  const settings = parseSettings(process.argv.slice(2));
  const pages = stagePages(await consolePages(), NOWHERE);
  if (settings.help) process.stdout.write(HELP);
  else if (settings.list) for (const { name } of pages) say(name);
  else if (!hasChromium()) {
    process.stderr.write(
      `${CHROMIUM} is not there: install Chromium (Debian: apt-get install chromium), or name it in VONGGAC_CHROMIUM\n`,
    );
    process.exitCode = 1;
  } else {
    const faults = await takeAll(settings, chosen(pages, settings));
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof Error) || !isUsage(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
