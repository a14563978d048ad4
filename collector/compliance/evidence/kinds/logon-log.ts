/** Whether hosts tell of logons: a host that told of none within the period does not log them. */
import { z } from 'zod';
import { periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { absentFor, defineFleetKind, judgedAs } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'told' | 'none';

const schema = z.strictObject({ within: periodSchema.prefault('P7D') });

export const logonLogKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'logon-log',
  schema,
  events: { names: ['logon', 'logon-failed', 'account-change'], within: ({ within }) => within },
  reasons: {
    told: {
      vi: 'Ít nhất {count} sự kiện đăng nhập và tài khoản, lần cuối {last}',
      en: 'At least {count} events of logons and accounts, the last at {last}',
    },
    none: {
      vi: 'Không có sự kiện đăng nhập hay tài khoản nào trong {within}',
      en: 'No event of a logon or an account within {within}',
    },
  },
  explain: ({ within }) => ({
    vi: `Số sự kiện đăng nhập, đăng nhập sai và thay đổi tài khoản của từng máy trong ${within.iso}`,
    en: `Events of logons, failed logons and changed accounts of each host within ${within.iso}`,
  }),
  judge({ within }, told) {
    const { count } = told;
    const counts = [count('logon'), count('logon-failed'), count('account-change')].filter(
      (one) => one !== undefined,
    );
    if (counts.length === 0) return absentFor<Own>(told, within, 'none');
    const lastMs = Math.max(...counts.map((one) => one.lastMs));
    const sum = counts.reduce((total, one) => total + one.count, 0);
    return judgedAs<Own>('met', 'told', { count: sum, last: showTime(lastMs) }, lastMs);
  },
});
