/** One finding about the centre: the same for every system. */
import type { Finding } from './evidence-kind.ts';

export function ofCentre<R extends string>(finding: Omit<Finding<R>, 'subject'>): Finding<R>[] {
  return [{ subject: { kind: 'centre' }, ...finding }];
}

export function ofSystem<R extends string>(finding: Omit<Finding<R>, 'subject'>): Finding<R>[] {
  return [{ subject: { kind: 'system' }, ...finding }];
}
