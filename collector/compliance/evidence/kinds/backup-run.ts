/** Whether hosts are backed up by themselves, and when it was done last: by what backup programs leave and what logs tell. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { timeOf } from '../account-facts.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some, unreadPart } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'ran' | 'old' | 'none' | 'run-unknown' | 'failed';

const schema = z.strictObject({ within: periodSchema.prefault('P7D') });

export const backupRunKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'backup-run',
  schema,
  looks: [{ category: 'backup-job', facts: ['tool', 'lastRunAt'] }],
  events: { names: ['backup-done', 'backup-failed'], within: ({ within }) => within },
  reasons: {
    ran: { vi: 'Sao lưu lần cuối {at}: {tools}', en: 'Backed up last at {at}: {tools}' },
    old: {
      vi: 'Lần sao lưu cuối {at}, quá {within}: {tools}',
      en: 'Backed up last at {at}, longer ago than {within}: {tools}',
    },
    none: { vi: 'Máy không có việc sao lưu tự động nào', en: 'Nothing backs the host up by itself' },
    'run-unknown': {
      vi: 'Có lịch sao lưu ({tools}) nhưng không rõ lần chạy cuối',
      en: 'A backup is scheduled ({tools}); when it ran last is not known',
    },
    failed: { vi: 'Lần sao lưu cuối thất bại lúc {at}', en: 'The last backup failed at {at}' },
  },
  explain: ({ within }) => ({
    vi: `Việc sao lưu của từng máy và lần chạy cuối trong ${within.iso}, theo máy và theo log (vonggac inventory find --category backup-job --key '*')`,
    en: `Backup jobs of each host and their last run within ${within.iso}, by the host and by its logs (vonggac inventory find --category backup-job --key '*')`,
  }),
  judge({ within }, { atMs, count }, own) {
    const done = count('backup-done')?.lastMs;
    const failed = count('backup-failed')?.lastMs;
    if (failed !== undefined && failed > (done ?? 0))
      return judgedAs<Own>('not-met', 'failed', { at: showTime(failed) }, failed);
    const tools = some([...new Set(own.items.map(({ facts }) => facts['tool'] ?? ''))]);
    const runs = [done, ...own.items.map(({ facts }) => timeOf(facts['lastRunAt']))].filter(
      (ms) => ms !== undefined,
    );
    if (runs.length === 0) {
      return own.items.length === 0
        ? (unreadPart<Own>(own) ?? judgedAs<Own>('not-met', 'none', {}, own.toldMs))
        : judgedAs<Own>('not-assessed', 'run-unknown', { tools }, own.toldMs);
    }
    const lastMs = Math.max(...runs);
    const args = { at: showTime(lastMs), tools, within: within.iso };
    return lastMs >= periodBefore(atMs, within)
      ? judgedAs<Own>('met', 'ran', args, lastMs)
      : judgedAs<Own>('not-met', 'old', args, lastMs);
  },
});
