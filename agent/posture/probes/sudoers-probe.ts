/** `sudoers`: rules and options of sudo, with what its files include (sudoers(5)). */
import type { z } from 'zod';
import type { SUDO_FACTS, sudoersTestSchema } from '#protocol/posture-tests.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView, Line } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';

type SudoFact = (typeof SUDO_FACTS)[number];

interface Sudoers {
  files: readonly string[];
  lines: readonly Line[];
}

const MAIN = '/etc/sudoers';
const DEPTH_MAX = 16;
const OPEN_BITS = 0o022;

export async function probeSudoers(
  test: z.infer<typeof sudoersTestSchema>,
  view: HostView,
): Promise<Finding> {
  const sudoers = await view.once('sudoers', () => readSudoers(view));
  if (test.option !== undefined) return judgeOption(sudoers, test.option, test);
  const none = test.none ?? 'nopasswd';
  const found =
    none === 'open-file' ? await openFiles(sudoers, view) : sudoers.lines.filter(RULES[none]).map(shown);
  return {
    ok: found.length === 0,
    observed: found.length === 0 ? `${none}: 0` : listed(found),
    expected: `${none}: 0`,
  };
}

const RULES: Record<Exclude<SudoFact, 'open-file'>, (line: Line) => boolean> = {
  nopasswd: ({ text }) => /\bNOPASSWD\s*:/.test(text) && !/^\s*(?:Defaults|\w+_Alias)\b/.test(text),
  'no-authenticate': ({ text }) => /^\s*Defaults\S*\s.*!authenticate\b/.test(text),
  'all-for-everyone': ({ text }) => /^\s*ALL\s+\S+\s*=/.test(text),
};

function shown({ text, place }: Line): string {
  return `${text.trim()} (${place})`;
}

/** The last word counts; `!` switches off. Defaults of single users, hosts and commands are theirs alone. */
function judgeOption(
  { lines }: Sudoers,
  option: string,
  { value, default: standard }: Pick<z.infer<typeof sudoersTestSchema>, 'value' | 'default'>,
): Finding {
  let found: { value: string; place: string } | undefined;
  for (const { text, place } of lines) {
    const [, list] = /^\s*Defaults\s+(.*)$/.exec(text) ?? [];
    for (const part of splitList(list ?? '')) {
      const [, off, name, set] = /^(!*)\s*([a-z_]+)\s*(?:[+-]?=\s*(.*))?$/.exec(part) ?? [];
      if (name === option) found = { value: off === '!' ? 'no' : (set ?? 'yes').replaceAll('"', ''), place };
    }
  }
  const test = value ?? { is: 'yes' };
  const expected = `Defaults ${option} ${describeValue(test)}`;
  if (found !== undefined)
    return {
      ok: judgeValue(found.value, test),
      observed: `${option} = ${found.value} (${found.place})`,
      expected,
    };
  const ok = standard !== undefined && judgeValue(standard, test);
  return { ok, observed: `${option}: not set${standard === undefined ? '' : `, so ${standard}`}`, expected };
}

/** At commas outside quotes. */
function splitList(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim());
}

async function openFiles({ files }: Sudoers, view: HostView): Promise<string[]> {
  const open: string[] = [];
  for (const file of files) {
    const { mode = 0, uid } = (await view.facts(file)) ?? {};
    const [, rootUid] = /^root:[^:]*:(\d+):/m.exec((await view.text('/etc/passwd')) ?? '') ?? [];
    if ((mode & OPEN_BITS) !== 0 || uid !== Number(rootUid ?? 0))
      open.push(`${file} ${mode.toString(8).padStart(4, '0')} ${uid ?? ''}`);
  }
  return open;
}

async function readSudoers(view: HostView): Promise<Sudoers> {
  const files: string[] = [];
  const lines: Line[] = [];
  if ((await view.facts(MAIN)) === undefined)
    throw new NotAssessedError('not-tellable', `there is no ${MAIN}`);
  await readInto(MAIN, files, lines, view, 0);
  return { files, lines };
}

async function readInto(
  file: string,
  files: string[],
  lines: Line[],
  view: HostView,
  depth: number,
): Promise<void> {
  if (depth > DEPTH_MAX || files.includes(file)) return;
  files.push(file);
  let carried: Line | undefined;
  for (const { text, place } of (await view.lines(file)) ?? []) {
    const whole: Line =
      carried === undefined ? { text, place } : { text: carried.text + text, place: carried.place };
    carried = whole.text.endsWith('\\')
      ? { text: `${whole.text.slice(0, -1)} `, place: whole.place }
      : undefined;
    if (carried !== undefined) continue;
    const [, folderOf, target] = /^\s*[#@]include(dir)?\s+"?([^"\s]+)"?/.exec(whole.text) ?? [];
    if (target !== undefined) {
      const from = target.startsWith('/') ? target : `/etc/${target}`;
      if (folderOf === undefined) await readInto(from, files, lines, view, depth + 1);
      // sudo leaves names with a dot or a tilde at the end alone.
      else
        for (const each of await view.expand([`${from}/*`]))
          if (!/[.~]/.test(each.slice(from.length))) await readInto(each, files, lines, view, depth + 1);
      continue;
    }
    // A number sign begins a comment unless a user id follows.
    const bare = whole.text.replace(/(^|\s)#(?!\d).*$/, '').trimEnd();
    if (bare.trim() !== '') lines.push({ text: bare, place: whole.place });
  }
}
