/** Can the registry be read, and whose part of it is there? */
import type { Host } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import { signedInUsers } from '../sources/windows-registry/signed-in-users.ts';
import type { WindowsRegistryConfig } from '../windows-registry-config.ts';
import { fail, ok, reasonOf, type Check } from './check.ts';

const ANSWER_MS_MAX = 20_000;

export async function checkRegistry(
  config: WindowsRegistryConfig | undefined,
  host: Host,
  m: Messages,
): Promise<Check[]> {
  if (config === undefined) return [];
  try {
    const users = await signedInUsers(host, AbortSignal.timeout(ANSWER_MS_MAX));
    return [ok('registry', m.doctor.more.registryOk(users.length))];
  } catch (error) {
    return [fail('registry', m.doctor.more.registryUnread(reasonOf(error)))];
  }
}
