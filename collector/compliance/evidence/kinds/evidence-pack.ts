/** Evidence of incidents of the system is kept: hashed files or copies of events in the case, or its exported package. */
import { z } from 'zod';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { ofSystem } from '../centre-findings.ts';
import {
  type IncidentFact,
  INCIDENTS_MS,
  incidentsOf,
  NO_INCIDENT,
  noIncident,
} from '../incident-evidence.ts';

type Own = 'no-incident' | 'kept' | 'nothing-kept' | 'under-way';

const schema = z.strictObject({});

export const evidencePackKind: AnyEvidenceKind = defineKind<
  z.infer<typeof schema>,
  readonly IncidentFact[],
  Own
>({
  kind: 'evidence-pack',
  history: 'now',
  schema,
  reasons: {
    'no-incident': NO_INCIDENT,
    kept: {
      vi: '{count} sự cố có chứng cứ được giữ kèm mã băm',
      en: '{count} incidents with evidence that is kept with its hash',
    },
    'nothing-kept': {
      vi: '{bad} trong {count} sự cố không có chứng cứ nào được giữ, ví dụ {number}',
      en: '{bad} of {count} incidents with no evidence kept, e.g. {number}',
    },
    'under-way': {
      vi: '{count} sự cố đang xử lý, chưa thu chứng cứ',
      en: '{count} incidents are being worked on, with no evidence yet',
    },
  },
  gather: ({ centre }, { atMs }) => centre.incidents(atMs - INCIDENTS_MS, atMs),
  judge(_params, facts, system, { atMs }) {
    const own = incidentsOf(facts, system);
    const count = own.length;
    if (count === 0) return noIncident(atMs);
    const without = own.filter(({ kept, exported }) => kept === 0 && !exported);
    const bad = without.filter(({ closedMs, contained }) => closedMs !== undefined || contained);
    const [first] = bad;
    if (first !== undefined) {
      const args = { bad: bad.length, count, number: first.number };
      return ofSystem<Own>({ result: 'not-met', reason: { code: 'nothing-kept', args }, atMs });
    }
    return without.length === 0
      ? ofSystem<Own>({ result: 'met', reason: { code: 'kept', args: { count } }, atMs })
      : ofSystem<Own>({
          result: 'not-assessed',
          reason: { code: 'under-way', args: { count: without.length } },
          atMs,
        });
  },
  explain: () => ({
    vi: 'Tệp và sự kiện được giữ, gói chứng cứ đã xuất của các sự cố trong 12 tháng (vonggac case export)',
    en: 'Files and events kept, packages exported of the incidents of twelve months (vonggac case export)',
  }),
});
