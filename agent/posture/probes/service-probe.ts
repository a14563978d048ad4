/** `service`: whether units are enabled and run. Names without an ending are services. */
import type { z } from 'zod';
import { readServices, wantedUnits, type Service } from '../../host/services.ts';
import { linkAt } from '../../host/read-text.ts';
import type { serviceTestSchema } from '#protocol/posture-tests.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';

export async function probeService(
  { names, enabled, active }: z.infer<typeof serviceTestSchema>,
  view: HostView,
): Promise<Finding> {
  const { items, unread } = await view.once('services', () => readServices(view.host));
  const wanted = await view.once('wanted units', () => wantedUnits(view.host));
  const states: { name: string; isEnabled: boolean; isActive: boolean | undefined }[] = [];
  for (const name of names) {
    const unit = name.includes('.') ? name : `${name}.service`;
    const found = items.find((item) => item.name === unit || item.name === name);
    const refused = unread.find(({ part }) => part.endsWith(`/${unit}`));
    if (refused !== undefined) throw new NotAssessedError('unreadable', `${refused.part}: ${refused.reason}`);
    states.push({
      name: unit,
      isEnabled: await isEnabled(unit, found, wanted, view),
      isActive: found === undefined ? false : found.running,
    });
  }
  const expected = [
    enabled !== undefined && (enabled ? 'enabled' : 'not enabled'),
    active !== undefined && (active ? 'active' : 'not active'),
  ].filter((part) => part !== false);
  const known = active === undefined ? [] : states.filter(({ isActive }) => isActive === undefined);
  const good = states.filter(
    ({ isEnabled, isActive }) =>
      (enabled === undefined || isEnabled === enabled) && (active === undefined || isActive === active),
  );
  const wantsSome = enabled ?? active ?? true;
  const ok = wantsSome ? good.length > 0 : good.length === states.length;
  if (!ok && known.length > 0)
    throw new NotAssessedError(
      'not-tellable',
      `whether ${known.map(({ name }) => name).join(', ')} runs cannot be told: systemd does not run here`,
    );
  return {
    ok,
    observed: listed(
      // What is right needs no list of what else might have been.
      (ok && wantsSome ? good : states).map(({ name, isEnabled: on, isActive }) => {
        const runs = isActive === undefined ? '' : isActive ? ', active' : ', not active';
        return `${name}: ${on ? 'enabled' : 'not enabled'}${active === undefined ? '' : runs}`;
      }),
    ),
    expected: `${names.join(' | ')}: ${expected.join(', ')}`,
  };
}

async function isEnabled(
  unit: string,
  found: Service | undefined,
  wanted: ReadonlySet<string>,
  view: HostView,
): Promise<boolean> {
  if (found?.enabled === 'masked') return false;
  if ((await linkAt(view.host, `/etc/systemd/system/${unit}`)) === '/dev/null') return false;
  return found?.enabled === 'enabled' || wanted.has(unit);
}
