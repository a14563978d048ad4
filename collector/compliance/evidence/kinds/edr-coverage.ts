/** Whether behaviour on hosts is watched: the agent tells of processes as they start, and rules look at them here. */
import { z } from 'zod';
import { periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { absentFor, defineFleetKind, judgedAs } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'watched' | 'not-watched';

const schema = z.strictObject({ within: periodSchema.prefault('P3D') });

export const edrCoverageKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'edr-coverage',
  schema,
  events: { names: ['process-start'], within: ({ within }) => within },
  reasons: {
    watched: {
      vi: 'Agent báo tiến trình khởi chạy, lần cuối {last}',
      en: 'The agent tells of processes that start, the last at {last}',
    },
    'not-watched': {
      vi: 'Agent không báo tiến trình nào trong {within}: hành vi trên máy chưa được theo dõi',
      en: 'The agent told of no process within {within}: behaviour on the host is not watched',
    },
  },
  explain: ({ within }) => ({
    vi: `Sự kiện tiến trình khởi chạy do từng máy gửi trong ${within.iso}`,
    en: `Events of starting processes that each host sent within ${within.iso}`,
  }),
  judge({ within }, told) {
    const starts = told.count('process-start');
    return starts === undefined
      ? absentFor<Own>(told, within, 'not-watched')
      : judgedAs<Own>('met', 'watched', { last: showTime(starts.lastMs) }, starts.lastMs);
  },
});
