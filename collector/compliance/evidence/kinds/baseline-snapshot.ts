/** How the system stood when it was taken over is written down: the first snapshot, to compare later ones with. */
import { z } from 'zod';
import { legalDayAt, startOfDayMs } from '../../../agency/legal-day.ts';
import type { SnapshotDays } from '../centre-evidence.ts';
import { ofSystem } from '../centre-findings.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'written-down' | 'none';

const schema = z.strictObject({});

export const baselineSnapshotKind: AnyEvidenceKind = defineKind<
  z.infer<typeof schema>,
  ReadonlyMap<number, SnapshotDays>,
  Own
>({
  kind: 'baseline-snapshot',
  history: 'events',
  schema,
  reasons: {
    'written-down': {
      vi: 'Bản chụp đầu tiên ngày {first} ghi lại hiện trạng và các yêu cầu chưa đạt',
      en: 'The first snapshot, of {first}, says how it stood and what was not met',
    },
    none: {
      vi: 'Chưa có bản chụp nào ghi lại hiện trạng khi đưa vào vận hành',
      en: 'No snapshot says how it stood when it went into operation',
    },
  },
  gather: ({ centre }, { atMs }) => centre.snapshots(legalDayAt(atMs), legalDayAt(atMs)),
  judge(_params, facts, { id }, { atMs }) {
    const found = facts.get(id);
    if (found === undefined)
      return ofSystem<Own>({ result: 'not-met', reason: { code: 'none', args: {} }, atMs });
    const { firstDay: first } = found;
    const reason = { code: 'written-down', args: { first } } as const;
    return ofSystem<Own>({ result: 'met', reason, atMs: startOfDayMs(first) });
  },
  explain: () => ({
    vi: 'Bản chụp đánh giá đầu tiên của hệ thống (vonggac compliance snapshots)',
    en: 'The first snapshot of the system (vonggac compliance snapshots)',
  }),
});
