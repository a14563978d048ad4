/** `cron`: jobs of root whose program somebody else can change, or put in its place. */
import path from 'node:path';
import type { z } from 'zod';
import type { cronTestSchema } from '#protocol/posture-tests.ts';
import { listed, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { readNames } from '../readers/names.ts';

const TABLES = ['/etc/crontab', '/etc/cron.d/*'];
const ROOT_TABLES = ['/var/spool/cron/crontabs/root', '/var/spool/cron/root'];
const SCRIPT_FOLDERS = ['hourly', 'daily', 'weekly', 'monthly'].map((period) => `/etc/cron.${period}/*`);
/** Where a shell expects a program: not among the arguments of one. */
const COMMAND_PLACE = /(?:^|[;&|(]\s*|\b(?:exec|nice|sh|bash|python3?|perl)\s+)(\/[^\s;&|)"'<>]+)/g;
const STICKY = 0o1000;
const OPEN_BITS = 0o022;

export async function probeCron({ none }: z.infer<typeof cronTestSchema>, view: HostView): Promise<Finding> {
  const programs = new Map<string, string>();
  for (const file of await view.expand(TABLES)) await addPrograms(file, true, programs, view);
  for (const file of await view.expand(ROOT_TABLES)) await addPrograms(file, false, programs, view);
  for (const file of await view.expand(SCRIPT_FOLDERS)) programs.set(file, file);
  const names = await readNames(view);
  const found: string[] = [];
  for (const [program, place] of programs) {
    const why = await changeableBy(program, view, names.user);
    if (why !== undefined) found.push(`${program}: ${why} (${place})`);
  }
  return {
    ok: found.length === 0,
    observed: found.length === 0 ? `${none}: 0 of ${programs.size}` : listed(found),
    expected: `${none}: 0`,
  };
}

/** Absolute paths of the programs in the commands of root's lines, by the place of the line. */
async function addPrograms(
  file: string,
  hasUser: boolean,
  to: Map<string, string>,
  view: HostView,
): Promise<void> {
  for (const { text, place } of (await view.lines(file)) ?? []) {
    const line = text.trim();
    if (line === '' || line.startsWith('#') || /^\w+\s*=/.test(line)) continue;
    const words = line.split(/\s+/);
    const command = words.slice((line.startsWith('@') ? 1 : 5) + (hasUser ? 1 : 0));
    if (hasUser && words[line.startsWith('@') ? 1 : 5] !== 'root') continue;
    for (const [, program = ''] of command.join(' ').matchAll(COMMAND_PLACE)) to.set(program, place);
  }
}

async function changeableBy(
  file: string,
  view: HostView,
  userOf: (uid: number) => string,
): Promise<string | undefined> {
  const facts = await view.facts(file);
  if (facts !== undefined && facts.type === 'file') {
    if (userOf(facts.uid) !== 'root') return `belongs to ${userOf(facts.uid)}`;
    if ((facts.mode & OPEN_BITS) !== 0) return `mode ${facts.mode.toString(8).padStart(4, '0')}`;
  }
  const folder = path.dirname(file);
  const above = await view.facts(folder);
  if (above === undefined) return undefined;
  if (userOf(above.uid) !== 'root') return `${folder} belongs to ${userOf(above.uid)}`;
  const isOpen = (above.mode & OPEN_BITS) !== 0 && (above.mode & STICKY) === 0;
  return isOpen ? `${folder} has mode ${above.mode.toString(8).padStart(4, '0')}` : undefined;
}
