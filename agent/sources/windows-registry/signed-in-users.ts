/** Users whose part of the registry is loaded, by their security identifiers. */
import type { Host } from '../../host/host.ts';
import { whyNot } from '../../host/run-program.ts';

const USERS_MAX = 200;
/** Local system, people of this host and of a domain, people of a cloud directory; not those of services. */
const PERSON = /^S-1-(?:5-18|5-21-[\d-]+|12-1-[\d-]+)$/i;

/** @throws Error that says why not */
export async function signedInUsers(host: Host, signal: AbortSignal): Promise<string[]> {
  const answer = await host.run('reg', ['query', 'HKU'], { signal });
  const reason = whyNot('reg', answer);
  if (answer.kind !== 'ended' || reason !== undefined) throw new Error(reason);
  return answer.stdout
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^HKEY_USERS\\/i, ''))
    .filter((name) => PERSON.test(name))
    .slice(0, USERS_MAX);
}
