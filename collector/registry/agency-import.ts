/**
 * Agencies from a CSV file and into one. A row is found again by its code, else by its name under its parent, so that the
 * same file twice changes nothing. Parents may stand in the file after what is below them.
 */
import {
  AGENCY_COLUMNS,
  dayOf,
  KIND_WORDS,
  kindOf,
  readTable,
  type TableRow,
} from '../agency/csv-columns.ts';
import { writeCsv } from '../agency/csv-text.ts';
import { foldName } from '../agency/fold-name.ts';
import { holdsOn, legalDayAt } from '../agency/legal-day.ts';
import { agencyRows, type AgencyScope, inScope, insertAgency, readAgency, writeAgency } from './agencies.ts';
import { agencyOfCode, insertCode, listCodes } from './agency-codes.ts';
import { writeAudit } from './audit.ts';
import { findAgencyByText, importAll, type Imported, type ImportCounts } from './csv-import.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError, type RefusalCode } from './refusal.ts';
import type { AgencyKind } from './tables/agency.ts';

export interface ImportBy {
  actor: string;
  scope: AgencyScope;
  /** Agency under which rows without a parent stand. */
  agencyId: number;
}

interface WantedRow {
  row: TableRow;
  name: string;
  kind: AgencyKind;
  codes: string[];
  parent: string;
  beganOn: string | undefined;
}

const FIELD_OF: Partial<Record<RefusalCode, string>> = {
  'agency-exists': 'name',
  'agency-cycle': 'parent',
  'agency-depth': 'parent',
  'agency-ended': 'parent',
  'agency-root': 'parent',
  'code-invalid': 'code',
  'code-overlap': 'code',
  'date-invalid': 'beganOn',
};

type Fault = (field: string, message: string, vi: string) => void;

function checkRow(row: TableRow, fault: Fault): WantedRow | undefined {
  const name = row.get('name');
  const kind = kindOf(row.get('kind'));
  const beganOn = dayOf(row.get('beganOn'));
  if (name === '') fault('name', 'the name is missing', 'thiếu tên');
  if (name.length > 256) fault('name', 'the name has more than 256 characters', 'tên dài hơn 256 ký tự');
  if (row.get('shortName').length > 64) {
    const said = 'the short name has more than 64 characters';
    fault('shortName', said, 'tên viết tắt dài hơn 64 ký tự');
  }
  if (kind === undefined) {
    const words = Object.values(KIND_WORDS).map(({ vi }) => vi);
    const asked = row.get('kind').slice(0, 64);
    const said = `"${asked}" is no kind of agency: ${words.join('; ')}`;
    fault('kind', said, `"${asked}" không phải loại cơ quan: ${words.join('; ')}`);
  }
  if (row.get('beganOn') !== '' && beganOn === undefined) {
    const asked = row.get('beganOn').slice(0, 20);
    const said = `"${asked}" is no day: write 01/07/2025 or 2025-07-01`;
    fault('beganOn', said, `"${asked}" không phải ngày: hãy viết 01/07/2025 hoặc 2025-07-01`);
  }
  if (name === '' || kind === undefined) return undefined;
  const codes = ['code', 'oldCode'].map((field) => row.get(field)).filter((code) => code !== '');
  return { row, name, kind, codes, parent: row.get('parent'), beganOn };
}

async function findRow(
  trx: RegistryTransaction,
  { name, codes }: WantedRow,
  parentId: number,
  scope: AgencyScope,
  today: string,
): Promise<number | undefined> {
  for (const code of codes) {
    const owner = await agencyOfCode(trx, code, today, scope);
    if (owner !== undefined) return owner.agencyId;
  }
  const twin = await agencyRows(trx)
    .where('agency.parent_id', '=', parentId)
    .where('agency.name_key', '=', foldName(name))
    .where('agency.ended_on', 'is', null)
    .executeTakeFirst();
  return twin?.id;
}

async function writeRow(
  trx: RegistryTransaction,
  wanted: WantedRow,
  parentId: number,
  by: ImportBy,
  nowMs: number,
): Promise<{ outcome: keyof ImportCounts; id: number }> {
  const { row, name, kind, codes, beganOn } = wanted;
  const today = legalDayAt(nowMs);
  const shortName = row.has('shortName') ? row.get('shortName') : undefined;
  const found = await findRow(trx, wanted, parentId, by.scope, today);
  let outcome: keyof ImportCounts = 'unchanged';
  let id = found;
  if (id === undefined) {
    id = await insertAgency(trx, { name, kind, parentId, shortName, beganOn }, nowMs);
    const detail = { name, kind, parentId, beganOn: beganOn ?? null, by: 'import' };
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'agency.create',
      target: `agency:${id}`,
      detail,
    });
    outcome = 'created';
  } else {
    const before = await readAgency(trx, id);
    // A row without a parent leaves the agency where it stands.
    const moved = row.get('parent') === '' ? undefined : parentId;
    const patch = { name, kind, shortName, parentId: before.parentId === null ? undefined : moved };
    const after = await writeAgency(trx, id, patch, { actor: by.actor, scope: { kind: 'all' }, nowMs });
    if (after.version !== before.version) outcome = 'changed';
  }
  const own = (await listCodes(trx, [id])).filter((code) => holdsOn(code, today));
  for (const code of codes) {
    if (own.some((one) => one.code === code.trim().toUpperCase())) continue;
    await insertCode(trx, id, { code, from: beganOn });
    const detail = { code, by: 'import' };
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'agency-code.add',
      target: `agency:${id}`,
      detail,
    });
    if (outcome === 'unchanged') outcome = 'changed';
  }
  return { outcome, id };
}

