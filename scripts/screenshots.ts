/**
 * Pictures of every page of the console, for the guides and the README: `npm run screenshots -- --help`. The pages are those
 * of scripts/stage/pages.ts, the dialogs those of scripts/stage/dialogs.ts; a picture is `NAME-LANGUAGE-THEME.png`.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Browser } from 'playwright-core';
import { HELP, LANGUAGES, parseSettings, THEMES, type Settings } from './screenshots/settings.ts';
import { smallPng } from './screenshots/small-png.ts';
import { takeDialogs } from './screenshots/take-dialogs.ts';
import { takePages } from './screenshots/take-pages.ts';
import { makeDialogThings } from './stage/dialog-things.ts';
import { CHROMIUM, hasChromium, launchBrowser } from './stage/browser.ts';
import { consolePages, findThings, stagePages, type StagePage } from './stage/pages.ts';
import { addShownThings } from './stage/shown-things.ts';
import { setStage, type Stage } from './stage/stage.ts';
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

/** Writes pictures down as they are taken, and says how far it is. */
class Album {
  readonly #out: string;
  readonly #of: number | undefined;
  readonly #written: Promise<number>[] = [];
  readonly tooLarge: string[] = [];
  #done = 0;

  /** @param of how many there will be; undefined: not known before */
  constructor(out: string, of?: number) {
    this.#out = out;
    this.#of = of;
  }

  put(file: string, png: Buffer): void {
    this.#written.push(this.#keep(file, png));
  }

  async #keep(file: string, png: Buffer): Promise<number> {
    const small = await smallPng(png);
    if (small.length > BYTES_MAX)
      this.tooLarge.push(`${file} is ${small.length} bytes, more than ${BYTES_MAX}`);
    await writeFile(path.join(this.#out, file), small);
    this.#done += 1;
    say(`${this.#done}${this.#of === undefined ? '' : `/${this.#of}`}  ${file}  ${small.length} bytes`);
    return small.length;
  }

  /** All is written. */
  async close(): Promise<void> {
    const bytes = (await Promise.all(this.#written)).reduce((sum, size) => sum + size, 0);
    say(`${this.#done} pictures, ${Math.round(bytes / 1_000)} kB`);
  }
}

/** @returns what is wrong: what could not be taken, pictures that are too large */
async function takeAllPages(
  { url, admin }: Stage,
  browser: Browser,
  settings: Settings,
  pages: readonly StagePage[],
): Promise<string[]> {
  const { out, languages, themes } = settings;
  const places = stagePages(await consolePages(), await findThings(admin));
  const wanted = places.filter(({ name }) => pages.some((page) => page.name === name));
  const album = new Album(out, wanted.length * languages.length * themes.length);
  const nowMs = Date.now();
  const faults = await Promise.all(
    languages.map((language) =>
      takePages(browser, { url, pages: wanted, language, themes, nowMs }, (taken) =>
        album.put(fileOf(taken.page, language, taken.theme), taken.png),
      ),
    ),
  );
  await album.close();
  if (settings.only === undefined) await removeOld(out, places);
  return [...faults.flat(), ...album.tooLarge];
}

/** As the pages; how large they are does not matter, for they are looked at and not kept. */
async function takeAllDialogs(
  { url, agency }: Stage,
  browser: Browser,
  out: string,
  { languages, themes, only }: Settings,
): Promise<string[]> {
  const things = await makeDialogThings(url, agency.id);
  const album = new Album(out);
  const faults = await Promise.all(
    languages.map((language) =>
      takeDialogs(browser, { url, things, language, themes, only }, (taken) =>
        album.put(`${taken.name}-${language}-${taken.theme}.png`, taken.png),
      ),
    ),
  );
  await album.close();
  return faults.flat();
}

/** @returns what is wrong */
async function takeAll(settings: Settings, pages: readonly StagePage[]): Promise<string[]> {
  await ensureConsole(ROOT, say, { buildingConsole: 'Building the console…' });
  say('Setting the stage…');
  const stage = await setStage();
  const browser = await launchBrowser();
  try {
    await addShownThings(stage);
    await mkdir(settings.dialogs ?? settings.out, { recursive: true });
    return settings.dialogs === undefined
      ? await takeAllPages(stage, browser, settings, pages)
      : await takeAllDialogs(stage, browser, settings.dialogs, settings);
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
    const faults = await takeAll(settings, settings.dialogs === undefined ? chosen(pages, settings) : []);
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof Error) || !isUsage(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
