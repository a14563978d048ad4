/** Information systems from a CSV file and into one: found again by code, else by name at the owner; twice is once. */
import { createHash } from 'node:crypto';
import { lawOf, readTable, SYSTEM_COLUMNS, type TableRow } from '../agency/csv-columns.ts';
import { writeCsv } from '../agency/csv-text.ts';
import { foldName } from '../agency/fold-name.ts';
import { holdsOn, legalDayAt } from '../agency/legal-day.ts';
import type { AgencyScope } from './agencies.ts';
import { listCodes } from './agency-codes.ts';
import type { ImportBy } from './agency-import.ts';
import { writeAudit } from './audit.ts';
import { noteImport } from './compliance/dossier-import.ts';
import type { ImportStep } from './compliance/write-table-row.ts';
import { findAgencyByText, importAll, type Imported, type ImportCounts } from './csv-import.ts';
import type { Registry, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import { writeSystem } from './system-book.ts';
import { type InformationSystem, insertSystem, listSystems, systemRows } from './systems.ts';

const CODE = /^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,63}$/u;

type Fault = (field: string, message: string, vi: string) => void;

async function agencyIn(
  trx: RegistryTransaction,
  row: TableRow,
  field: string,
  by: ImportBy,
  today: string,
  fault: Fault,
): Promise<number | undefined> {
  const text = row.get(field);
  if (text === '') return undefined;
  const found = await findAgencyByText(trx, text, by.scope, today);
  if (found.ok) return found.id;
  fault(field, found.message, found.vi);
  return undefined;
}

async function writeRow(
  trx: RegistryTransaction,
  row: TableRow,
  by: ImportBy,
  nowMs: number,
  fault: Fault,
): Promise<Written | undefined> {
  const [name, code, levelText, lawText] = [
    row.get('name'),
    row.get('code'),
    row.get('level'),
    row.get('law'),
  ];
  let isBad = false;
  const refuse: Fault = (field, message, vi) => {
    isBad = true;
    fault(field, message, vi);
  };
  if (name === '' || name.length > 256)
    refuse('name', 'a name has 1 to 256 characters', 'tên có từ 1 đến 256 ký tự');
  if (code !== '' && !CODE.test(code)) {
    const said = 'a code has letters, digits and . _ / - only, at most 64';
    refuse('code', said, 'mã chỉ có chữ, số và . _ / -, nhiều nhất 64 ký tự');
  }
  const level = /^(?:cấp độ\s*)?([1-5])$/iu.exec(levelText)?.[1];
  if (levelText !== '' && level === undefined) {
    const asked = levelText.slice(0, 20);
    refuse('level', `"${asked}" is no level from 1 to 5`, `"${asked}" không phải cấp độ từ 1 đến 5`);
  }
  const lawProfile = lawText === '' ? 'vn-2026' : lawOf(lawText);
  if (lawProfile === undefined) {
    const asked = lawText.slice(0, 20);
    const said = `"${asked}" is no law profile: vn-2026 or vn-2022`;
    refuse('law', said, `"${asked}" không phải bộ quy định: vn-2026 hoặc vn-2022`);
  }
  const today = legalDayAt(nowMs);
  const agencyId = (await agencyIn(trx, row, 'owner', by, today, refuse)) ?? by.agencyId;
  const operatorId = await agencyIn(trx, row, 'operator', by, today, refuse);
  if (isBad || lawProfile === undefined) return undefined;
  const wanted = level === undefined ? undefined : Number(level);
  const same =
    (code === ''
      ? undefined
      : await systemRows(trx).where('information_system.code', '=', code).executeTakeFirst()) ??
    (await systemRows(trx)
      .where('information_system.owner_agency_id', '=', agencyId)
      .where('information_system.name_key', '=', foldName(name))
      .executeTakeFirst());
  const text = row.has('description') ? { description: row.get('description') } : {};
  if (same === undefined) {
    const made = { name, agencyId, operatorId, level: wanted, lawProfile, ...text };
    const after = await insertSystem(trx, code === '' ? made : { ...made, code }, by.actor, nowMs);
    return { outcome: 'created', before: undefined, after };
  }
  const patch = {
    name,
    ...(code === '' ? {} : { code }),
    ...(row.get('owner') === '' ? {} : { agencyId }),
    ...(row.has('operator') ? { operatorId: operatorId ?? null } : {}),
    // An empty cell takes no decision back.
    ...(wanted === undefined ? {} : { level: wanted }),
    ...(lawText === '' ? {} : { lawProfile }),
    ...text,
  };
  const after = await writeSystem(trx, same.id, patch, { actor: by.actor, scope: by.scope, nowMs });
  return { outcome: after.version === same.version ? 'unchanged' : 'changed', before: same, after };
}

interface Written {
  outcome: keyof ImportCounts;
  before: InformationSystem | undefined;
  after: InformationSystem;
}

