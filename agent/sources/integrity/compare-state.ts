/** What kind of change lies between two states of a path. */
import type { FileState, IntegrityRecord } from '#protocol/record.ts';

/** `silent`: worth remembering, not worth telling (another inode with the same content and attributes). */
export type StateChange = IntegrityRecord['change'] | 'silent' | 'none';

/** What became of the path; an undefined state is a path that is not there. */
export function compareStates(before: FileState | undefined, after: FileState | undefined): StateChange {
  if (before === undefined) return after === undefined ? 'none' : 'created';
  if (after === undefined) return 'deleted';
  if (before.type !== after.type || before.target !== after.target) return 'modified';
  if (before.type === 'file' && contentDiffers(before, after)) return 'modified';
  if (before.mode !== after.mode || before.uid !== after.uid || before.gid !== after.gid) return 'attributes';
  // A folder's time changes with every file in it, which is told by itself.
  if (before.type !== 'directory' && before.mtimeMs !== after.mtimeMs) return 'attributes';
  return before.inode !== after.inode || before.unread !== after.unread ? 'silent' : 'none';
}

function contentDiffers(before: FileState, after: FileState): boolean {
  if (before.sha256 !== undefined && after.sha256 !== undefined) return before.sha256 !== after.sha256;
  return before.size !== after.size || before.mtimeMs !== after.mtimeMs;
}
