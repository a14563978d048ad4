/** PostgreSQL's clusters of a host: settings and client rules from their files, without a login. */
import net from 'node:net';
import path from 'node:path';
import { NotAssessedError } from '../finding.ts';
import type { HostView, Line } from '../host-view.ts';

export interface PgSetting {
  value: string;
  place: string;
}

export interface HbaRule {
  type: string;
  databases: readonly string[];
  users: readonly string[];
  /** Empty for `local`. */
  address: string;
  /** Bits of the network; undefined for names and words such as `samehost`. */
  prefix: number | undefined;
  method: string;
  place: string;
}

export interface PgCluster {
  file: string;
  settings: ReadonlyMap<string, PgSetting>;
  hbaFile: string;
}

const FILES = [
  '/etc/postgresql/*/*/postgresql.conf',
  '/var/lib/pgsql/data/postgresql.conf',
  '/var/lib/pgsql/*/data/postgresql.conf',
  '/var/lib/postgresql/data/postgresql.conf',
];
const DEPTH_MAX = 10;

export function readClusters(view: HostView): Promise<readonly PgCluster[]> {
  return view.once('postgresql', async () => {
    const clusters: PgCluster[] = [];
    for (const file of await view.expand(FILES)) {
      const settings = new Map<string, PgSetting>();
      await readInto(file, settings, view, 0);
      const folder = path.dirname(file);
      const data = settings.get('data_directory')?.value ?? folder;
      // What ALTER SYSTEM wrote counts over everything.
      await readInto(`${data}/postgresql.auto.conf`, settings, view, 0);
      const hbaFile = settings.get('hba_file')?.value ?? `${folder}/pg_hba.conf`;
      clusters.push({
        file,
        settings,
        hbaFile: hbaFile.startsWith('/') ? hbaFile : path.join(folder, hbaFile),
      });
    }
    return clusters;
  });
}

async function readInto(
  file: string,
  settings: Map<string, PgSetting>,
  view: HostView,
  depth: number,
): Promise<void> {
  if (depth > DEPTH_MAX) throw new NotAssessedError('too-large', `${file}: includes inside includes`);
  for (const { text, place } of (await view.lines(file)) ?? []) {
    const found = /^\s*([A-Za-z_][\w.]*)\s*(?:=\s*|\s+)(?:'((?:[^'\\]|''|\\.)*)'|([^#\s]+))/.exec(text);
    if (found === null) continue;
    const name = (found[1] ?? '').toLowerCase();
    const value = (found[2]?.replaceAll("''", "'") ?? found[3] ?? '').trim();
    const target = value.startsWith('/') ? value : path.join(path.dirname(file), value);
    if (name === 'include' || name === 'include_if_exists') await readInto(target, settings, view, depth + 1);
    else if (name === 'include_dir')
      for (const each of await view.expand([`${target}/*.conf`]))
        await readInto(each, settings, view, depth + 1);
    else settings.set(name, { value, place });
  }
}

/** @throws NotAssessedError when it cannot be read, or is not there */
export async function readHba(file: string, view: HostView): Promise<HbaRule[]> {
  if ((await view.facts(file)) === undefined)
    throw new NotAssessedError('unreadable', `${file}: it is not there`);
  return readRules(file, view, 0);
}

async function readRules(file: string, view: HostView, depth: number): Promise<HbaRule[]> {
  if (depth > DEPTH_MAX) throw new NotAssessedError('too-large', `${file}: includes inside includes`);
  const rules: HbaRule[] = [];
  for (const { text, place } of continued((await view.lines(file)) ?? [])) {
    const [[type = ''] = [], databases = [], users = [], ...rest] = fieldsOf(text);
    const [name = ''] = databases;
    const target = name.startsWith('/') ? name : path.join(path.dirname(file), name);
    if (type === 'include' || type === 'include_if_exists')
      rules.push(...(await readRules(target, view, depth + 1)));
    else if (type === 'include_dir')
      for (const each of await view.expand([`${target}/*.conf`]))
        rules.push(...(await readRules(each, view, depth + 1)));
    else if (/^(?:local|host|hostssl|hostnossl|hostgssenc|hostnogssenc)$/.test(type))
      rules.push({
        type,
        databases,
        users,
        ...client(
          type,
          rest.map(([first = '']) => first),
        ),
        place,
      });
  }
  return rules;
}

/** Lines that end in a backslash go on in the next (PostgreSQL 14 and later). */
function continued(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  let open: Line | undefined;
  for (const { text, place } of lines) {
    const whole: Line = { text: `${open?.text ?? ''}${text}`, place: open?.place ?? place };
    open = whole.text.endsWith('\\') ? { text: whole.text.slice(0, -1), place: whole.place } : undefined;
    if (open === undefined) result.push(whole);
  }
  return open === undefined ? result : [...result, open];
}

/** Fields of a rule, each a list: after a comma the list goes on, also behind blanks. */
function fieldsOf(text: string): string[][] {
  const fields: string[][] = [];
  let goesOn = false;
  for (const [, word, comma] of text.matchAll(/#.*$|((?:"[^"]*"|[^\s",#])+)?(,?)/g)) {
    const part = word?.replaceAll('"', '');
    if (part !== undefined && goesOn) fields.at(-1)?.push(part);
    else if (part !== undefined) fields.push([part]);
    // A blank decides nothing.
    if (part !== undefined || comma === ',') goesOn = comma === ',';
  }
  return fields;
}

function client(type: string, rest: readonly string[]): Pick<HbaRule, 'address' | 'prefix' | 'method'> {
  if (type === 'local') return { address: '', prefix: undefined, method: rest[0] ?? '' };
  const [address = '', second = '', third = ''] = rest;
  const [host = '', bits] = address.split('/');
  if (bits !== undefined) return { address, prefix: scaled(host, Number(bits)), method: second };
  if (address === 'all') return { address, prefix: 0, method: second };
  // An address and a mask apart, as was usual once.
  if (net.isIP(second) !== 0)
    return { address: `${host} ${second}`, prefix: scaled(host, maskBits(second)), method: third };
  return { address, prefix: undefined, method: second };
}

function maskBits(mask: string): number {
  const [parts, base] = mask.includes(':') ? [mask.split(':'), 16] : [mask.split('.'), 10];
  // What `::` stands for has no bits.
  const numbers = parts.map((part) => Number.parseInt(part === '' ? '0' : part, base));
  return numbers.reduce((bits, number) => bits + number.toString(2).replaceAll('0', '').length, 0);
}

/** An IPv6 prefix is set beside IPv4's by a quarter of its length. */
function scaled(host: string, bits: number): number {
  return host.includes(':') ? bits / 4 : bits;
}
