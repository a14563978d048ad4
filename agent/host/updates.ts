/** Updates that wait, told without asking anybody outside: what the package manager already knows of them. */
import fs from 'node:fs';
import { at, type Host } from './host.ts';
import { exists, namesIn } from './read-text.ts';
import { hasDpkgPackages } from './packages.ts';
import { bounded, reading, type Reading, type Unread } from './reading.ts';
import { whyNot } from './run-program.ts';

export interface PendingUpdate {
  name: string;
  installed: string;
  available: string;
  /** The package manager calls it one of security. */
  security: boolean;
  /** Archive or severity it comes with. */
  origin: string;
}

export interface Updates {
  pending: Reading<PendingUpdate>;
  manager: string;
  /** When the manager last heard of updates, milliseconds since 1970; undefined: unknown. */
  knownAtMs: number | undefined;
}

const UPDATES_MAX = 5_000;
const ORIGINS_MAX = 3;
/** Folders below that of all repositories: yum has one for the architecture and one for the release. */
const CACHE_DEPTH = 4;
const CACHE_NAMES_MAX = 500;
/** What a repository says of its packages. */
const LIST = /^(repomd\.xml|cookie|cachecookie|.*primary\.(xml|sqlite).*)$/;
const TIMEOUT_MS = 120_000;

/** @param text of `apt-get -s upgrade` */
export function parseAptSimulation(text: string): PendingUpdate[] {
  return text.split('\n').flatMap((line) => {
    const match = /^Inst (\S+) \[([^\]]*)\] \((\S+) (.*?)(?: \[[^\]]*\])?\)/.exec(line);
    if (match === null) return [];
    const [, name = '', installed = '', available = '', origin = ''] = match;
    return [{ name, installed, available, origin, security: /-security\b|Debian-Security/i.test(origin) }];
  });
}

/** @param text of `dnf check-update`: name.architecture, version, repository */
export function parseDnfUpdates(text: string): PendingUpdate[] {
  const [current = ''] = text.split(/^Obsoleting Packages/im);
  // yum of old breaks lines that are too long.
  return current
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const match = /^(\S+)\.[^.\s]+\s+(\S*\d\S*-\S+)\s+(\S+)$/.exec(line.trim());
      if (match === null) return [];
      const [, name = '', available = '', origin = ''] = match;
      return [{ name, installed: '', available, origin, security: false }];
    });
}

/** @param text of `dnf updateinfo list`: advisory, kind, in dnf 5 severity, package, in dnf 5 date */
export function parseDnfAdvisories(text: string): PendingUpdate[] {
  return text.split('\n').flatMap((line) => {
    const [advisory = '', kind = '', ...rest] = line.trim().split(/\s+/);
    if (!/^[A-Za-z][\w:.-]*\d/.test(advisory)) return [];
    const match = rest
      .map((cell) => /^(.+)-([^-]+-[^-]+)\.[^.]+$/.exec(cell))
      .find((found) => found !== null);
    if (match === undefined) return [];
    const [, name = '', available = ''] = match;
    return [{ name, installed: '', available, origin: `${advisory} ${kind}`, security: /sec/i.test(kind) }];
  });
}

/** @param text of `zypper --quiet list-patches`, a table */
export function parseZypperPatches(text: string): PendingUpdate[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, name, category, severity] = cells;
    if (name === undefined || category === undefined || cells.length < 5 || category === 'Category')
      return [];
    return [
      {
        name,
        installed: '',
        available: '',
        origin: `${category} ${severity ?? ''}`.trim(),
        security: category === 'security',
      },
    ];
  });
}

