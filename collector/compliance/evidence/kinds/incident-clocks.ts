/** Incidents of the system were told of in the terms of the law, each with a proof of sending. What was late stays late. */
import { z } from 'zod';
import { periodSchema, type Period } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { ofSystem } from '../centre-findings.ts';
import {
  type IncidentClockFact,
  type IncidentFact,
  INCIDENTS_MS,
  incidentsOf,
} from '../incident-evidence.ts';

type Own = 'no-term' | 'in-time' | 'running' | 'late' | 'no-proof';

/** `full` is left out by the older profile, which knows one term. */
const schema = z.strictObject({ first: periodSchema, full: periodSchema.optional() });
type Params = z.infer<typeof schema>;

const TERM_OF: Readonly<Record<string, (params: Params) => Period | undefined>> = {
  'vn-2026-24h': ({ first }) => first,
  'vn-2026-72h': ({ full }) => full,
};

/** The nearer of what the clock says and what the control asks for. */
function dueOf({ kind, startedMs, dueMs }: IncidentClockFact, params: Params): number {
  const term = TERM_OF[kind]?.(params);
  return term === undefined ? dueMs : Math.min(dueMs, startedMs + term.ms);
}

function stateOf(clock: IncidentClockFact, params: Params, atMs: number): Exclude<Own, 'no-term'> {
  const due = dueOf(clock, params);
  if ((clock.metMs ?? atMs) > due) return 'late';
  if (clock.metMs === undefined) return 'running';
  return clock.proven ? 'in-time' : 'no-proof';
}

export const incidentClocksKind: AnyEvidenceKind = defineKind<Params, readonly IncidentFact[], Own>({
  kind: 'incident-clocks',
  history: 'now',
  schema,
  reasons: {
    'no-term': {
      vi: 'Không có sự cố nào của hệ thống phải báo cáo trong 12 tháng',
      en: 'No incident of the system had to be told of in twelve months',
    },
    'in-time': {
      vi: '{count} thời hạn báo cáo đều đúng hạn, có bằng chứng gửi',
      en: 'All {count} terms were kept, with proof of sending',
    },
    running: {
      vi: '{count} thời hạn đang chạy, chưa đến hạn',
      en: '{count} terms run and are not due yet',
    },
    late: {
      vi: '{bad} trong {count} thời hạn bị quá, ví dụ {number}: {clock}',
      en: '{bad} of {count} terms were missed, e.g. {number}: {clock}',
    },
    'no-proof': {
      vi: '{bad} trong {count} thời hạn ghi là đã báo nhưng không có bằng chứng gửi, ví dụ {number}: {clock}',
      en: '{bad} of {count} terms are said to be met without proof of sending, e.g. {number}: {clock}',
    },
  },
  gather: ({ centre }, { atMs }) => centre.incidents(atMs - INCIDENTS_MS, atMs),
  judge(params, facts, system, { atMs }) {
    const own = incidentsOf(facts, system).flatMap(({ number, clocks }) =>
      clocks
        .filter(({ stopped }) => !stopped)
        .map((clock) => ({ number, clock: clock.kind, state: stateOf(clock, params, atMs) })),
    );
    const count = own.length;
    if (count === 0)
      return ofSystem<Own>({ result: 'not-applicable', reason: { code: 'no-term', args: {} }, atMs });
    for (const code of ['late', 'no-proof'] as const) {
      const bad = own.filter(({ state }) => state === code);
      const [first] = bad;
      if (first === undefined) continue;
      const args = { bad: bad.length, count, number: first.number, clock: first.clock };
      return ofSystem<Own>({ result: 'not-met', reason: { code, args }, atMs });
    }
    const running = own.filter(({ state }) => state === 'running').length;
    return running === count
      ? ofSystem<Own>({ result: 'not-assessed', reason: { code: 'running', args: { count } }, atMs })
      : ofSystem<Own>({
          result: 'met',
          reason: { code: 'in-time', args: { count: count - running } },
          atMs,
        });
  },
  explain: ({ first, full }) => ({
    vi: `Thời hạn báo cáo sự cố của hệ thống trong 12 tháng: thông báo ban đầu ${first.iso}, báo cáo ${full?.iso ?? '-'}, bằng chứng gửi (vonggac case incident show)`,
    en: `Terms of incidents of the system in twelve months: first notice ${first.iso}, report ${full?.iso ?? '-'}, proof of sending (vonggac case incident show)`,
  }),
});
