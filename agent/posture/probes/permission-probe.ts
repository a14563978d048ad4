/** `permission`: mode, owner and group of files, and of what lies below folders so deep and so much at most. */
import path from 'node:path';
import type { z } from 'zod';
import type { permissionTestSchema } from '#protocol/posture-tests.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { FileFacts, HostView } from '../host-view.ts';
import { readNames, type Names } from '../readers/names.ts';

type PermissionTest = z.infer<typeof permissionTestSchema>;

const BELOW_MAX = 20_000;

export async function probePermission(test: PermissionTest, view: HostView): Promise<Finding> {
  const files = await view.expand(test.paths);
  const expected = describe(test);
  if (files.length === 0)
    return { ok: test.absent === 'pass', observed: `${test.paths.join(', ')}: absent`, expected };
  const names = await readNames(view);
  const wrong: string[] = [];
  const right: string[] = [];
  const look = async (file: string): Promise<FileFacts | undefined> => {
    const facts = await view.facts(file);
    if (facts === undefined) return undefined;
    (fits(facts, test, names) ? right : wrong).push(`${file} ${shown(facts, names)}`);
    return facts;
  };
  for (const file of files) {
    const facts = test.below === undefined ? await look(file) : await view.facts(file);
    if (test.below !== undefined && facts?.type === 'folder') await lookBelow(file, test.below, view, look);
  }
  return { ok: wrong.length === 0, observed: listed(wrong.length > 0 ? wrong : right), expected };
}

async function lookBelow(
  top: string,
  { depthMax, what }: NonNullable<PermissionTest['below']>,
  view: HostView,
  look: (file: string) => Promise<unknown>,
): Promise<void> {
  let folders = [top];
  let seen = 0;
  for (let depth = 0; depth < depthMax && folders.length > 0; depth += 1) {
    const deeper: string[] = [];
    for (const folder of folders)
      for (const name of await view.names(folder)) {
        seen += 1;
        if (seen > BELOW_MAX)
          throw new NotAssessedError('too-large', `${top}: more than ${BELOW_MAX} entries`);
        const file = path.join(folder, name);
        const type = (await view.facts(file))?.type;
        if (type === 'folder') deeper.push(file);
        if (what === 'all' || (what === 'folders') === (type === 'folder')) await look(file);
      }
    folders = deeper;
  }
}

function fits({ mode, uid, gid }: FileFacts, test: PermissionTest, names: Names): boolean {
  if (test.modeMax !== undefined && (mode & ~Number.parseInt(test.modeMax, 8)) !== 0) return false;
  if (test.owners !== undefined && !test.owners.includes(names.user(uid))) return false;
  return test.groups === undefined || test.groups.includes(names.group(gid));
}

function shown({ mode, uid, gid }: FileFacts, names: Names): string {
  return `${mode.toString(8).padStart(4, '0')} ${names.user(uid)}:${names.group(gid)}`;
}

function describe({ modeMax, owners, groups }: PermissionTest): string {
  const parts = [
    modeMax !== undefined && `≤ ${modeMax}`,
    owners !== undefined && `owner ${owners.join(' | ')}`,
    groups !== undefined && `group ${groups.join(' | ')}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
