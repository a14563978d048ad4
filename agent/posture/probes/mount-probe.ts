/** `mount`: whether a folder is a file system of its own, and with which options. */
import type { z } from 'zod';
import type { mountTestSchema } from '#protocol/posture-tests.ts';
import { readMounts } from '../../host/mounts.ts';
import { NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';

export async function probeMount(
  { path, separate, options = [] }: z.infer<typeof mountTestSchema>,
  view: HostView,
): Promise<Finding> {
  const { items, unread } = await view.once('mounts', () => readMounts(view.host));
  const [refused] = unread;
  if (refused !== undefined && items.length === 0)
    throw new NotAssessedError('unreadable', `${refused.part}: ${refused.reason}`);
  // What was mounted last hides what was there before.
  const mount = items.findLast(({ target }) => target === path);
  const expected = [separate !== undefined && (separate ? 'of its own' : 'not of its own'), options.join(',')]
    .filter((part) => part !== false && part !== '')
    .join(', ');
  if (mount === undefined)
    return {
      ok: separate === false,
      observed: `${path}: no file system of its own`,
      expected: `${path}: ${expected}`,
    };
  const missing = options.filter((option) => !mount.options.includes(option));
  return {
    ok: separate !== false && missing.length === 0,
    observed: `${path}: ${mount.fsType} ${mount.options.join(',')}`,
    expected: `${path}: ${expected}`,
  };
}