/** One row for each name: what several advisories say of a package belongs together. */
export function mergeUpdates(updates: readonly PendingUpdate[]): PendingUpdate[] {
  return [...Map.groupBy(updates, ({ name }) => name).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const origins = [...new Set(same.map(({ origin }) => origin))];
    const more = origins.length - ORIGINS_MAX;
    return [
      {
        ...first,
        security: same.some(({ security }) => security),
        origin: `${origins.slice(0, ORIGINS_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      },
    ];
  });
}

/** @returns undefined where no manager is known that tells */
export async function readUpdates(host: Host, signal?: AbortSignal): Promise<Updates | undefined> {
  if (await hasDpkgPackages(host)) {
    const args = ['-s', '-q', '-o', 'Debug::NoLocking=1', 'upgrade', '--with-new-pkgs'];
    const knownAtMs =
      modified(host, '/var/lib/apt/periodic/update-success-stamp') ??
      modified(host, '/var/lib/apt/lists/partial');
    return ask(host, signal, 'apt-get', knownAtMs, [{ args, parse: parseAptSimulation }]);
  }
  for (const manager of ['dnf', 'yum']) {
    if (!(await exists(host, `/usr/bin/${manager}`))) continue;
    const security = manager === 'dnf' ? '--security' : 'security';
    const questions = [
      // It ends with 100 when there are some.
      { args: ['-C', '-q', 'check-update'], parse: parseDnfUpdates, codes: [0, 100] },
      { args: ['-C', '-q', 'updateinfo', 'list', security], parse: parseDnfAdvisories },
    ];
    const caches = manager === 'dnf' ? ['/var/cache/dnf', '/var/cache/libdnf5'] : ['/var/cache/yum'];
    return askOffline(host, signal, manager, caches, questions);
  }
  if (await exists(host, '/usr/bin/zypper')) {
    const args = ['--quiet', '--non-interactive', '--no-refresh', 'list-patches'];
    return askOffline(host, signal, 'zypper', ['/var/cache/zypp/raw'], [{ args, parse: parseZypperPatches }]);
  }
  return undefined;
}

interface Question {
  args: string[];
  parse: (text: string) => PendingUpdate[];
  /** With which it ends when it has answered; left out: 0. */
  codes?: readonly number[] | undefined;
}

/** Of managers that say "none" when they were never told. */
async function askOffline(
  host: Host,
  signal: AbortSignal | undefined,
  manager: string,
  caches: readonly string[],
  questions: readonly Question[],
): Promise<Updates> {
  const times = await Promise.all(caches.map((cache) => newestList(host, cache)));
  const known = times.filter((time) => time !== undefined);
  if (known.length > 0) return ask(host, signal, manager, Math.max(...known), questions);
  const reason = `${manager} has no list of what is to be had: its repositories were never asked`;
  return { manager, knownAtMs: undefined, pending: reading<PendingUpdate>([], [{ part: manager, reason }]) };
}

async function ask(
  host: Host,
  signal: AbortSignal | undefined,
  manager: string,
  knownAtMs: number | undefined,
  questions: readonly Question[],
): Promise<Updates> {
  const found: PendingUpdate[] = [];
  const unread: Unread[] = [];
  for (const { args, parse, codes = [0] } of questions) {
    const result = await host.run(manager, args, { signal, timeoutMs: TIMEOUT_MS });
    if (result.kind === 'ended' && codes.includes(result.code)) {
      for (const update of parse(result.stdout)) found.push(update);
      if (result.truncated) unread.push({ part: manager, reason: 'its list is too long' });
    } else unread.push({ part: manager, reason: whyNot(manager, result) ?? 'it gave no answer' });
  }
  return { manager, knownAtMs, pending: { ...bounded(mergeUpdates(found), UPDATES_MAX), unread } };
}

/** When the newest list of a repository came; undefined: there is none. */
async function newestList(
  host: Pick<Host, 'root'>,
  folder: string,
  depth = CACHE_DEPTH,
): Promise<number | undefined> {
  const times: number[] = [];
  for (const name of (await namesIn(host, folder)).slice(0, CACHE_NAMES_MAX)) {
    const entry = `${folder}/${name}`;
    // A manager that found nothing new only touches what it has.
    const atMs = LIST.test(name) ? modified(host, entry) : undefined;
    const below = atMs === undefined && depth > 0 ? await newestList(host, entry, depth - 1) : undefined;
    const time = atMs ?? below;
    if (time !== undefined) times.push(time);
  }
  return times.length === 0 ? undefined : Math.max(...times);
}

function modified(host: Pick<Host, 'root'>, file: string): number | undefined {
  try {
    return fs.statSync(at(host, file)).mtimeMs;
  } catch {
    // It was never updated, or keeps its word elsewhere.
    return undefined;
  }
}