/** All or nothing; a dry run says what it would do, and writes nothing. */
export async function importAgencies(
  registry: Registry,
  text: string,
  by: ImportBy,
  options: { dryRun: boolean },
): Promise<Imported> {
  const nowMs = registry.now();
  const today = legalDayAt(nowMs);
  return importAll(registry, options.dryRun, async (trx) => {
    const { rows, faults } = readTable(text, AGENCY_COLUMNS);
    const counts: ImportCounts = { created: 0, changed: 0, unchanged: 0 };
    const faultOf =
      (row: TableRow): Fault =>
      (field, message, vi) => {
        faults.push({ line: row.line, column: row.columnOf(field), message, vi });
      };
    let open = rows.flatMap((row) => checkRow(row, faultOf(row)) ?? []);
    const inFile = new Set(
      open.flatMap(({ codes, name }) => [...codes.map((code) => code.toUpperCase()), foldName(name)]),
    );
    const seen = new Map<string, number>();
    for (const { row, codes } of open) {
      for (const code of codes) {
        const before = seen.get(code.toUpperCase());
        if (before !== undefined) {
          const said = `code ${code} stands on line ${before} already`;
          faultOf(row)('code', said, `mã ${code} đã có ở dòng ${before}`);
        }
        seen.set(code.toUpperCase(), row.line);
      }
    }
    if (faults.length > 0) return { counts, faults };
    let { scope } = by;
    // Parents first, in as many rounds as the file's own tree is deep.
    while (open.length > 0) {
      const waiting: WantedRow[] = [];
      const names = new Set(
        open.flatMap(({ codes, name }) => [...codes.map((code) => code.toUpperCase()), foldName(name)]),
      );
      for (const wanted of open) {
        const { row, parent } = wanted;
        const isWaiting =
          parent !== '' && inFile.has(parent.toUpperCase())
            ? names.has(parent.toUpperCase())
            : names.has(foldName(parent));
        const isSelf = foldName(parent) === foldName(wanted.name) || wanted.codes.includes(parent);
        if (parent !== '' && isWaiting && !isSelf) {
          waiting.push(wanted);
          continue;
        }
        const found =
          parent === ''
            ? ({ ok: true, id: by.agencyId } as const)
            : await findAgencyByText(trx, parent, scope, today);
        if (!found.ok) {
          faultOf(row)('parent', found.message, found.vi);
          continue;
        }
        try {
          const { outcome, id } = await writeRow(trx, wanted, found.id, { ...by, scope }, nowMs);
          counts[outcome] += 1;
          // What was begun just now is seen by what stands below it.
          if (outcome === 'created' && scope.kind === 'some') {
            scope = { kind: 'some', agencyIds: [...scope.agencyIds, id] };
          }
          for (const key of [...wanted.codes.map((code) => code.toUpperCase()), foldName(wanted.name)])
            names.delete(key);
        } catch (error) {
          if (!(error instanceof RefusalError)) throw error;
          const column = row.columnOf(FIELD_OF[error.code] ?? 'name');
          faults.push({ line: row.line, column, message: error.message, reason: error.code });
        }
      }
      if (waiting.length === open.length) {
        for (const { row, parent } of waiting) {
          const said = `"${parent}" stands below itself in this file`;
          faultOf(row)('parent', said, `trong tệp này "${parent}" nằm dưới chính nó`);
        }
        break;
      }
      open = waiting;
      if (faults.length > 0) break;
    }
    const detail = { ...counts };
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'agency.import', target: '', detail });
    return { counts, faults };
  });
}

/** Living agencies of the scope, with their codes of today, as import reads them. */
export async function exportAgencies(
  db: RegistryDb,
  scope: AgencyScope,
  today: string,
  language: 'vi' | 'en',
): Promise<string> {
  const agencies = (
    await agencyRows(db).where('agency.ended_on', 'is', null).orderBy('agency.id').execute()
  ).filter(({ id }) => inScope(scope, id));
  const codes = Map.groupBy(
    (await listCodes(db)).filter((code) => holdsOn(code, today)),
    ({ agencyId }) => agencyId,
  );
  const codeOf = (id: number, form: 'qd-20' | 'qcvn-102'): string =>
    codes.get(id)?.find((code) => code.form === form)?.code ?? '';
  const names = new Map(agencies.map(({ id, name }) => [id, name]));
  const nameOf = (id: number): string =>
    codeOf(id, 'qd-20') || codeOf(id, 'qcvn-102') || (names.get(id) ?? '');
  const rows = agencies.map(({ id, name, shortName, kind, parentId, beganOn }) => [
    codeOf(id, 'qd-20'),
    codeOf(id, 'qcvn-102'),
    name,
    shortName,
    KIND_WORDS[kind][language],
    parentId === null ? '' : nameOf(parentId),
    beganOn ?? '',
  ]);
  return writeCsv([AGENCY_COLUMNS.map((column) => column[language]), ...rows]);
}
