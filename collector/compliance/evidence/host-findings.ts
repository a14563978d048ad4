/** Findings host by host: hosts that cannot be judged are told so in one way, whatever the kind. */
import type { AssessedHost, AssessedSystem, Finding, Moment, Subject } from './evidence-kind.ts';

const DAY_MS = 86_400_000;

/** A host not seen for so long is not assessed: a weekend with a day beside it. */
export const SILENT_AFTER_MS: number = 3 * DAY_MS;

export function hostSubject({ id, hostname }: AssessedHost): Subject {
  return { kind: 'host', id, hostname };
}

/** A moment as reasons show it: UTC, to the minute. */
export function showTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

/**
 * One finding per host. A system without hosts, a host that never reported or has been silent is not assessed.
 * @param judge only asked about hosts that report; undefined: it says nothing about this
 * @param silentAfterMs how long a host may be silent and still be judged
 */
export function perHost<R extends string>(
  system: AssessedSystem,
  { atMs }: Moment,
  judge: (host: AssessedHost) => Omit<Finding<R>, 'subject'> | undefined,
  silentAfterMs: number = SILENT_AFTER_MS,
): Finding<R>[] {
  if (system.hosts.length === 0) {
    const reason = { code: 'no-hosts', args: {} } as const;
    return [{ subject: { kind: 'system' }, result: 'not-assessed', reason, atMs }];
  }
  return system.hosts.map((host): Finding<R> => {
    const subject = hostSubject(host);
    const { seenMs } = host;
    if (seenMs === undefined)
      return { subject, result: 'not-assessed', reason: { code: 'never-reported', args: {} }, atMs };
    if (atMs - seenMs > silentAfterMs) {
      const reason = { code: 'silent', args: { since: showTime(seenMs) } } as const;
      return { subject, result: 'not-assessed', reason, atMs: seenMs };
    }
    const found = judge(host);
    if (found !== undefined) return { subject, ...found };
    return { subject, result: 'not-assessed', reason: { code: 'no-facts', args: {} }, atMs: seenMs };
  });
}
