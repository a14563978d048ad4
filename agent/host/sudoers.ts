/** What sudo allows: /etc/sudoers and what it includes, rule by rule (sudoers(5)). */
import path from 'node:path';
import type { Host } from './host.ts';
import { listFolder, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface SudoRule {
  kind: 'rule' | 'alias' | 'defaults';
  /** User, %group, +netgroup or alias; of an alias or defaults the word itself. */
  who: string;
  hosts: string;
  /** User and group, e.g. `ALL:ALL`; empty: root. */
  runAs: string;
  commands: string;
  noPassword: boolean;
  /** Everything as anyone that matters. */
  all: boolean;
  text: string;
  file: string;
}

const FILES_MAX = 500;
const DEPTH_MAX = 10;
const RULES_MAX = 10_000;
const FILE_BYTES_MAX = 1_048_576;

export function parseSudoersLine(text: string, file: string): SudoRule | undefined {
  const base = { hosts: '', runAs: '', commands: '', noPassword: false, all: false, text, file };
  const alias = /^(User|Runas|Host|Cmnd|Cmd)_Alias\s+(.+)$/.exec(text);
  if (alias !== null) return { ...base, kind: 'alias', who: `${alias[1]}_Alias`, commands: alias[2] ?? '' };
  const defaults = /^Defaults(\S*)\s+(.+)$/.exec(text);
  if (defaults !== null)
    return { ...base, kind: 'defaults', who: `Defaults${defaults[1]}`, commands: defaults[2] ?? '' };
  const rule = /^((?:\\.|"[^"]*"|[^\s"\\]|\s*,\s*)+)\s+([^=]+?)\s*=\s*(.+)$/.exec(text);
  if (rule === null) return undefined;
  const [, who = '', hosts = '', spec = ''] = rule;
  const runAs = /^\(([^)]*)\)\s*/.exec(spec)?.[1] ?? '';
  const tagged = spec.replace(/^\([^)]*\)\s*/, '');
  const commands = tagged.replace(
    /\b(?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|FOLLOW|INTERCEPT):\s*/g,
    '',
  );
  return {
    ...base,
    kind: 'rule',
    who,
    hosts,
    runAs,
    commands,
    noPassword: /\bNOPASSWD:/.test(spec),
    all: commands.split(/\s*,\s*/).includes('ALL') && /^(ALL|root)?(:|$)/.test(runAs.trim()),
  };
}

/** Lines that go on are joined, comments are taken off. */
function linesOf(text: string): string[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) =>
      (/^\s*#include(dir)?\s/.test(line) ? line : line.replace(/(^|\s)#(?!\d).*$/, ''))
        .trim()
        .replace(/\s+/g, ' '),
    )
    .filter((line) => line !== '');
}

export async function readSudoers(host: Pick<Host, 'root'>): Promise<Reading<SudoRule>> {
  const rules = reading<SudoRule>();
  const seen = new Set<string>();
  await addFile(host, '/etc/sudoers', rules, seen, 0);
  return rules;
}

async function addFile(
  host: Pick<Host, 'root'>,
  file: string,
  rules: Reading<SudoRule>,
  seen: Set<string>,
  depth: number,
): Promise<void> {
  if (seen.has(file)) return;
  if (seen.size >= FILES_MAX || depth > DEPTH_MAX) {
    rules.unread.push({ part: file, reason: 'too many files include each other' });
    return;
  }
  seen.add(file);
  const result = await readText(host, file, FILE_BYTES_MAX);
  if (result.kind === 'unreadable') rules.unread.push({ part: file, reason: result.reason });
  if (result.kind !== 'text') return;
  if (result.truncated) rules.unread.push({ part: file, reason: 'it is too long' });
  for (const line of linesOf(result.text)) {
    const include = /^[#@]include(dir)?\s+(.+)$/.exec(line);
    if (include === null) {
      const rule = parseSudoersLine(line, file);
      if (rule === undefined) continue;
      if (rules.items.length < RULES_MAX) rules.items.push(rule);
      else rules.truncated += 1;
      continue;
    }
    const target = path.posix.resolve(path.posix.dirname(file), (include[2] ?? '').replace(/^"|"$/g, ''));
    if (include[1] === undefined) {
      await addFile(host, target, rules, seen, depth + 1);
      continue;
    }
    const listed = await listFolder(host, target, FILES_MAX);
    if (listed.kind === 'unreadable') rules.unread.push({ part: target, reason: listed.reason });
    if (listed.kind !== 'names') continue;
    for (const name of listed.names) {
      // sudo itself leaves out names with a dot or a tilde at the end.
      if (!name.includes('.') && !name.endsWith('~'))
        await addFile(host, `${target}/${name}`, rules, seen, depth + 1);
    }
  }
}
