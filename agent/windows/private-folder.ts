/**
 * Folders on Windows that nobody but the system and administrators may open (and who runs the agent without their rights). By
 * `icacls`, and by security identifiers, since names are other words in each language; what stands is read back as SDDL.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { parseAccessText } from './access-text.ts';
import { answerInFile } from './answer-file.ts';

const SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';
/** What SDDL writes of these. */
const LETTERS: Readonly<Record<string, string>> = { SY: SYSTEM, BA: ADMINISTRATORS };
/** Of a process that has an administrator's rights, or the system's. */
const ELEVATED = /S-1-16-(?:12288|16384)\b/;
/** Stands for whoever owns what is made below, and gives nothing on the folder itself. */
const CREATOR_OWNER = 'CO';
const EVERYBODY = 'S-1-1-0';
/** What is above the state folder where it lies by default: who may rename it could put another in its place. */
const PRODUCT_FOLDER = 'VongGac';

export type Privacy =
  | { kind: 'private' }
  /** These may open it, too. */
  | { kind: 'open'; who: readonly string[] }
  | { kind: 'unknown'; reason: string };

type Asked = Pick<Host, 'run'>;

/** At a start: closes the folder where it is open. @returns why it is not closed */
export async function keepPrivate(folder: string, host: Host): Promise<string | undefined> {
  const before = await privacyOf(folder, host);
  if (before.kind === 'private') return undefined;
  try {
    await closeFolder(folder, host);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const privacy = await privacyOf(folder, host);
  if (privacy.kind === 'private') return undefined;
  return privacy.kind === 'open' ? privacy.who.join(', ') : privacy.reason;
}

export async function privacyOf(folder: string, host: Host): Promise<Privacy> {
  const answer = await answerInFile(host, {
    program: 'icacls',
    args: (file) => [folder, '/save', file, '/L', '/Q'],
  });
  if (answer.kind !== 'text') return { kind: 'unknown', reason: answer.reason };
  // Name and list, a line each. UTF-16 that has no mark has been taken for single bytes.
  const text = answer.text.includes('\0')
    ? Buffer.from(answer.text, 'latin1').toString('utf16le')
    : answer.text;
  const [, list = ''] = text.split(/\r?\n/);
  return judge(list, await mayOpen(host));
}

/** Cuts off what is inherited from above, and gives the folder with all in it to those who may. @throws Error that says why not */
async function closeFolder(folder: string, host: Asked): Promise<void> {
  const may = await mayOpen(host);
  const owner = `*${may[0] ?? ADMINISTRATORS}`;
  const icacls = async (...args: readonly string[]): Promise<void> => {
    const reason = whyNot('icacls', await host.run('icacls', args));
    if (reason !== undefined) throw new Error(reason);
  };
  const above = path.win32.dirname(folder);
  for (const each of path.win32.basename(above) === PRODUCT_FOLDER ? [above, folder] : [folder]) {
    // Who made it before us could give himself all rights again.
    await icacls(each, '/setowner', owner, '/L', '/Q');
    await icacls(each, '/reset', '/L', '/Q');
    const grants = may.flatMap((sid) => ['/grant:r', `*${sid}:(OI)(CI)F`]);
    await icacls(each, '/inheritance:r', ...grants, '/L', '/Q');
  }
  if (fs.readdirSync(folder).length === 0) return;
  const inside = path.win32.join(folder, '*');
  await icacls(inside, '/setowner', owner, '/T', '/C', '/L', '/Q');
  await icacls(inside, '/reset', '/T', '/C', '/L', '/Q');
}

function judge(text: string, may: readonly string[]): Privacy {
  const access = text.startsWith('D:') ? parseAccessText(text) : undefined;
  if (access === undefined)
    return { kind: 'unknown', reason: `icacls wrote ${JSON.stringify(text.slice(0, 80))}` };
  if (access.list === undefined) return { kind: 'open', who: [EVERYBODY] };
  const who = access.list.entries
    .filter(({ kind, who: sid }) => kind !== 'D' && sid !== CREATOR_OWNER)
    .map(({ who: sid }) => LETTERS[sid] ?? sid)
    .filter((sid) => !may.includes(sid));
  return who.length === 0 ? { kind: 'private' } : { kind: 'open', who: [...new Set(who)] };
}

/** Security identifiers; the first is to own it. Without an administrator's rights the agent would shut itself out. */
async function mayOpen(host: Asked): Promise<readonly string[]> {
  const ask = async (what: string): Promise<string> => {
    const answer = await host.run('whoami', [what, '/fo', 'csv', '/nh']);
    return answer.kind === 'ended' ? answer.stdout : '';
  };
  const own = /"(S-1-5-[\d-]+)"/.exec(await ask('/user'))?.[1];
  if (own === undefined || ELEVATED.test(await ask('/groups'))) return [ADMINISTRATORS, SYSTEM];
  return [own, SYSTEM, ADMINISTRATORS];
}
