/**
 * What changed in a maintenance window: written down with each item of changes, so that nothing of it is lost, and
 * told once when the window is over.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from '#protocol/limits.ts';
import type { IntegrityRecord } from '#protocol/record.ts';
import type { OpenWindow } from '#protocol/maintenance-window.ts';
import type { Change } from './change-batch.ts';
import type { PackageAnswer } from './packages/package-files.ts';
import type { SealedRows } from './sealed-rows.ts';
import { isoTime } from '../../iso-time.ts';

const KEY = 'work:maintenance';
const PACKAGES_MAX = 500;
const PATHS_MAX = 200;
const PATHS_CHARS_MAX = LIMITS.shortStringMax - 256;

const reportSchema = z.object({
  startsAt: z.number(),
  endsAt: z.number(),
  reason: z.string(),
  created: z.number(),
  modified: z.number(),
  attributes: z.number(),
  deleted: z.number(),
  /** Content as the package says. */
  packaged: z.number(),
  /** Of a package, and either not as it says or without a checksum. */
  owned: z.number(),
  packages: z.record(z.string(), z.number()),
  /** What no package answers for. */
  paths: z.array(z.string()),
  unpackaged: z.number(),
  digest: z.string(),
});
type Report = z.infer<typeof reportSchema>;
type Row = [key: string, value: string | undefined];

export class MaintenanceReport {
  readonly #rows: SealedRows;

  constructor(rows: SealedRows) {
    this.#rows = rows;
  }

  /** Adds changes of a window. */
  add(window: OpenWindow, changes: readonly Change[], packages: ReadonlyMap<string, PackageAnswer>): Row {
    const report = this.#read() ?? emptyReport(window);
    report.endsAt = Math.max(report.endsAt, window.endsAt);
    for (const change of changes) addChange(report, change, packages.get(change.path));
    return [KEY, JSON.stringify(report)];
  }

  /** When the window of which there is a report ends; undefined when there is none. */
  get endsAt(): number | undefined {
    return this.#read()?.endsAt;
  }

  /** The record of a window that is over, and the row that says it was told. */
  close(at: number): { record: IntegrityRecord; row: Row } | undefined {
    const report = this.#read();
    if (report === undefined) return undefined;
    const { packages, paths, startsAt, endsAt, ...counts } = report;
    const record: IntegrityRecord = {
      kind: 'integrity',
      at,
      change: 'reconciled',
      path: '/',
      detail: {
        ...counts,
        startsAt: isoTime(startsAt),
        endsAt: isoTime(endsAt),
        packages: cut(Object.entries(packages).map(([name, count]) => `${name} (${count})`)),
        paths: cut(paths),
      },
    };
    return { record, row: [KEY, undefined] };
  }

  #read(): Report | undefined {
    const row = this.#rows.get(KEY);
    return row === undefined ? undefined : reportSchema.parse(JSON.parse(row));
  }
}

function emptyReport({ startsAt, endsAt, reason }: OpenWindow): Report {
  const counts = { created: 0, modified: 0, attributes: 0, deleted: 0, packaged: 0, owned: 0, unpackaged: 0 };
  return { startsAt, endsAt, reason, ...counts, packages: {}, paths: [], digest: '' };
}

function addChange(report: Report, change: Change, answer: PackageAnswer | undefined): void {
  const { path, before, after } = change;
  if (change.change !== 'unverified') report[change.change] += 1;
  const line = `${report.digest}\n${change.change}\n${path}\n${before?.sha256 ?? ''}\n${after?.sha256 ?? ''}`;
  report.digest = createHash('sha256').update(line).digest('hex');
  if (answer === undefined) {
    report.unpackaged += 1;
    if (report.paths.length < PATHS_MAX) report.paths.push(`${change.change} ${path}`.toWellFormed());
    return;
  }
  if (answer.verified) report.packaged += 1;
  else report.owned += 1;
  const known = Object.keys(report.packages).length < PACKAGES_MAX || answer.name in report.packages;
  const name = known ? answer.name : 'others';
  report.packages[name] = (report.packages[name] ?? 0) + 1;
}

function cut(lines: readonly string[]): string {
  const kept: string[] = [];
  let chars = 0;
  for (const line of lines) {
    chars += line.length + 1;
    if (chars > PATHS_CHARS_MAX) return [...kept, `… and ${lines.length - kept.length} more`].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}