/** What of a system a row can change. */
const FIELDS = ['name', 'code', 'agencyName', 'operatorName', 'level', 'lawProfile', 'description'] as const;
type Field = (typeof FIELDS)[number];

export interface ImportedSystem {
  line: number;
  outcome: keyof ImportCounts;
  name: string;
  agencyName: string;
  /** What it was and what it becomes, field by field. */
  changes: Partial<Record<Field, [before: string | number | null, after: string | number | null]>>;
}

export interface ImportedSystems extends Imported {
  /** By which it is taken back; null: nothing was written. */
  id: number | null;
  /** The first of those that do something. */
  rows: ImportedSystem[];
}

const ROWS_SHOWN_MAX = 500;

function rowOf(line: number, { outcome, before, after }: Written): ImportedSystem {
  const changes: ImportedSystem['changes'] = {};
  for (const field of FIELDS) {
    const [was, is] = [before?.[field] ?? null, after[field] ?? null];
    if (was !== is && !(was === null && is === '')) changes[field] = [was, is];
  }
  return { line, outcome, name: after.name, agencyName: after.agencyName, changes };
}

/** What is needed to take it back (compliance/undo-import.ts). */
function stepOf({ before, after }: Written): ImportStep {
  const system =
    before === undefined
      ? null
      : {
          operatorId: before.operatorId,
          level: before.level,
          lawProfile: before.lawProfile,
          name: before.name,
          code: before.code,
          description: before.description,
          agencyId: before.agencyId,
        };
  return { systemId: after.id, systemVersion: after.version, system, dossiers: [] };
}

/** All or nothing; a dry run says what it would do, and writes nothing. */
export async function importSystems(
  registry: Registry,
  text: string,
  by: ImportBy,
  options: { dryRun: boolean; name?: string | undefined },
): Promise<ImportedSystems> {
  const nowMs = registry.now();
  const shown: ImportedSystem[] = [];
  let id: number | null = null;
  const imported = await importAll(registry, options.dryRun, async (trx) => {
    const steps: ImportStep[] = [];
    const lines = new Map<number, number>();
    const { rows, faults } = readTable(text, SYSTEM_COLUMNS);
    const counts: ImportCounts = { created: 0, changed: 0, unchanged: 0 };
    for (const row of rows) {
      const fault: Fault = (field, message, vi) => {
        faults.push({ line: row.line, column: row.columnOf(field), message, vi });
      };
      try {
        const written = await writeRow(trx, row, by, nowMs, fault);
        if (written === undefined) continue;
        const { outcome, after } = written;
        const twin = lines.get(after.id);
        if (twin !== undefined) {
          const said = `the system stands on line ${twin} already`;
          fault('name', said, `hệ thống này đã có ở dòng ${twin}`);
          continue;
        }
        lines.set(after.id, row.line);
        counts[outcome] += 1;
        if (outcome === 'unchanged') continue;
        steps.push(stepOf(written));
        if (shown.length < ROWS_SHOWN_MAX) shown.push(rowOf(row.line, written));
      } catch (error) {
        if (!(error instanceof RefusalError)) throw error;
        const column = row.columnOf(error.code === 'agency-ended' ? 'owner' : 'name');
        faults.push({ line: row.line, column, message: error.message, reason: error.code });
      }
    }
    if (!options.dryRun && faults.length === 0 && steps.length > 0) {
      const { agencyId, actor } = by;
      const sha256 = createHash('sha256').update(text).digest('hex');
      const name = (options.name ?? 'he-thong.csv').slice(0, 256);
      id = await noteImport(trx, { agencyId, name, sha256, ...counts, steps, nowMs, actor });
    }
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'system.import',
      target: '',
      detail: { ...counts, import: id },
    });
    return { counts, faults };
  });
  return { ...imported, id, rows: shown };
}

/** Systems of the scope, as import reads them. */
export async function exportSystems(
  registry: Registry,
  scope: AgencyScope,
  language: 'vi' | 'en',
): Promise<string> {
  const today = legalDayAt(registry.now());
  const codes = new Map(
    (await listCodes(registry.db))
      .filter((code) => holdsOn(code, today))
      // The newer form stands last and wins.
      .toSorted((a, b) => (a.form < b.form ? -1 : 1))
      .map(({ agencyId, code }) => [agencyId, code]),
  );
  const systems = await listSystems(registry, scope);
  const rows = systems.map((system) => [
    system.code,
    system.name,
    codes.get(system.agencyId) ?? system.agencyName,
    system.operatorId === null ? '' : (codes.get(system.operatorId) ?? system.operatorName),
    system.level,
    system.lawProfile,
    system.description,
  ]);
  return writeCsv([SYSTEM_COLUMNS.map((column) => column[language]), ...rows]);
}
