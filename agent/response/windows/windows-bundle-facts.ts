/** What a triage bundle of Windows holds: what the inventory looks at, processes, open connections, asked names, recent files. */
import fs from 'node:fs';
import path from 'node:path';
import type { Host } from '../../host/host.ts';
import { maskSecrets } from '../../mask/secret-mask.ts';
import { windowsCollectors } from '../../sources/inventory/collect/windows/windows-collectors.ts';
import { tidy } from '../../sources/inventory/inventory-item.ts';
import { askPowershell } from '../../windows/cim-look.ts';
import type { Facts } from '../action.ts';
import { hashOf, type BundleFact } from '../bundle-facts.ts';

const CATEGORIES: ReadonlySet<string> = new Set([
  'user',
  'group',
  'service',
  'scheduled-task',
  'startup-item',
  'listening-port',
  'share',
  'antivirus',
  'firewall',
]);

/** Fixed blocks, asked by name. */
const LIVE = {
  process:
    "Get-CimInstance Win32_Process|Select-Object -First 2000 ProcessId,ParentProcessId,Name,ExecutablePath,CommandLine,@{n='StartedMs';e={[math]::Round(($_.CreationDate.ToUniversalTime()-([datetime]'1970-01-01')).TotalMilliseconds)}}",
  connection:
    'Get-NetTCPConnection -State Established|Select-Object -First 2000 LocalAddress,LocalPort,RemoteAddress,RemotePort,OwningProcess',
  'asked-name': 'Get-DnsClientCache|Select-Object -First 1000 Entry,Data',
} as const;

const RECENT_MS = 7 * 86_400_000;
const RECENT_FILES_MAX = 500;
const USERS_MAX = 200;

export async function* windowsBundleFacts(
  host: Host,
  nowMs: number,
  folders: readonly string[] = recentFolders(),
): AsyncGenerator<BundleFact> {
  const hashes = new Map<string, string | null>();
  const answers = await askPowershell(host, {
    process: LIVE.process,
    connection: LIVE.connection,
    names: LIVE['asked-name'],
  });
  for (const [section, kind] of [
    ['process', 'process'],
    ['connection', 'connection'],
    ['names', 'asked-name'],
  ] as const) {
    const answer = answers.get(section);
    if (answer?.kind !== 'rows') yield unread(kind, answer?.reason ?? 'no answer');
    else
      for (const row of answer.rows) {
        const facts = Object.fromEntries(
          Object.entries(row).map(([name, value]) => [lower(name), plain(value)]),
        );
        const file = facts['executablePath'];
        if (typeof file === 'string' && file !== '' && !hashes.has(file)) hashes.set(file, hashOf(file));
        yield {
          kind,
          facts: typeof file === 'string' ? { ...facts, sha256: hashes.get(file) ?? null } : facts,
        };
      }
  }
  const look = { signal: new AbortController().signal, turn: () => Promise.resolve() };
  for (const collector of windowsCollectors(host, () => nowMs)) {
    if (!CATEGORIES.has(collector.category)) continue;
    try {
      const { items, unread: parts } = await collector.collect(look);
      for (const item of items) {
        const { key, detail } = tidy(item);
        yield { kind: collector.category, facts: { key, ...detail } };
      }
      for (const { part, reason } of parts) yield unread(`${collector.category} ${part}`, reason);
    } catch (error) {
      yield unread(collector.category, error instanceof Error ? error.message : String(error));
    }
  }
  for (const facts of recentFiles(folders, nowMs)) yield { kind: 'recent-file', facts };
}

function unread(part: string, reason: string): BundleFact {
  return { kind: 'unread', facts: { part, reason } };
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function plain(value: unknown): Facts[string] {
  if (typeof value === 'string') return maskSecrets(value).slice(0, 2_000);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Where what was brought in is usually put. */
function recentFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const { SystemRoot = 'C:\\Windows', ProgramData = 'C:\\ProgramData', SystemDrive = 'C:' } = env;
  const users = `${SystemDrive}\\Users`;
  const names = fs.existsSync(users) ? fs.readdirSync(users).slice(0, USERS_MAX) : [];
  const ofUsers = ['AppData\\Local\\Temp', 'AppData\\Roaming', 'Downloads', 'Desktop', ''];
  return [
    `${SystemRoot}\\Temp`,
    `${SystemRoot}\\System32\\Tasks`,
    ProgramData,
    ...names.flatMap((name) => ofUsers.map((below) => path.win32.join(users, name, below))),
  ];
}

function* recentFiles(folders: readonly string[], nowMs: number): Generator<Facts> {
  let count = 0;
  for (const folder of folders) {
    let names: string[] = [];
    try {
      names = fs.readdirSync(folder);
    } catch {
      continue; // not there, or not ours to read
    }
    for (const name of names) {
      const file = path.join(folder, name);
      const stat = fs.lstatSync(file, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile() || nowMs - stat.mtimeMs > RECENT_MS) continue;
      if ((count += 1) > RECENT_FILES_MAX) return;
      const { size, mtimeMs } = stat;
      yield { path: file.toWellFormed(), size, mtimeMs: Math.round(mtimeMs), sha256: hashOf(file) };
    }
  }
}
