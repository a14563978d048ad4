/** `package`: what is installed, and at least in which version. */
import type { z } from 'zod';
import type { packageTestSchema } from '#protocol/posture-tests.ts';
import { readPackages } from '../../host/packages.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { compareVersions } from '../readers/package-version.ts';

export async function probePackage(
  { names, installed, versionMin }: z.infer<typeof packageTestSchema>,
  view: HostView,
): Promise<Finding> {
  const { byName, unread } = await view.once('packages', async () => {
    const { items, unread: refused } = await readPackages(view.host, view.signal);
    const system = items.filter(
      ({ manager }) => manager === 'dpkg' || manager === 'rpm' || manager === 'apk',
    );
    return { byName: Map.groupBy(system, ({ name }) => name), unread: refused };
  });
  const found = names.flatMap((name) => byName.get(name) ?? []);
  const refused = unread.find(({ part }) => part === 'dpkg' || part === 'rpm' || part === 'apk');
  if (refused !== undefined && found.length === 0)
    throw new NotAssessedError('unreadable', `${refused.part}: ${refused.reason}`);
  const enough =
    versionMin === undefined
      ? found
      : found.filter(({ manager, version }) => compareVersions(manager, version, versionMin) >= 0);
  const least = versionMin === undefined ? '' : ` ≥ ${versionMin}`;
  return {
    ok: installed ? enough.length > 0 : found.length === 0,
    observed:
      found.length === 0
        ? `${names.join(', ')}: not installed`
        : listed(found.map(({ name, version }) => `${name} ${version}`)),
    expected: `${names.join(' | ')}${least}: ${installed ? 'installed' : 'not installed'}`,
  };
}
