/** What is told when the baseline is not as the agent left it. */
import type { IntegrityRecord } from '#protocol/record.ts';
import { Baseline } from './baseline.ts';
import { sendablePath } from './make-record.ts';
import type { SealFault, Verification } from './sealed-rows.ts';

/** Rows told one by one; of more there is only a count. */
const ROWS_TOLD_MAX = 50;

export interface TamperContext {
  at: number;
  baselineFile: string;
  /** When all was seen last. */
  sinceMs: number | undefined;
}

/** After these the baseline is made anew as a whole. */
export function isWorthless(faults: readonly SealFault[]): boolean {
  return faults.includes('other-key') || faults.includes('seal-missing');
}

export function tamperRecords(
  { faults, forged }: Pick<Verification, 'faults' | 'forged'>,
  context: TamperContext,
): IntegrityRecord[] {
  const { at, baselineFile, sinceMs } = context;
  const base = { kind: 'integrity', at, change: 'baseline-tampered' } as const;
  const since = sinceMs === undefined ? {} : { sinceMs };
  const whole = faults.map((reason): IntegrityRecord => ({
    ...base,
    ...since,
    path: sendablePath(baselineFile),
    detail: { reason, rows: forged.length },
  }));
  if (isWorthless(faults)) return whole;
  const folders = forged.slice(0, ROWS_TOLD_MAX).flatMap((key) => Baseline.folderOfRow(key) ?? []);
  return [
    ...whole,
    ...[...new Set(folders)].map((folder): IntegrityRecord => ({
      ...base,
      ...since,
      path: sendablePath(folder),
      detail: { reason: 'rows-forged' },
    })),
  ];
}
