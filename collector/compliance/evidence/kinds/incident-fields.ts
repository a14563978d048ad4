/** Incidents of the system are classed, graded and told of in full: open ones with when they were found, closed ones with everything. */
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

type Own = 'no-incident' | 'told' | 'missing';

const schema = z.strictObject({});

/** What an open incident lacks: the rest becomes known in time. */
function lacking({ closedMs, missing }: IncidentFact): readonly string[] {
  return closedMs === undefined ? missing.filter((field) => field === 'detectedAt') : missing;
}

export const incidentFieldsKind: AnyEvidenceKind = defineKind<
  z.infer<typeof schema>,
  readonly IncidentFact[],
  Own
>({
  kind: 'incident-fields',
  history: 'now',
  schema,
  reasons: {
    'no-incident': NO_INCIDENT,
    told: {
      vi: '{count} sự cố có đủ nhóm, mức và thông tin bắt buộc',
      en: '{count} incidents with class, severity and all that is asked for',
    },
    missing: {
      vi: '{bad} trong {count} sự cố thiếu thông tin, ví dụ {number}: {fields}',
      en: '{bad} of {count} incidents lack something, e.g. {number}: {fields}',
    },
  },
  gather: ({ centre }, { atMs }) => centre.incidents(atMs - INCIDENTS_MS, atMs),
  judge(_params, facts, system, { atMs }) {
    const own = incidentsOf(facts, system);
    const count = own.length;
    if (count === 0) return noIncident(atMs);
    const bad = own.filter((one) => lacking(one).length > 0);
    const [first] = bad;
    if (first === undefined)
      return ofSystem<Own>({ result: 'met', reason: { code: 'told', args: { count } }, atMs });
    const args = { bad: bad.length, count, number: first.number, fields: lacking(first).join(', ') };
    return ofSystem<Own>({ result: 'not-met', reason: { code: 'missing', args }, atMs: first.updatedMs });
  },
  explain: () => ({
    vi: 'Hồ sơ sự cố của hệ thống trong 12 tháng, trừ diễn tập: dữ kiện bắt buộc (vonggac case incident show)',
    en: 'Incidents of the system in twelve months, drills left out: the facts asked for (vonggac case incident show)',
  }),
});
