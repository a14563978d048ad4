/** What kind of change lies between two states of a path. */
import type { FileState } from '#protocol/record.ts';

/** What can differ; which of it is told is a matter of the set. That something came or went always is. */
export type StateProperty = 'content' | 'mode' | 'owner' | 'mtime' | 'xattrs' | 'links';

/** `silent`: worth remembering, not worth telling (another inode with the same content and attributes). */
export type StateChange = 'created' | 'modified' | 'attributes' | 'deleted' | 'silent' | 'none';

/**
 * What became of the path; an undefined state is a path that is not there.
 * @param told properties whose difference is told.
 */
export function compareStates(
  before: FileState | undefined,
  after: FileState | undefined,
  told: ReadonlySet<StateProperty>,
): StateChange {
  if (before === undefined) return after === undefined ? 'none' : 'created';
  if (after === undefined) return 'deleted';
  if (before.type !== after.type) return 'modified';
  if (told.has('content') && contentDiffers(before, after)) return 'modified';
  if (told.has('mode') && before.mode !== after.mode) return 'attributes';
  if (told.has('owner') && ownerDiffers(before, after)) return 'attributes';
  // A folder's time and links change with every file in it, which is told by itself.
  if (told.has('mtime') && before.type !== 'directory' && before.mtimeMs !== after.mtimeMs) {
    return 'attributes';
  }
  if (told.has('xattrs') && (before.xattrs !== after.xattrs || before.acl !== after.acl)) return 'attributes';
  if (told.has('links') && before.type === 'file' && before.links !== after.links) return 'attributes';
  return 'silent';
}

/** On Windows by the security identifier, which has no number. */
function ownerDiffers(before: FileState, after: FileState): boolean {
  return before.uid !== after.uid || before.gid !== after.gid || before.user !== after.user;
}

function contentDiffers(before: FileState, after: FileState): boolean {
  if (before.target !== after.target) return true;
  if (before.type !== 'file') return false;
  if (before.sha256 !== undefined && after.sha256 !== undefined) return before.sha256 !== after.sha256;
  return before.size !== after.size || before.mtimeMs !== after.mtimeMs;
}
