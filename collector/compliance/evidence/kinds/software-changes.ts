/** Whether it is seen what is installed, removed and run on hosts: the inventory of packages, and processes that start. */
import { z } from 'zod';
import { periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { absentFor, defineFleetKind, judgedAs } from '../fleet-kind.ts';

type Own = 'followed' | 'runs-not-told';

const schema = z.strictObject({ within: periodSchema.prefault('P7D') });

export const softwareChangesKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'software-changes',
  schema,
  // How the category stands is enough: each look of the agent tells what came and went.
  looks: [{ category: 'package' }],
  partialIsDoubt: true,
  events: { names: ['software-change', 'process-start'], within: ({ within }) => within },
  reasons: {
    followed: {
      vi: 'Theo dõi được cài, gỡ ({changes} thay đổi trong {within}) và thực thi',
      en: 'What is installed and removed ({changes} changes within {within}) and run is seen',
    },
    'runs-not-told': {
      vi: 'Theo dõi được cài, gỡ nhưng không có sự kiện thực thi nào trong {within}',
      en: 'What is installed and removed is seen; no program was told to run within {within}',
    },
  },
  explain: ({ within }) => ({
    vi: `Kiểm kê gói phần mềm còn mới, số lần cài, gỡ và sự kiện tiến trình của từng máy trong ${within.iso}`,
    en: `A fresh inventory of packages, changes of software and events of processes of each host within ${within.iso}`,
  }),
  judge({ within }, told) {
    const { count } = told;
    const args = { within: within.iso, changes: count('software-change')?.count ?? 0 };
    const runs = count('process-start');
    return runs === undefined
      ? absentFor<Own>(told, within, 'runs-not-told')
      : judgedAs<Own>('met', 'followed', args, runs.lastMs);
  },
});
