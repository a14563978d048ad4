/** Whether the configuration assessment has the policies that the settings name. */
import { shippedPolicyNames } from '../posture/shipped-policies.ts';
import type { PostureConfig } from '../posture-config.ts';
import type { Messages } from '../messages/en.ts';
import { ok, warn, type Check } from './check.ts';

export function checkPosture({ enabled, policies }: PostureConfig, m: Messages): Check[] {
  if (!enabled || (process.platform !== 'linux' && process.platform !== 'win32')) return [];
  const known = shippedPolicyNames();
  const unknown = (policies ?? [])
    .filter((policy) => typeof policy === 'string')
    .filter((name) => !known.includes(name));
  if (unknown.length === 0) return [ok('posture', m.posture.on)];
  return [warn('posture', m.posture.noPolicy(unknown.join(', '), known.join(', ')))];
}
