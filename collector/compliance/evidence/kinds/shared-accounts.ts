/**
 * Accounts that several people seem to use: from several addresses within an hour, without approval, on one host or on
 * hosts of the system together. What accounts of one name do in other systems says nothing here.
 */
import { z } from 'zod';
import type { SharedUse, SharedUses } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'own' | 'shared' | 'shared-across' | 'no-logons';

const schema = z.strictObject({
  within: periodSchema.prefault('P30D'),
  /** So many addresses within an hour are several people. */
  sources: z.int().min(2).max(100).default(3),
});

const LIMIT = 2_000;

export const sharedAccountsKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own, SharedUses>({
  kind: 'shared-accounts',
  schema,
  events: { names: ['logon', 'logon-failed'], within: ({ within }) => within },
  list: 'shared-accounts',
  listIsOptional: () => true,
  reasons: {
    own: {
      vi: 'Không tài khoản nào bị dùng chung ngoài danh sách đã duyệt',
      en: 'No account was shared beyond the approved ones',
    },
    shared: { vi: 'Có dấu hiệu dùng chung: {names}', en: 'These seem to be shared: {names}' },
    'shared-across': {
      vi: 'Có dấu hiệu dùng chung qua nhiều máy của hệ thống: {names}',
      en: 'These seem to be shared across hosts of the system: {names}',
    },
    'no-logons': {
      vi: 'Máy không gửi log đăng nhập nào trong {within}',
      en: 'The host told of no logon within {within}',
    },
  },
  explain: ({ within, sources }) => ({
    vi: `Tài khoản đăng nhập từ ít nhất ${sources} địa chỉ trong một giờ, tính trên từng máy và chung các máy của hệ thống, trong ${within.iso}, trừ danh sách "shared-accounts"`,
    en: `Accounts that logged on from at least ${sources} addresses within an hour, on a host or on hosts of the system together, within ${within.iso}, but those of the list "shared-accounts"`,
  }),
  async more(fleet, moment, { within, sources }) {
    const fromMs = periodBefore(moment.atMs, within);
    const { uses, isCut } = await fleet.sharedUse({ ...moment, fromMs, sourcesMin: sources, limit: LIMIT });
    const byHost = new Map<string, SharedUse[]>();
    for (const use of uses)
      for (const agentId of new Set(use.places.map((place) => place.agentId))) {
        const own = byHost.get(agentId) ?? [];
        byHost.set(agentId, own);
        own.push(use);
      }
    const told = isCut ? [...new Set([...(moment.agentIds ?? []), ...byHost.keys()])] : [...byHost.keys()];
    return new Map(told.map((agentId) => [agentId, { uses: byHost.get(agentId) ?? [], isCut }]));
  },
  judge({ within, sources: most }, { host, count, listed, more, isMember, atMs }) {
    const last = count('logon') ?? count('logon-failed');
    if (last === undefined) return judgedAs<Own>('not-assessed', 'no-logons', { within: within.iso }, atMs);
    const { uses = [], isCut = false } = more ?? {};
    const isApproved = patternTest(listed);
    const seen = (
      isCounted: (agentId: string) => boolean,
    ): { user: string; addresses: number; atMs: number }[] =>
      uses
        .filter(({ user }) => !isApproved(user))
        .map(({ user, places, atMs: ms }) => {
          const counted = places.filter(({ agentId }) => isCounted(agentId));
          return { user, addresses: new Set(counted.map(({ source }) => source)).size, atMs: ms };
        })
        .filter(({ addresses }) => addresses >= most);
    const here = seen((agentId) => agentId === host.id);
    const shared = here.length > 0 ? here : seen(isMember);
    if (shared.length > 0) {
      const code = here.length > 0 ? 'shared' : 'shared-across';
      return judgedAs<Own>(
        'not-met',
        code,
        { names: namesOf(shared) },
        Math.max(...shared.map((one) => one.atMs)),
      );
    }
    return isCut
      ? judgedAs<Own>('not-assessed', 'cut', {}, last.lastMs)
      : judgedAs<Own>('met', 'own', {}, last.lastMs);
  },
});

/** Each account once, with the most addresses that it had within an hour. */
function namesOf(shared: readonly { user: string; addresses: number }[]): string {
  const most = new Map<string, number>();
  for (const { user, addresses } of shared) most.set(user, Math.max(addresses, most.get(user) ?? 0));
  return some([...most].map(([user, addresses]) => `${user} (${addresses})`));
}
