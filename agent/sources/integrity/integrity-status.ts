/** How the source stands, as it writes it down for others. */
import type { IntegrityStatus } from './desk.ts';
import type { ScanProgress } from './full-scan.ts';
import type { IntegrityParts } from './integrity-parts.ts';
import type { CompiledSet } from './watch-set.ts';

const SETS_MAX = 1_000;

/** @param dueAt when a set is to be compared next: milliseconds since 1970. */
export function integrityStatus(
  { sets, baseline, rows, watching, report }: IntegrityParts,
  at: number,
  dueAt: (set: CompiledSet) => number,
  progress: ScanProgress | undefined,
): IntegrityStatus {
  const { count, sequence, digest } = rows;
  return {
    at,
    degraded: watching.degraded,
    baseline: { rows: count, sequence, digest },
    sets: sets.all.slice(0, SETS_MAX).map((set) => {
      const row = baseline.set(set.name);
      const next = dueAt(set);
      return {
        path: set.name,
        realtime: set.options.realtime,
        madeAt: row?.madeAt ?? null,
        scannedAt: row?.scannedAt ?? null,
        nextScanAt: Number.isFinite(next) ? next : null,
      };
    }),
    scan: progress ?? null,
    maintenanceUntil: report.endsAt ?? null,
  };
}
