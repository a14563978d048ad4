/**
 * Systems and dossiers out of an agency's table: looked at first, then taken in as one act. Invariants: the look is the act itself, undone;
 * an empty cell changes nothing; nothing is written while there is an error; what was written can be taken back while it is as it was.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { legalDayAt } from '../../agency/legal-day.ts';
import type { TableField } from '../../compliance/dossier/table-columns.ts';
import type { TableProblem } from '../../compliance/dossier/table-row-reader.ts';
import { readDossierTable, type ReadTable } from '../../compliance/dossier/table-rows.ts';
import { readTableFile } from '../../spreadsheet/read-table-file.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { readAgencyFinder } from './agency-finder.ts';
import type { DossierBy } from './dossiers.ts';
import { RowWriter, type ImportedRow, type ImportStep } from './write-table-row.ts';

const ROWS_AT_ONCE = 20;
export const IMPORT_LIMITS = { rowsMax: 5_000, problemsMax: 500 } as const;

export interface ImportBy extends DossierBy {
  /** Whose systems are where no owner is written. */
  agencyId: number;
}

export interface ImportWanted {
  bytes: Buffer;
  name: string;
  columns: Readonly<Partial<Record<TableField, string>>>;
  /** Rows with errors are left out, and the others taken in. */
  skipBad: boolean;
  /** Only looked at. */
  dryRun: boolean;
}

export interface DossierImport {
  /** Null: nothing was written. */
  id: number | null;
  sheets: ReadTable['sheets'];
  rows: ImportedRow[];
  problems: TableProblem[];
  moreProblems: number;
  counts: { created: number; changed: number; unchanged: number; skipped: number };
  /** Of the file. */
  sha256: string;
}

/** Ends the transaction without writing; what it carries is the answer. */
class Undone extends Error {
  readonly answer: DossierImport;

  constructor(answer: DossierImport) {
    super('nothing was written');
    this.answer = answer;
  }
}

/** @throws SheetError; RefusalError dossier-invalid */
export async function importDossiers(
  registry: Registry,
  wanted: ImportWanted,
  by: ImportBy,
): Promise<DossierImport> {
  const table = readDossierTable(readTableFile(wanted.bytes), wanted.columns);
  if (table.rows.length > IMPORT_LIMITS.rowsMax)
    throw new RefusalError(
      'dossier-invalid',
      'rows',
      `at most ${IMPORT_LIMITS.rowsMax} systems at once: split it`,
    );
  try {
    return await registry.db.transaction().execute(async (trx) => {
      const nowMs = registry.now();
      const finder = await readAgencyFinder(trx, by.scope, legalDayAt(nowMs));
      const writer = new RowWriter(trx, finder, by, nowMs, table.problems);
      const bad = new Set(table.problems.filter(isError).map(placeOf));
      const rows: ImportedRow[] = [];
      for (const row of table.rows) {
        rows.push(await writer.write(row, bad.has(placeOf(row))));
        // Whoever else waits for this process gets a turn.
        if (rows.length % ROWS_AT_ONCE === 0) await setImmediate();
      }
      const answer = answerOf(table, rows, wanted.bytes);
      const failed = table.problems.some(isError) && !wanted.skipBad;
      if (wanted.dryRun || failed || writer.steps.length === 0) throw new Undone(answer);
      const id = await keepImport(trx, { wanted, answer, steps: writer.steps, by, nowMs });
      return { ...answer, id };
    });
  } catch (error) {
    if (error instanceof Undone) return error.answer;
    throw error;
  }
}

const isError = ({ severity }: TableProblem): boolean => severity === 'error';
const placeOf = ({ sheet, row }: { sheet: string; row: number }): string => `${row} ${sheet}`;

function answerOf({ sheets, problems }: ReadTable, rows: ImportedRow[], bytes: Buffer): DossierImport {
  const count = (action: ImportedRow['action']): number => rows.filter((row) => row.action === action).length;
  const sorted = problems.toSorted((a, b) => Number(isError(b)) - Number(isError(a)));
  return {
    id: null,
    sheets,
    rows,
    problems: sorted.slice(0, IMPORT_LIMITS.problemsMax),
    moreProblems: Math.max(0, problems.length - IMPORT_LIMITS.problemsMax),
    counts: {
      created: count('create'),
      changed: count('change'),
      unchanged: count('unchanged'),
      skipped: count('skip'),
    },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

async function keepImport(
  trx: RegistryTransaction,
  kept: {
    wanted: ImportWanted;
    answer: DossierImport;
    steps: readonly ImportStep[];
    by: ImportBy;
    nowMs: number;
  },
): Promise<number> {
  const { wanted, answer, steps, by, nowMs } = kept;
  const { counts, sha256 } = answer;
  const name = wanted.name.slice(0, 256);
  const id = await noteImport(trx, {
    agencyId: by.agencyId,
    name,
    sha256,
    ...counts,
    steps,
    nowMs,
    actor: by.actor,
  });
  const detail = { import: id, name, sha256, ...counts };
  await writeAudit(trx, nowMs, {
    actor: by.actor,
    action: 'dossier.import',
    target: `agency:${by.agencyId}`,
    detail,
  });
  return id;
}

export interface NotedImport {
  agencyId: number;
  /** Of the file. */
  name: string;
  sha256: string;
  created: number;
  changed: number;
  steps: readonly ImportStep[];
  nowMs: number;
  actor: string;
}

/** An import on record, by which it can be taken back (undo-import.ts). @returns its id */
export async function noteImport(trx: RegistryTransaction, noted: NotedImport): Promise<number> {
  const { agencyId, name, sha256, created, changed, steps, nowMs, actor } = noted;
  const { id } = await trx
    .insertInto('dossier_import')
    .values({
      agency_id: agencyId,
      name,
      sha256,
      created,
      changed,
      steps: JSON.stringify(steps),
      at_ms: nowMs,
      actor,
      undone_ms: null,
      undone_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
