/** What of cases keeps alerts from bulk acts: an open case, a legal clock that runs. */
import type { AlertProtector } from '../alert-protectors.ts';
import { slices } from './case-alerts.ts';

/** Keeps alerts of open cases, and of those with a running clock, from bulk acts. */
export const CASE_PROTECTORS: readonly AlertProtector[] = [
  {
    why: 'legal-clock',
    among: async (db, ids) =>
      among(ids, (some) =>
        db
          .selectFrom('case_alert')
          .select('alert_id')
          .where('alert_id', 'in', some)
          .where('case_id', 'in', (eb) =>
            eb
              .selectFrom('case_clock')
              .select('case_id')
              .where('met_ms', 'is', null)
              .where('stopped_ms', 'is', null),
          )
          .execute(),
      ),
  },
  {
    why: 'case',
    among: async (db, ids) =>
      among(ids, (some) =>
        db
          .selectFrom('case_alert')
          .innerJoin('case_file', 'case_file.id', 'case_alert.case_id')
          .select('alert_id')
          .where('alert_id', 'in', some)
          .where('case_file.closed', '=', 0)
          .execute(),
      ),
  },
];

async function among(
  ids: readonly string[],
  read: (some: readonly string[]) => Promise<{ alert_id: string }[]>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const some of slices(ids)) for (const row of await read(some)) found.add(row.alert_id);
  return found;
}
