/**
 * Which other programs guard this host, and whether one may be what holds the agent back. It is named as the likely cause only where
 * something else failed; then it is said what to exclude and where.
 */
import fs from 'node:fs';
import path from 'node:path';
import { at, type Host } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import { ok, warn, type Check } from './check.ts';
import {
  findProtectors,
  type FoundProtector,
  LINUX_PROTECTORS,
  parseTasklist,
  type Registered,
  WINDOWS_PROTECTORS,
} from './protectors.ts';

const PROCESSES_MAX = 20_000;
/** What one of them can bring about. */
const TROUBLES: ReadonlySet<Check['name']> = new Set<Check['name']>([
  'collector',
  'agent',
  'spool',
  'event-log',
  'registry',
  'audit',
]);

/** What is to be excluded. */
export interface Excluded {
  folders: readonly string[];
  program: string;
  /** Of the collector, `host:port`. */
  address: string;
}

/** @param others what else was found */
export async function checkProtectors(
  host: Host,
  excluded: Excluded,
  others: readonly Check[],
  m: Messages,
): Promise<Check[]> {
  const found = await (host.platform === 'win32' ? onWindows(host) : Promise.resolve(onLinux(host)));
  const isTrouble = others.some(({ level, name }) => level === 'fail' && TROUBLES.has(name));
  const texts = m.doctor.protectors;
  return found.map(({ key, name, isOn }) => {
    if (isOn === false) return ok('protector', texts.off(name));
    const { folders, program, address } = excluded;
    // As PowerShell takes them.
    const listed = key === 'defender' ? folders.map((one) => `'${one}'`).join(',') : folders.join('; ');
    const steps = texts.steps[key](listed, program, address);
    return isTrouble
      ? warn('protector', texts.mayBlock(name, steps))
      : ok('protector', texts.quiet(name, steps));
  });
}

async function onWindows(host: Host): Promise<FoundProtector[]> {
  const listed = await host.run('tasklist', ['/fo', 'csv', '/nh']);
  const processes = listed.kind === 'ended' ? parseTasklist(listed.stdout) : [];
  const { lookAtCim, textOf } = await import('../windows/cim-look.ts');
  // Servers have no security center; then the processes tell.
  const answer = (await lookAtCim(host, ['antivirus'])).get('antivirus');
  const registered: Registered[] = [];
  for (const row of answer?.kind === 'rows' ? answer.rows : []) {
    const state = row['productState'];
    registered.push({
      name: textOf(row, 'displayName'),
      state: typeof state === 'number' ? state : undefined,
    });
  }
  return findProtectors(WINDOWS_PROTECTORS, processes, registered);
}

function onLinux(host: Pick<Host, 'root'>): FoundProtector[] {
  const names: string[] = [];
  const proc = at(host, '/proc');
  if (!fs.existsSync(proc)) return [];
  for (const entry of fs.readdirSync(proc).slice(0, PROCESSES_MAX)) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      names.push(fs.readFileSync(path.join(proc, entry, 'comm'), 'utf8').trim());
    } catch {
      // It has ended meanwhile.
    }
  }
  return findProtectors(LINUX_PROTECTORS, names, []);
}
