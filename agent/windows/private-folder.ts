/**
 * Folders on Windows that nobody but the system and administrators may open (who runs the agent without their rights, too). By
 * `icacls`, and by security identifiers, since names are other words in each language; what stands is read back as SDDL.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseAccessText } from './access-text.ts';
import { systemProgram } from './system-program.ts';

const SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';
/** What SDDL writes of these. */
const LETTERS: Readonly<Record<string, string>> = { SY: SYSTEM, BA: ADMINISTRATORS };
/** Of a process that has an administrator's rights, or the system's. */
const ELEVATED = /S-1-16-(?:12288|16384)\b/;
/** Stands for whoever owns what is made below, and gives nothing on the folder itself. */
const CREATOR_OWNER = 'CO';
/** What is above the state folder where it lies by default: who may rename it could put another in its place. */
const PRODUCT_FOLDER = 'VongGac';
const TIMEOUT_MS = 15_000;

export type Privacy =
  | { kind: 'private' }
  /** These may open it, too. */
  | { kind: 'open'; who: readonly string[] }
  | { kind: 'unknown'; reason: string };

/** Runs a program of Windows. @returns its output. @throws Error */
export type RunSystemProgram = (name: string, args: readonly string[]) => string;

const runReally: RunSystemProgram = (name, args) =>
  execFileSync(systemProgram(name), args, {
    encoding: 'latin1',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });

/** Cuts off what is inherited from above, and gives the folder with all in it to those who may. @throws Error that says why not */
export function closeFolder(folder: string, run: RunSystemProgram = runReally): void {
  const above = path.dirname(folder);
  const folders = path.basename(above) === PRODUCT_FOLDER ? [above, folder] : [folder];
  const may = mayOpen(run);
  for (const each of folders) {
    // Who made it before us could give himself all rights again.
    run('icacls', [each, '/setowner', `*${may[0] ?? SYSTEM}`, '/L', '/Q']);
    run('icacls', [each, '/reset', '/L', '/Q']);
    run('icacls', [
      each,
      '/inheritance:r',
      ...may.flatMap((sid) => ['/grant:r', `*${sid}:(OI)(CI)F`]),
      '/L',
      '/Q',
    ]);
  }
  if (fs.readdirSync(folder).length === 0) return;
  const inside = path.join(folder, '*');
  run('icacls', [inside, '/setowner', `*${may[0] ?? SYSTEM}`, '/T', '/C', '/L', '/Q']);
  run('icacls', [inside, '/reset', '/T', '/C', '/L', '/Q']);
}

/** At a start: closes the folder where it is open. @returns why it is not closed */
export function keepPrivate(folder: string, run: RunSystemProgram = runReally): string | undefined {
  if (privacyOf(folder, run).kind === 'private') return undefined;
  try {
    closeFolder(folder, run);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const privacy = privacyOf(folder, run);
  if (privacy.kind === 'private') return undefined;
  return privacy.kind === 'open' ? privacy.who.join(', ') : privacy.reason;
}

export function privacyOf(folder: string, run: RunSystemProgram = runReally): Privacy {
  const file = path.join(os.tmpdir(), `vonggac-access-${process.pid}.txt`);
  try {
    run('icacls', [folder, '/save', file, '/L', '/Q']);
    // Name and list, a line each, in UTF-16.
    const [, list = ''] = fs
      .readFileSync(file, 'utf16le')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
    return judge(list, mayOpen(run));
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function judge(text: string, may: readonly string[]): Privacy {
  const access = parseAccessText(text);
  if (access === undefined || !text.startsWith('D:'))
    return { kind: 'unknown', reason: `icacls wrote ${JSON.stringify(text.slice(0, 80))}` };
  if (access.list === undefined) return { kind: 'open', who: ['S-1-1-0'] };
  const who = access.list.entries
    .filter(({ kind, who: sid }) => kind !== 'D' && sid !== CREATOR_OWNER)
    .map(({ who: sid }) => LETTERS[sid] ?? sid)
    .filter((sid) => !may.includes(sid));
  return who.length === 0 ? { kind: 'private' } : { kind: 'open', who: [...new Set(who)] };
}

/** Security identifiers; the first is to own it. Without an administrator's rights the agent would shut itself out. */
function mayOpen(run: RunSystemProgram): readonly string[] {
  const all = run('whoami', ['/all', '/fo', 'csv', '/nh']);
  const own = /"(S-1-5-[\d-]+)"/.exec(all)?.[1];
  if (own === undefined || ELEVATED.test(all)) return [ADMINISTRATORS, SYSTEM];
  return [own, SYSTEM, ADMINISTRATORS];
}
