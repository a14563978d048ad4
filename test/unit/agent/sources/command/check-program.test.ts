/** What may run with root's rights: what nobody but root can change. */
import { expect, test } from 'vitest';
import {
  whyNotStarted,
  type ProgramDisk,
  type ProgramFacts,
} from '../../../../../agent/sources/command/check-program.ts';

const ROOTS: ProgramFacts = { uid: 0, gid: 0, mode: 0o755, isFile: true };

function disk(changes: Readonly<Record<string, Partial<ProgramFacts>>> = {}): ProgramDisk {
  return {
    real: (file) => {
      if (file === '/gone') throw new Error('ENOENT');
      return file === '/bin/link' ? '/opt/tool/run' : file;
    },
    stat: (file) => ({ ...ROOTS, ...changes[file] }),
  };
}

test.each<[string, string, Record<string, Partial<ProgramFacts>>, RegExp]>([
  ['root’s own', '/usr/bin/df', {}, /^started$/],
  ['a link to one of root’s', '/bin/link', {}, /^started$/],
  ['one that is not there', '/gone', {}, /cannot be found/],
  ['a folder', '/usr/bin', { '/usr/bin': { isFile: false } }, /not a regular file/],
  ['no program', '/etc/passwd', { '/etc/passwd': { mode: 0o644 } }, /not executable/],
  ['another’s', '/usr/bin/x', { '/usr/bin/x': { uid: 1000 } }, /does not belong to root/],
  ['one that all can change', '/usr/bin/x', { '/usr/bin/x': { mode: 0o757 } }, /changed by others/],
  [
    'one that a group can change',
    '/usr/bin/x',
    { '/usr/bin/x': { mode: 0o775, gid: 7 } },
    /changed by others/,
  ],
  ['one that root’s group can change', '/usr/bin/x', { '/usr/bin/x': { mode: 0o775 } }, /^started$/],
  ['one in another’s folder', '/opt/a/x', { '/opt/a': { uid: 1000 } }, /\/opt\/a does not belong/],
  ['one in a folder that all can change', '/tmp/x', { '/tmp': { mode: 0o1777 } }, /\/tmp can be changed/],
  ['a link into another’s folder', '/bin/link', { '/opt/tool': { uid: 1000 } }, /\/opt\/tool does not/],
])('%s', (_, program, changes, why) => {
  expect(whyNotStarted(program, true, disk(changes)) ?? 'started').toMatch(why);
});

test('without root’s rights whose a program is does not matter', () => {
  expect(whyNotStarted('/home/an/x', false, disk({ '/home/an/x': { uid: 1000 } }))).toBeUndefined();
});
