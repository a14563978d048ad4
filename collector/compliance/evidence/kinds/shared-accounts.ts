/** Accounts that several people seem to use: from several addresses within an hour, without approval. */
import { z } from 'zod';
import type { SharedUse } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'own' | 'shared' | 'no-logons';

const schema = z.strictObject({
  within: periodSchema.prefault('P30D'),
  /** So many addresses within an hour are several people. */
  sources: z.int().min(2).max(100).default(3),
});

const LIMIT = 50_000;

export const sharedAccountsKind: AnyEvidenceKind = defineFleetKind<
  z.infer<typeof schema>,
  Own,
  readonly SharedUse[]
>({
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
    'no-logons': {
      vi: 'Máy không gửi log đăng nhập nào trong {within}',
      en: 'The host told of no logon within {within}',
    },
  },
  explain: ({ within, sources }) => ({
    vi: `Tài khoản đăng nhập từ ít nhất ${sources} địa chỉ trong một giờ, trong ${within.iso}, trừ danh sách "shared-accounts"`,
    en: `Accounts that logged on from at least ${sources} addresses within an hour, within ${within.iso}, but those of the list "shared-accounts"`,
  }),
  async more(fleet, moment, { within, sources }) {
    const fromMs = periodBefore(moment.atMs, within);
    return Map.groupBy(
      await fleet.sharedUse({ ...moment, fromMs, sourcesMin: sources, limit: LIMIT }),
      ({ agentId }) => agentId,
    );
  },
  judge({ within }, { count, listed, more = [], atMs }) {
    const last = count('logon') ?? count('logon-failed');
    if (last === undefined) return judgedAs<Own>('not-assessed', 'no-logons', { within: within.iso }, atMs);
    const isApproved = patternTest(listed);
    const shared = more.filter(({ user }) => !isApproved(user));
    if (shared.length === 0) return judgedAs<Own>('met', 'own', {}, last.lastMs);
    const names = shared.map(({ user, sources }) => `${user} (${sources})`);
    return judgedAs<Own>(
      'not-met',
      'shared',
      { names: some(names) },
      Math.max(...shared.map(({ atMs: ms }) => ms)),
    );
  },
});
