/** Who may read the store of logs is known and bounded, and what they do is written down. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { ofCentre } from '../centre-findings.ts';
import type { ReadersFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'controlled' | 'no-trail' | 'too-many' | 'nobody';

const schema = z.strictObject({
  /** The trail must have entries within it. */
  within: periodSchema.default({ iso: 'P31D', months: 0, ms: 31 * 86_400_000 }),
  /** More accounts and tokens than this may not read; left out: as many as there are. */
  readersMax: z.int().min(1).max(100_000).optional(),
});
type Asked = z.infer<typeof schema>;

export const logAccessKind: AnyEvidenceKind = defineKind<Asked, ReadersFact, Own>({
  kind: 'log-access',
  history: 'now',
  schema,
  reasons: {
    controlled: {
      vi: '{readers} tài khoản được đọc nhật ký ({roles:role}); {acts} thao tác đã ghi vết',
      en: '{readers} accounts may read logs ({roles:role}); {acts} acts are on the trail',
    },
    'no-trail': {
      vi: 'Trong {within} không thao tác nào được ghi vết',
      en: 'Within {within} no act is on the trail',
    },
    'too-many': {
      vi: '{readers} tài khoản được đọc nhật ký ({roles:role}), quá {max}',
      en: '{readers} accounts may read logs ({roles:role}), more than {max}',
    },
    nobody: { vi: 'Chưa có tài khoản nào được đọc nhật ký', en: 'No account may read logs yet' },
  },
  outside: {
    controlled: {
      vi: 'Tài khoản được đọc nhật ký đã biết, thao tác được ghi vết',
      en: 'Who may read logs is known, and acts are on the trail',
    },
    'no-trail': {
      vi: 'Không thao tác nào được ghi vết trong thời gian yêu cầu',
      en: 'Within the time asked for no act is on the trail',
    },
    'too-many': { vi: 'Quá nhiều tài khoản được đọc nhật ký', en: 'Too many accounts may read logs' },
  },
  gather: ({ centre }, { atMs, params }) =>
    centre.readers(Math.min(...params.map(({ within }) => periodBefore(atMs, within)))),
  judge({ within, readersMax }, { byRole, acts, lastActMs }, _system, { atMs }) {
    const readers = Object.values(byRole).reduce((sum, count) => sum + count, 0);
    const roles = Object.entries(byRole)
      .map(([role, count]) => `${role} ${count}`)
      .join(', ');
    if (readers === 0)
      return ofCentre<Own>({ result: 'not-assessed', reason: { code: 'nobody', args: {} }, atMs });
    if (lastActMs === undefined || lastActMs < periodBefore(atMs, within))
      return ofCentre<Own>({
        result: 'not-met',
        reason: { code: 'no-trail', args: { within: within.iso } },
        atMs,
      });
    if (readersMax !== undefined && readers > readersMax)
      return ofCentre<Own>({
        result: 'not-met',
        reason: { code: 'too-many', args: { readers, roles, max: readersMax } },
        atMs,
      });
    return ofCentre<Own>({
      result: 'met',
      reason: { code: 'controlled', args: { readers, roles, acts } },
      atMs: lastActMs,
    });
  },
  explain: ({ within }) => ({
    vi: `Tài khoản và mã truy cập được đọc sự kiện, theo vai trò (vonggac user list), và nhật ký kiểm toán trong ${within.iso} (vonggac audit list)`,
    en: `Accounts and tokens that may read events, by role (vonggac user list), and the audit trail within ${within.iso} (vonggac audit list)`,
  }),
});
