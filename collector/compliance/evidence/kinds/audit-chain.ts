/** The trail of who did what is a chain that nobody changed or cut, verified now; where its head is kept elsewhere, it is there. */
import { z } from 'zod';
import { ofCentre } from '../centre-findings.ts';
import type { TrailFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'whole' | 'broken' | 'empty' | 'heads-missing';

const schema = z.strictObject({
  /** Its head has to be kept on other hosts, at so many places. */
  places: z.int().min(0).max(20).default(0),
});

export const auditChainKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, TrailFact, Own>({
  kind: 'audit-chain',
  history: 'now',
  schema,
  reasons: {
    whole: {
      vi: 'Chuỗi nhật ký kiểm toán nguyên vẹn: {entries} mục, đầu chuỗi được giữ ở {places} nơi khác',
      en: "The audit trail's chain is whole: {entries} entries, its head is kept at {places} other places",
    },
    broken: {
      vi: 'Chuỗi nhật ký kiểm toán có {faults} chỗ không đúng như đã ghi',
      en: "The audit trail's chain has {faults} places that are not as they were written",
    },
    empty: { vi: 'Nhật ký kiểm toán chưa có mục nào', en: 'The audit trail has no entry yet' },
    'heads-missing': {
      vi: 'Đầu chuỗi chỉ được giữ ở {places} nơi khác, cần {wanted}',
      en: 'Its head is kept at {places} other places, {wanted} are asked for',
    },
  },
  outside: {
    whole: {
      vi: 'Chuỗi nhật ký kiểm toán nguyên vẹn, đầu chuỗi được giữ ở nơi khác',
      en: "The audit trail's chain is whole, and its head is kept elsewhere too",
    },
    broken: {
      vi: 'Chuỗi nhật ký kiểm toán có chỗ không đúng như đã ghi',
      en: "The audit trail's chain has places that are not as they were written",
    },
    'heads-missing': {
      vi: 'Đầu chuỗi chưa được giữ ở đủ số nơi khác',
      en: 'Its head is kept at fewer other places than is asked for',
    },
  },
  gather: ({ centre }) => centre.trail(),
  judge({ places: wanted }, { verifiedMs: atMs, entries, faults, placesReached: places }) {
    if (entries === 0)
      return ofCentre<Own>({ result: 'not-assessed', reason: { code: 'empty', args: {} }, atMs });
    if (faults > 0)
      return ofCentre<Own>({ result: 'not-met', reason: { code: 'broken', args: { faults } }, atMs });
    if (places < wanted)
      return ofCentre<Own>({
        result: 'not-met',
        reason: { code: 'heads-missing', args: { places, wanted } },
        atMs,
      });
    return ofCentre<Own>({ result: 'met', reason: { code: 'whole', args: { entries, places } }, atMs });
  },
  explain: () => ({
    vi: 'Kiểm lại toàn bộ chuỗi băm của nhật ký kiểm toán (vonggac audit verify)',
    en: 'The whole chain of the audit trail is verified (vonggac audit verify)',
  }),
});
