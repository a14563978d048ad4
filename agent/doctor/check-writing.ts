/** Whether files in the state folder can be made, replaced and deleted: a program that holds or forbids them is seen by its code. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Messages } from '../messages/en.ts';
import { fail, ok, reasonOf, type Check } from './check.ts';

/** What stands in the way of a file. */
export type WriteTrouble = 'held' | 'forbidden' | 'full' | 'read-only' | 'other';

const OF_CODE: Readonly<Record<string, WriteTrouble>> = {
  EBUSY: 'held',
  ETXTBSY: 'held',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
};

export function writeTroubleOf(error: unknown): WriteTrouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return OF_CODE[code] ?? 'other';
}

type Files = Pick<typeof fs, 'writeFileSync' | 'renameSync' | 'rmSync'>;

export function checkWriting(stateDir: string, m: Messages, files: Files = fs): Check[] {
  if (!fs.existsSync(stateDir)) return [];
  const file = path.join(stateDir, `doctor-${randomBytes(6).toString('hex')}.tmp`);
  const moved = `${file}.2`;
  try {
    files.writeFileSync(file, 'doctor\n', { mode: 0o600, flag: 'wx' });
    files.renameSync(file, moved);
    files.rmSync(moved);
    return [ok('spool', m.doctor.writing.ok(stateDir))];
  } catch (error) {
    return [fail('spool', m.doctor.writing[writeTroubleOf(error)](stateDir, reasonOf(error)))];
  } finally {
    for (const left of [file, moved]) fs.rmSync(left, { force: true });
  }
}
