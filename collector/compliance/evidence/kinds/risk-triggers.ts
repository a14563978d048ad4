/**
 * Whether the system grew since its risks were assessed last: hosts that came after the day on which somebody signed for the
 * assessment. Other triggers (a changed purpose, an incident) are for the person who signs.
 */
import { z } from 'zod';
import { startOfDayMs } from '../../../agency/legal-day.ts';
import { controlIdSchema } from '../../../protocol/posture-policy.ts';
import { ofSystem } from '../centre-findings.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import type { Reviews } from '../evidence-sources.ts';

type Own = 'quiet' | 'grew' | 'never-assessed';

const DAY_MS = 86_400_000;
const NAMES_SHOWN = 5;

const schema = z.strictObject({
  /** Whose attestation says when risks were assessed last. */
  control: controlIdSchema,
});

export const riskTriggersKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, Reviews, Own>({
  kind: 'risk-triggers',
  history: 'events',
  schema,
  reasons: {
    quiet: {
      vi: 'Không có máy mới từ lần đánh giá rủi ro ngày {on}',
      en: 'No host came since risks were assessed on {on}',
    },
    grew: {
      vi: '{count} máy mới từ lần đánh giá rủi ro ngày {on}: {names}',
      en: '{count} hosts came since risks were assessed on {on}: {names}',
    },
    'never-assessed': {
      vi: 'Chưa có ai xác nhận đánh giá rủi ro (vonggac compliance attest)',
      en: 'Nobody signed for a risk assessment yet (vonggac compliance attest)',
    },
  },
  gather: ({ reviews }, { atMs }) => reviews.at(atMs),
  judge({ control }, reviews, { id, hosts }, { atMs }) {
    const found = reviews.attestationOf(id, control);
    if (found === undefined)
      return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'never-assessed', args: {} }, atMs });
    const { signedOn: on } = found;
    const endMs = startOfDayMs(on) + DAY_MS;
    const fresh = hosts
      .filter(({ enrolledMs }) => enrolledMs >= endMs)
      .toSorted((one, other) => other.enrolledMs - one.enrolledMs);
    const [last] = fresh;
    if (last === undefined)
      return ofSystem<Own>({ result: 'met', reason: { code: 'quiet', args: { on } }, atMs });
    const names = fresh.slice(0, NAMES_SHOWN).map(({ hostname }) => hostname);
    const args = { count: fresh.length, on, names: names.join(', ') };
    return ofSystem<Own>({ result: 'not-met', reason: { code: 'grew', args }, atMs: last.enrolledMs });
  },
  explain: ({ control }) => ({
    vi: `Máy đăng ký sau ngày ký xác nhận ${control} được chấp nhận gần nhất (vonggac agent list, vonggac compliance attest list)`,
    en: `Hosts enrolled after the day of the newest accepted attestation of ${control} (vonggac agent list, vonggac compliance attest list)`,
  }),
});
