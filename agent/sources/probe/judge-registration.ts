/** How long a domain is still registered, and when to ask again. */
import type { Finding, Look } from './finding.ts';
import type { Registration } from './registration.ts';

const DAY_MS = 86_400_000;
const KNOWN_EVERY_MS = DAY_MS;
const UNKNOWN_EVERY_MS = DAY_MS / 4;

export function registrationDue(
  last: { atMs: number; expiresMs?: number | undefined } | undefined,
  { expires }: { expires?: string | undefined },
  nowMs: number,
): boolean {
  if (last === undefined) return true;
  // Another date in the settings counts at once.
  if (expires !== undefined && Date.parse(expires) !== last.expiresMs) return true;
  return nowMs - last.atMs >= (last.expiresMs === undefined ? UNKNOWN_EVERY_MS : KNOWN_EVERY_MS);
}

export function judgeRegistration(
  found: Registration,
  { warnDays }: { warnDays: number },
  nowMs: number,
): Look {
  if (found.kind === 'unknown') {
    const { domain, reason } = found;
    return { findings: ['registration-unknown'], message: reason, facts: { domain } };
  }
  const { domain, expiresMs, source } = found;
  const daysLeft = Math.floor((expiresMs - nowMs) / DAY_MS);
  const findings: Finding[] =
    expiresMs <= nowMs ? ['registration-expired'] : daysLeft < warnDays ? ['registration-expires'] : [];
  return { findings, facts: { domain, expiresMs, daysLeft, source } };
}
