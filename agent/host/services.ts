/**
 * Services of this host: systemd's units from their files, whether they are enabled from the links of their targets,
 * whether they run from their control groups; without systemd the scripts of init.d. No program is asked, so it works
 * on another root and when systemd does not answer.
 */
import path from 'node:path';
import type { Host } from './host.ts';
import { linkAt, listFolder, namesIn, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { parseUnit } from './unit-file.ts';

export interface Service {
  /** Unit or script, e.g. `ssh.service`, `ssh`. */
  name: string;
  manager: 'systemd' | 'init.d';
  /** `static`: nothing to enable it by; `alias`: another name of a unit. */
  enabled: 'enabled' | 'disabled' | 'masked' | 'static' | 'alias';
  /** undefined: it cannot be told. */
  running: boolean | undefined;
  /** First command it starts, prefixes removed; empty when its file has none. */
  exec: string;
  user: string;
  /** File that says so. */
  file: string;
}

/** In the order in which the first one counts. */
export const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

const SERVICES_MAX = 5_000;
const UNIT_BYTES_MAX = 262_144;

/** Unit files by name with the first place of each; `ending` e.g. `.service`. */
export async function findUnits(
  host: Pick<Host, 'root'>,
  ending: string,
): Promise<Reading<{ name: string; file: string }>> {
  const units = reading<{ name: string; file: string }>();
  const seen = new Set<string>();
  for (const folder of UNIT_FOLDERS) {
    const listed = await listFolder(host, folder);
    if (listed.kind === 'unreadable') units.unread.push({ part: folder, reason: listed.reason });
    if (listed.kind !== 'names') continue;
    for (const name of listed.names) {
      if (!name.endsWith(ending) || seen.has(name)) continue;
      seen.add(name);
      units.items.push({ name, file: `${folder}/${name}` });
    }
  }
  return units;
}

/** Names of units that a target, or another unit, wants or requires. */
export async function wantedUnits(host: Pick<Host, 'root'>): Promise<Set<string>> {
  const wanted = new Set<string>();
  for (const folder of UNIT_FOLDERS) {
    for (const name of await namesIn(host, folder)) {
      if (!/\.(wants|requires)$/.test(name)) continue;
      for (const unit of await namesIn(host, `${folder}/${name}`)) wanted.add(unit);
    }
  }
  return wanted;
}

/** @returns undefined when it is not a systemd that runs here */
async function runningUnits(host: Pick<Host, 'root'>): Promise<Set<string> | undefined> {
  for (const top of ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']) {
    if ((await listFolder(host, `${top}/system.slice`)).kind !== 'names') continue;
    const running = new Set<string>();
    await addRunning(host, `${top}/system.slice`, running, 3);
    return running;
  }
  return undefined;
}

async function addRunning(
  host: Pick<Host, 'root'>,
  folder: string,
  to: Set<string>,
  depth: number,
): Promise<void> {
  for (const name of await namesIn(host, folder)) {
    if (name.endsWith('.service')) {
      if (await populated(host, `${folder}/${name}`)) to.add(name);
    } else if (name.endsWith('.slice') && depth > 0) {
      await addRunning(host, `${folder}/${name}`, to, depth - 1);
    }
  }
}

async function populated(host: Pick<Host, 'root'>, group: string): Promise<boolean> {
  const events = await readText(host, `${group}/cgroup.events`, 4_096);
  if (events.kind === 'text') return /^populated 1$/m.test(events.text);
  const processes = await readText(host, `${group}/cgroup.procs`, 4_096);
  return processes.kind === 'text' && processes.text.trim() !== '';
}

/** @param only units of these names; left out: all */
export async function readServices(host: Pick<Host, 'root'>, only?: RegExp): Promise<Reading<Service>> {
  const units = await findUnits(host, '.service');
  if (units.items.length === 0 && units.unread.length === 0) return readInitScripts(host);
  if (only !== undefined) units.items = units.items.filter(({ name }) => only.test(name));
  const wanted = await wantedUnits(host);
  const running = await runningUnits(host);
  const services = reading<Service>([], units.unread);
  for (const { name, file } of units.items.slice(0, SERVICES_MAX)) {
    const service = await readService(host, name, file, wanted);
    if (typeof service === 'string') services.unread.push({ part: file, reason: service });
    else services.items.push({ ...service, running: running?.has(name) });
  }
  services.truncated = Math.max(0, units.items.length - SERVICES_MAX);
  // Instances of a template have a group of their own and no file.
  for (const name of running ?? []) {
    const template = name.replace(/@[^.]*\./, '@.');
    if (template === name || services.items.some((service) => service.name === name)) continue;
    const of = services.items.find((service) => service.name === template);
    if (of !== undefined) services.items.push({ ...of, name, running: true });
  }
  return services;
}

/** @returns why not, as text */
async function readService(
  host: Pick<Host, 'root'>,
  name: string,
  file: string,
  wanted: ReadonlySet<string>,
): Promise<Omit<Service, 'running'> | string> {
  const none = { name, manager: 'systemd' as const, exec: '', user: '', file };
  const target = await linkAt(host, file);
  if (target === '/dev/null') return { ...none, enabled: 'masked' };
  // A link whose own name differs is another name; its target tells the rest.
  if (target !== undefined && path.basename(target) !== name) return { ...none, enabled: 'alias' };
  const place = target === undefined ? file : path.resolve(path.dirname(file), target);
  const result = await readText(host, place, UNIT_BYTES_MAX);
  if (result.kind === 'absent') return { ...none, enabled: 'disabled' };
  if (result.kind === 'unreadable') return result.reason;
  // An empty file masks as well.
  if (result.text.trim() === '') return { ...none, enabled: 'masked' };
  const sections = parseUnit(result.text);
  const install = sections.get('Install');
  const installable = ['WantedBy', 'RequiredBy', 'Also', 'Alias'].some((key) => install?.has(key) === true);
  const [exec = ''] = sections.get('Service')?.get('ExecStart') ?? [];
  return {
    ...none,
    enabled: wanted.has(name) ? 'enabled' : installable ? 'disabled' : 'static',
    exec: exec.replace(/^[-@:+!|]+/, ''),
    user: sections.get('Service')?.get('User')?.at(-1) ?? '',
  };
}

async function readInitScripts(host: Pick<Host, 'root'>): Promise<Reading<Service>> {
  const started = new Set<string>();
  for (const level of ['2', '3', '4', '5']) {
    for (const place of [`/etc/rc${level}.d`, `/etc/rc.d/rc${level}.d`]) {
      for (const link of await namesIn(host, place)) {
        const match = /^S\d\d(.+)$/.exec(link);
        if (match?.[1] !== undefined) started.add(match[1]);
      }
    }
  }
  const listed = await listFolder(host, '/etc/init.d', SERVICES_MAX);
  if (listed.kind === 'unreadable')
    return reading<Service>([], [{ part: '/etc/init.d', reason: listed.reason }]);
  if (listed.kind === 'absent') return reading();
  const items = listed.names
    .filter((name) => !/^(README|functions|skeleton)|\.(dpkg|rpm)/.test(name))
    .map((name): Service => ({
      name,
      manager: 'init.d',
      enabled: started.has(name) ? 'enabled' : 'disabled',
      running: undefined,
      exec: `/etc/init.d/${name}`,
      user: '',
      file: `/etc/init.d/${name}`,
    }));
  return reading(items, [], listed.truncated);
}
