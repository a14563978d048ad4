/** A change as the record that is sent: within the limits of the protocol, with names where the host knows them. */
import { createHash } from 'node:crypto';
import { LIMITS } from '#protocol/limits.ts';
import type { FileState, IntegrityRecord } from '#protocol/record.ts';
import type { Change } from './change-batch.ts';
import type { OwnerNames } from './owner-names.ts';
import type { KeptState } from './state-codec.ts';

export function makeRecord(change: Change, at: number, names: OwnerNames): IntegrityRecord {
  const { before, after, note } = change;
  const record: IntegrityRecord = {
    kind: 'integrity',
    at,
    change: change.change,
    path: sendablePath(change.path),
  };
  if (note.offline === true) record.offline = true;
  if (note.sinceMs !== undefined) record.sinceMs = note.sinceMs;
  if (before !== undefined) record.before = sendableState(before, names);
  if (after !== undefined) record.after = sendableState(after, names);
  return record;
}

/** Names of bytes that are no text are written longer than they are: what is over the limit is named by a digest. */
export function sendablePath(file: string): string {
  if (file.length <= LIMITS.shortStringMax) return file;
  const digest = createHash('sha256').update(file).digest('hex').slice(0, 16);
  return `${file.slice(0, LIMITS.shortStringMax - 32).toWellFormed()}…#${digest}`;
}

function sendableState(kept: KeptState, names: OwnerNames): FileState {
  const { sample: _, ...state } = kept;
  const user = names.user(state.uid);
  const group = names.group(state.gid);
  return {
    ...state,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  };
}
