/**
 * How current the system is, told without asking anybody outside: what the package manager already knows of updates,
 * and whether what runs is what is installed.
 */
import fs from 'node:fs';
import os from 'node:os';
import { at, type Host } from './host.ts';
import { exists, linkAt, listFolder, namesIn, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
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

/** @param text of `dnf updateinfo list` */
export function parseDnfAdvisories(text: string): PendingUpdate[] {
  return text.split('\n').flatMap((line) => {
    const [advisory, kind, name] = line.trim().split(/\s+/);
    if (advisory === undefined || kind === undefined || name === undefined || !/^[A-Z]/.test(advisory))
      return [];
    const match = /^(.+)-([^-]+-[^-]+)\.[^.]+$/.exec(name);
    if (match === null) return [];
    const [, packageName = '', available = ''] = match;
    return [
      {
        name: packageName,
        installed: '',
        available,
        origin: `${advisory} ${kind}`,
        security: /sec/i.test(kind),
      },
    ];
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

/** @returns undefined where no manager is known that tells */
export async function readUpdates(host: Host, signal?: AbortSignal): Promise<Updates | undefined> {
  if (await exists(host, '/var/lib/dpkg/status')) {
    const args = ['-s', '-q', '-o', 'Debug::NoLocking=1', 'upgrade', '--with-new-pkgs'];
    const knownAtMs =
      modified(host, '/var/lib/apt/periodic/update-success-stamp') ??
      modified(host, '/var/lib/apt/lists/partial');
    return ask(host, signal, { manager: 'apt-get', args, parse: parseAptSimulation, knownAtMs });
  }
  for (const manager of ['dnf', 'yum']) {
    if (!(await exists(host, `/usr/bin/${manager}`))) continue;
    const args = ['-C', '-q', 'updateinfo', 'list', 'security'];
    const knownAtMs = modified(host, `/var/cache/${manager}`);
    return ask(host, signal, { manager, args, parse: parseDnfAdvisories, knownAtMs });
  }
  if (await exists(host, '/usr/bin/zypper')) {
    const args = ['--quiet', '--non-interactive', '--no-refresh', 'list-patches'];
    const knownAtMs = modified(host, '/var/cache/zypp/solv');
    return ask(host, signal, { manager: 'zypper', args, parse: parseZypperPatches, knownAtMs });
  }
  return undefined;
}

async function ask(
  host: Host,
  signal: AbortSignal | undefined,
  way: {
    manager: string;
    args: string[];
    parse: (text: string) => PendingUpdate[];
    knownAtMs: number | undefined;
  },
): Promise<Updates> {
  const { manager, args, parse, knownAtMs } = way;
  const result = await host.run(manager, args, { signal, timeoutMs: TIMEOUT_MS });
  const reason = whyNot(manager, result);
  if (reason !== undefined || result.kind !== 'ended')
    return {
      manager,
      knownAtMs,
      pending: reading<PendingUpdate>([], [{ part: manager, reason: reason ?? '' }]),
    };
  const all = parse(result.stdout);
  const truncated = Math.max(0, all.length - UPDATES_MAX);
  const unread = result.truncated ? [{ part: manager, reason: 'its list is too long' }] : [];
  return { manager, knownAtMs, pending: reading(all.slice(0, UPDATES_MAX), unread, truncated) };
}

function modified(host: Pick<Host, 'root'>, file: string): number | undefined {
  try {
    return fs.statSync(at(host, file)).mtimeMs;
  } catch {
    // It was never updated, or keeps its word elsewhere.
    return undefined;
  }
}

export interface KernelState {
  running: string;
  /** Newest that is installed; empty where it cannot be told. */
  installed: string;
  rebootNeeded: boolean;
  /** Why, e.g. packages that ask for it. */
  reason: string;
}

export async function readKernelState(
  host: Pick<Host, 'root'>,
  running: string = os.release(),
): Promise<KernelState> {
  const folders = await namesIn(host, '/lib/modules');
  // What was not built with this kernel's flavour is not its successor.
  const flavour = flavourOf(running);
  const installed =
    folders
      .filter((name) => flavourOf(name) === flavour)
      .sort(byNumbers)
      .at(-1) ?? '';
  const newer = installed !== '' && byNumbers(running, installed) < 0;
  const asked = await exists(host, '/run/reboot-required');
  const packages = ((await textOr(host, '/run/reboot-required.pkgs')) ?? '').split('\n').filter(Boolean);
  const reasons = [
    ...(newer ? [`kernel ${installed} is installed`] : []),
    ...(asked ? [`packages ask for it: ${[...new Set(packages)].sort().join(' ')}`] : []),
  ];
  return { running, installed, rebootNeeded: reasons.length > 0, reason: reasons.join('; ') };
}

function flavourOf(release: string): string {
  return /[a-z]+$/i.exec(release.replace(/\.(x86_64|aarch64|el\d+.*)$/, ''))?.[0] ?? '';
}

/** Numbers inside compare as numbers. */
function byNumbers(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

/** Programs that run although their file was replaced or deleted: the update has not reached them. */
export async function readReplacedPrograms(
  host: Pick<Host, 'root'>,
  turn: () => Promise<void>,
): Promise<string[]> {
  const programs = new Set<string>();
  const listed = await listFolder(host, '/proc', 200_000);
  for (const pid of listed.kind === 'names' ? listed.names : []) {
    if (!/^\d+$/.test(pid)) continue;
    await turn();
    const target = await linkAt(host, `/proc/${pid}/exe`);
    if (target?.endsWith(' (deleted)') === true && /^\/(usr|s?bin|opt|lib)/.test(target))
      programs.add(target.slice(0, -' (deleted)'.length));
  }
  return [...programs].sort();
}
