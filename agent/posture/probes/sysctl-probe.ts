/** `sysctl`: a kernel parameter as it runs, and as files set it at the next start (sysctl.d(5)). */
import type { z } from 'zod';
import type { sysctlTestSchema } from '#protocol/posture-tests.ts';
import { readSysctl } from '../../host/sysctl.ts';
import { NotAssessedError, type Finding } from '../finding.ts';
import { globPart, type HostView } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';

const FOLDERS = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
];

interface Assignment {
  key: string;
  value: string;
  place: string;
}

export async function probeSysctl(
  { key, value: test, persisted, default: standard }: z.infer<typeof sysctlTestSchema>,
  view: HostView,
): Promise<Finding> {
  const expected = `${key} ${describeValue(test)}${persisted === false ? '' : ', at the next start too'}`;
  const running = await readSysctl(view.host, key);
  if (running.kind === 'unreadable') throw new NotAssessedError('unreadable', `${key}: ${running.reason}`);
  if (running.kind === 'absent') return { ok: false, observed: `${key}: this kernel has none`, expected };
  const set = persisted === false ? undefined : await persistedValue(key, view);
  const runs = judgeValue(running.text, test);
  const atStart = set?.value ?? standard;
  const stays = persisted === false || (atStart !== undefined && judgeValue(atStart, test));
  const unset = standard === undefined ? 'in no file' : `in no file, so ${standard} at the next start`;
  const file = set === undefined ? unset : `${set.value} in ${set.place}`;
  return {
    ok: runs && stays,
    observed: `${key} = ${running.text} now${persisted === false ? '' : `, ${file}`}`,
    expected,
  };
}

/** The last assignment in the order in which they are made; a name itself comes before a pattern. */
async function persistedValue(key: string, view: HostView): Promise<Assignment | undefined> {
  const all = await view.once('sysctl files', () => readAssignments(view));
  const exact = all.findLast((assignment) => assignment.key === key);
  return exact ?? all.findLast((assignment) => assignment.key.includes('*') && globPart(assignment.key)(key));
}

async function readAssignments(view: HostView): Promise<Assignment[]> {
  // A file hides those of its name in later folders; all are read in the order of their names.
  const files = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const file of await view.expand([`${folder}/*.conf`])) {
      const name = file.slice(file.lastIndexOf('/') + 1);
      if (!files.has(name)) files.set(name, file);
    }
  const ordered = [...files].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, file]) => file);
  const assignments: Assignment[] = [];
  for (const file of [...ordered, '/etc/sysctl.conf'])
    for (const { text, place } of (await view.lines(file)) ?? []) {
      const found = /^\s*-?\s*([^#;=\s][^=]*?)\s*=\s*(.*)$/.exec(text);
      const [, name = '', value = ''] = found ?? [];
      if (found !== null) assignments.push({ key: name.replaceAll('/', '.'), value: value.trim(), place });
    }
  return assignments;
}
