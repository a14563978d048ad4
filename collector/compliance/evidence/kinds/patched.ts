/**
 * Whether hosts get their patches within the period: nothing of security waits, or what waits is younger than the last
 * patches, and what was installed is in force. A host that never asks for updates has none waiting and is not met.
 */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { timeOf } from '../account-facts.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { absentFor, defineFleetKind, judgedAs, type Judged } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'up-to-date' | 'patched' | 'overdue' | 'not-asking' | 'restart-due' | 'not-known';

const schema = z.strictObject({ within: periodSchema.prefault('P1M') });

export const patchedKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'patched',
  schema,
  looks: [
    {
      category: 'patch-level',
      facts: ['security', 'pending', 'knownAt', 'rebootNeeded', 'lastInstalledAt'],
    },
  ],
  events: { names: ['patch-installed'], within: ({ within }) => within },
  reasons: {
    'up-to-date': {
      vi: 'Không có bản vá bảo mật nào chờ cài (biết đến {known})',
      en: 'No security update waits (known as of {known})',
    },
    patched: {
      vi: 'Cài bản vá lần cuối {last}; còn {security} bản vá bảo mật mới chờ cài',
      en: 'Patched last at {last}; {security} newer security updates wait',
    },
    overdue: {
      vi: '{security} bản vá bảo mật chờ cài, không cài bản vá nào trong {within}',
      en: '{security} security updates wait, and nothing was patched within {within}',
    },
    'not-asking': {
      vi: 'Máy hỏi bản vá lần cuối {known}, quá {within}',
      en: 'The host asked for updates last at {known}, longer ago than {within}',
    },
    'restart-due': {
      vi: 'Bản vá đã cài từ hơn {within} trước chưa có hiệu lực vì máy chưa khởi động lại',
      en: 'Patches installed longer ago than {within} are not in force: the host was not restarted',
    },
    'not-known': {
      vi: 'Agent không biết máy có bản vá nào chờ cài',
      en: 'The agent does not know which updates wait',
    },
  },
  explain: ({ within }) => ({
    vi: `Bản vá bảo mật chờ cài, lần cuối cài và lần cuối hỏi bản vá của từng máy trong ${within.iso} (vonggac inventory find --category patch-level --key updates)`,
    en: `Security updates that wait, when each host was patched and asked for updates last, within ${within.iso} (vonggac inventory find --category patch-level --key updates)`,
  }),
  judge({ within }, told, own) {
    const { atMs, count } = told;
    const sinceMs = periodBefore(atMs, within);
    const factsOf = (key: string) => own.items.find((item) => item.key === key)?.facts;
    const updates = factsOf('updates');
    const patchedMs = Math.max(
      count('patch-installed')?.lastMs ?? 0,
      timeOf(updates?.['lastInstalledAt']) ?? 0,
    );
    const knownMs = timeOf(updates?.['knownAt']);
    const security = Number(updates?.['security'] ?? '');
    const args = {
      security,
      within: within.iso,
      last: showTime(patchedMs),
      known: knownMs === undefined ? '?' : showTime(knownMs),
    };
    const of = (result: Judged<Own>['result'], code: Own): Judged<Own> =>
      judgedAs<Own>(result, code, args, own.toldMs);
    // A day that is told begins at midnight: it counts whole.
    if (knownMs !== undefined && knownMs + DAY_MS <= sinceMs) return of('not-met', 'not-asking');
    const isPatched = patchedMs >= sinceMs;
    if (updates === undefined || updates['security'] === '')
      return isPatched && updates !== undefined ? of('met', 'patched') : of('not-assessed', 'not-known');
    // What was installed before the agent came is not told by events.
    const isNew = patchedMs === 0 && told.host.enrolledMs > sinceMs;
    if (security > 0 && !isPatched)
      return isNew ? absentFor<Own>(told, within, 'overdue') : of('not-met', 'overdue');
    if (factsOf('kernel')?.['rebootNeeded'] === 'true' && !isPatched) return of('not-met', 'restart-due');
    if (security > 0) return of('met', 'patched');
    return knownMs === undefined ? of('not-assessed', 'not-known') : of('met', 'up-to-date');
  },
});

const DAY_MS = 86_400_000;
