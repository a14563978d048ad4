/**
 * What a triage bundle holds: processes, sockets, sessions, accounts, what starts by itself, scheduled tasks, recent files
 * of a few folders. Facts only, each a flat row; secrets in command lines are masked; bounded by number.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readAccounts } from '../host/accounts.ts';
import type { Host } from '../host/host.ts';
import { readKernelModules } from '../host/kernel-modules.ts';
import { readListeningPorts } from '../host/sockets.ts';
import { readScheduledTasks } from '../host/scheduled-tasks.ts';
import { readStartupItems } from '../host/startup-items.ts';
import { maskSecrets } from '../mask/secret-mask.ts';
import type { Facts } from './action.ts';
import { readProcess } from './kill-process.ts';

export interface BundleFact {
  kind: string;
  facts: Facts;
}

const PROCESSES_MAX = 2_000;
const PROGRAM_BYTES_MAX = 67_108_864;
const COMMAND_CHARS_MAX = 2_000;
const RECENT_FILES_MAX = 500;
const RECENT_MS = 7 * 86_400_000;
/** Where what was brought in is usually put. */
const RECENT_FOLDERS = [
  '/tmp',
  '/var/tmp',
  '/dev/shm',
  '/root',
  '/etc/cron.d',
  '/usr/local/bin',
  '/var/spool/cron',
];

/** Each part by itself: one that cannot be read costs no other. */
const PARTS: Readonly<Record<string, (host: Host, nowMs: number) => AsyncIterable<Facts> | Iterable<Facts>>> =
  {
    process: processes,
    connection: connections,
    'listening-port': async function* (host) {
      for (const one of (await readListeningPorts(host)).items)
        yield {
          protocol: one.protocol,
          address: one.address,
          port: one.port,
          executable: one.executable ?? null,
        };
    },
    account: async function* (host) {
      for (const one of (await readAccounts(host)).accounts.items)
        yield {
          name: one.name,
          uid: one.uid,
          shell: one.shell,
          groups: one.groups.join(' '),
          password: one.password ?? null,
        };
    },
    'startup-item': async function* (host) {
      for (const one of (await readStartupItems(host)).items)
        yield {
          kind: one.kind,
          name: one.name,
          command: one.command,
          file: one.file,
          hash: one.hash,
        };
    },
    'kernel-module': async function* (host) {
      for (const one of (await readKernelModules(host)).items) yield { name: one.name };
    },
    'scheduled-task': async function* (host) {
      for (const one of (await readScheduledTasks(host)).items)
        yield Object.fromEntries(Object.entries(one).map(([name, value]) => [name, String(value)]));
    },
    session: sessions,
    'recent-file': recentFiles,
  };

/** Everything, part by part; what a part cannot read is a fact, too. */
export async function* bundleFacts(host: Host, nowMs: number): AsyncGenerator<BundleFact> {
  for (const [kind, read] of Object.entries(PARTS)) {
    try {
      for await (const facts of read(host, nowMs)) yield { kind, facts };
    } catch (error) {
      yield {
        kind: 'unread',
        facts: { part: kind, reason: error instanceof Error ? error.message : String(error) },
      };
    }
  }
}

function* processes({ root }: Host): Generator<Facts> {
  const hashes = new Map<string, string | null>();
  const pids = fs.readdirSync(path.join(root, 'proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.slice(0, PROCESSES_MAX)) {
    const found = readProcess(Number(pid), root);
    if (found === undefined || found.isKernelThread) continue;
    const { executable = null } = found;
    if (executable !== null && !hashes.has(executable))
      hashes.set(executable, hashOf(path.join(root, executable)));
    const commandLine = textOr(path.join(root, 'proc', pid, 'cmdline'))
      .replaceAll('\0', ' ')
      .trim();
    yield {
      pid: found.pid,
      parentPid: found.parentPid,
      startedMs: Math.round(found.startedMs),
      executable,
      sha256: executable === null ? null : (hashes.get(executable) ?? null),
      commandLine: maskSecrets(commandLine).slice(0, COMMAND_CHARS_MAX),
    };
  }
}

export function hashOf(file: string): string | null {
  try {
    if (fs.statSync(file).size > PROGRAM_BYTES_MAX) return null;
    return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  } catch {
    return null; // replaced, deleted, or not ours to read
  }
}

function textOr(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').toWellFormed();
  } catch {
    return ''; // it has ended
  }
}

/** Of /proc/net: `AABBCCDD:PORT` in hexadecimal, words in the machine's order. */
function endOf(text: string): string {
  const [hex = '', port = ''] = text.split(':');
  const bytes = Buffer.from(hex, 'hex');
  for (let word = 0; word + 4 <= bytes.length; word += 4) bytes.subarray(word, word + 4).reverse();
  const address =
    bytes.length === 4 ? bytes.join('.') : (bytes.toString('hex').match(/.{4}/g)?.join(':') ?? '');
  return `${address} ${Number.parseInt(port, 16)}`;
}

function* connections({ root }: Host): Generator<Facts> {
  for (const table of ['tcp', 'tcp6']) {
    for (const line of textOr(path.join(root, 'proc/net', table))
      .split('\n')
      .slice(1)) {
      const [, local = '', remote = '', state, , , , uid] = line.trim().split(/\s+/);
      if (state === '01')
        yield { protocol: table, local: endOf(local), remote: endOf(remote), uid: Number(uid) };
    }
  }
}

async function* sessions(host: Host): AsyncGenerator<Facts> {
  const result = await host.run('who', ['--all']);
  if (result.kind !== 'ended') return;
  for (const line of result.stdout.split('\n').slice(0, 200))
    if (line.trim() !== '') yield { who: line.trim() };
}

function* recentFiles({ root }: Host, nowMs: number): Generator<Facts> {
  let count = 0;
  for (const folder of RECENT_FOLDERS) {
    let names: string[] = [];
    try {
      names = fs.readdirSync(path.join(root, folder));
    } catch {
      continue; // not there, or not ours to read
    }
    for (const name of names) {
      const file = path.join(root, folder, name);
      const stat = fs.lstatSync(file, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile() || nowMs - stat.mtimeMs > RECENT_MS) continue;
      if ((count += 1) > RECENT_FILES_MAX) return;
      yield {
        path: path.join(folder, name).toWellFormed(),
        size: stat.size,
        mode: stat.mode & 0o7777,
        uid: stat.uid,
        mtimeMs: Math.round(stat.mtimeMs),
        sha256: hashOf(file),
      };
    }
  }
}
