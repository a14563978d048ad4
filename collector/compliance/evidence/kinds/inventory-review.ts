/**
 * Whether a person confirmed within a period what was counted: assets, software, accounts. What counts is the accepted
 * attestation of the control; what was counted then stands in the events of that day.
 */
import { z } from 'zod';
import { controlIdSchema } from '../../../protocol/posture-policy.ts';
import { legalDayAt, startOfDayMs } from '../../../agency/legal-day.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import type { Reviews } from '../evidence-sources.ts';

type Own = 'confirmed' | 'too-old' | 'never-confirmed';

const schema = z.strictObject({ control: controlIdSchema, every: periodSchema });
type Asked = z.infer<typeof schema>;

export const inventoryReviewKind: AnyEvidenceKind = defineKind<Asked, Reviews, Own>({
  kind: 'inventory-review',
  history: 'events',
  schema,
  reasons: {
    confirmed: { vi: '{signer} xác nhận ngày {on}', en: '{signer} confirmed it on {on}' },
    'too-old': {
      vi: '{signer} xác nhận ngày {on}, đã quá {every}',
      en: '{signer} confirmed it on {on}, longer ago than {every}',
    },
    'never-confirmed': {
      vi: 'Chưa có ai xác nhận kết quả rà soát (vonggac compliance attest)',
      en: 'Nobody confirmed a review yet (vonggac compliance attest)',
    },
  },
  gather: ({ reviews }, { atMs }) => reviews.at(atMs),
  judge({ control, every }, reviews, { id }, { atMs }) {
    const found = reviews.attestationOf(id, control);
    const subject = { kind: 'system' } as const;
    if (found === undefined)
      return [{ subject, result: 'not-assessed', reason: { code: 'never-confirmed', args: {} }, atMs }];
    const { signer, signedOn, dueMs } = found;
    const signedMs = startOfDayMs(signedOn);
    // Legal days: what was signed on the day itself still counts on it.
    const isFresh =
      signedOn >= legalDayAt(periodBefore(atMs, every)) && (dueMs === undefined || dueMs > atMs);
    const args = { signer, on: signedOn, every: every.iso };
    const reason = { code: isFresh ? 'confirmed' : 'too-old', args } as const;
    return [{ subject, result: isFresh ? 'met' : 'not-met', reason, atMs: signedMs }];
  },
  explain: ({ control, every }) => ({
    vi: `Bản xác nhận rà soát ${control} được chấp nhận, ký trong ${every.iso} (vonggac compliance attest list)`,
    en: `The accepted attestation of a review for ${control}, signed within ${every.iso} (vonggac compliance attest list)`,
  }),
});
