/** One row of an agency's table, written: its system found or begun, its dossier filled in. What is needed to take it back is kept. */
import { foldName } from '../../agency/fold-name.ts';
import type { DossierFacts, DossierPatch } from '../../compliance/dossier/facts.ts';
import type { TableField } from '../../compliance/dossier/table-columns.ts';
import type { TableProblem, TableRow } from '../../compliance/dossier/table-row-reader.ts';
import { currentDossier } from '../../compliance/dossier/checks.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { inScope } from '../agencies.ts';
import type { RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { writeSystem } from '../system-book.ts';
import { type InformationSystem, insertSystem, readSystem, systemRows } from '../systems.ts';
import type { LawProfile } from '../tables/agency.ts';
import type { AgencyFinder } from './agency-finder.ts';
import type { ImportBy } from './dossier-import.ts';
import { changesOf, type Dossier, insertDossier, listDossiers, writeDossier } from './dossiers.ts';

export interface ImportedRow {
  sheet: string;
  row: number;
  action: 'create' | 'change' | 'unchanged' | 'skip';
  name: string;
  /** Who owns it; null where that is not known. */
  owner: string | null;
  /** Null for a system that the row would begin. */
  systemId: number | null;
  /** Fields of the dossier, before and after. */
  changes: Record<string, [unknown, unknown]>;
}

/** A system as it was; the rest of it only where the row may have changed that too. */
export interface SystemBefore {
  operatorId: number | null;
  level: number | null;
  lawProfile: LawProfile;
  name?: string | undefined;
  code?: string | null | undefined;
  description?: string | undefined;
  agencyId?: number | undefined;
}

/** What a row did; versions are those that it left. */
export interface ImportStep {
  systemId: number;
  systemVersion: number;
  /** Null: the row began the system. */
  system: SystemBefore | null;
  /** Those that it touched; facts as they were, null where the row began the dossier. */
  dossiers: { id: number; version: number; facts: DossierFacts | null }[];
}

interface Owner {
  id: number;
  name: string;
}

const LAW_PROFILE: LawProfile = 'vn-2026';

export class RowWriter {
  readonly steps: ImportStep[] = [];
  readonly #trx: RegistryTransaction;
  readonly #finder: AgencyFinder;
  readonly #by: ImportBy;
  readonly #nowMs: number;
  readonly #problems: TableProblem[];
  /** Systems that rows above were about. */
  readonly #seen = new Map<number, number>();

  constructor(
    trx: RegistryTransaction,
    finder: AgencyFinder,
    by: ImportBy,
    nowMs: number,
    problems: TableProblem[],
  ) {
    this.#trx = trx;
    this.#finder = finder;
    this.#by = by;
    this.#nowMs = nowMs;
    this.#problems = problems;
  }

  /** @param isBad the row has an error already */
  async write(row: TableRow, isBad: boolean): Promise<ImportedRow> {
    const owner = await this.#owner(row);
    const skipped: ImportedRow = {
      sheet: row.sheet,
      row: row.row,
      action: 'skip',
      name: row.name,
      owner: owner?.name ?? null,
      systemId: null,
      changes: {},
    };
    if (isBad || owner === undefined) return skipped;
    try {
      return await this.#writeOf(row, owner, skipped);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const isApproval = error.code === 'dossier-not-yours';
      const vi = isApproval ? 'chỉ quản trị viên hoặc trưởng nhóm SOC ghi hồ sơ đã phê duyệt' : error.message;
      this.#say(row, isApproval ? 'status' : 'name', 'error', vi, error.message);
      return skipped;
    }
  }

  async #writeOf(row: TableRow, owner: Owner, shown: ImportedRow): Promise<ImportedRow> {
    const found = await this.#systemOf(row, owner);
    if (found === 'refused') return shown;
    const twin = found === undefined ? undefined : this.#seen.get(found.id);
    if (twin !== undefined) {
      this.#say(row, 'name', 'error', `trùng với dòng ${twin}`, `the system stands in row ${twin} already`);
      return shown;
    }
    const { operatorId, operatorText } = this.#operator(row, owner);
    const patch: DossierPatch = { ...row.patch, ...(operatorText === undefined ? {} : { operatorText }) };
    const { actor, scope } = this.#by;
    const nowMs = this.#nowMs;
    if (patch.status === 'approved' && !this.#by.approves) throw notYours();
    if (found === undefined) {
      const { name, code } = row;
      const wanted = { name, code, agencyId: owner.id, operatorId, lawProfile: LAW_PROFILE };
      const system = await insertSystem(this.#trx, wanted, actor, nowMs);
      await insertDossier(this.#trx, system.id, patch, this.#by, nowMs);
      this.#seen.set(system.id, row.row);
      await this.#note(system.id, null, []);
      return { ...shown, action: 'create', changes: changesFrom(patch) };
    }
    this.#seen.set(found.id, row.row);
    const dossiers = await listDossiers(this.#trx, found.id, scope);
    const before = currentDossier(dossiers, legalDayAt(nowMs));
    const after =
      before === undefined
        ? await insertDossier(this.#trx, found.id, patch, this.#by, nowMs)
        : await writeDossier(this.#trx, before.id, patch, { ...this.#by, reason: 'import' }, nowMs);
    if (operatorId !== undefined && operatorId !== (found.operatorId ?? found.agencyId))
      await writeSystem(this.#trx, found.id, { operatorId }, { actor, scope, nowMs });
    const isChanged = await this.#note(found.id, found, dossiers);
    const changes = before === undefined ? changesFrom(patch) : changesOf(before.facts, after.facts);
    return { ...shown, systemId: found.id, action: isChanged ? 'change' : 'unchanged', changes };
  }

  /** What the row did to the system, given what was before. @returns whether it did anything */
  async #note(
    systemId: number,
    system: InformationSystem | null,
    before: readonly Dossier[],
  ): Promise<boolean> {
    const { version } = await readSystem(this.#trx, systemId);
    const was = new Map(before.map((dossier) => [dossier.id, dossier]));
    const dossiers = (await listDossiers(this.#trx, systemId, { kind: 'all' })).flatMap((after) => {
      const old = was.get(after.id);
      return old?.version === after.version
        ? []
        : [{ id: after.id, version: after.version, facts: old?.facts ?? null }];
    });
    if (dossiers.length === 0 && version === system?.version) return false;
    this.steps.push({
      systemId,
      systemVersion: version,
      system:
        system === null
          ? null
          : { operatorId: system.operatorId, level: system.level, lawProfile: system.lawProfile },
      dossiers,
    });
    return true;
  }

  /** Written in the row, else the group that it stands below, else what the sheet is named for, else whoever imports. */
  async #owner(row: TableRow): Promise<Owner | undefined> {
    const written = row.owner;
    if (written !== undefined) return this.#agency(row, 'owner', written, 'error');
    for (const text of [row.group, row.sheet]) {
      const found = text === undefined ? undefined : this.#finder.find(text);
      if (found?.kind === 'found') return found;
    }
    const own = await this.#trx
      .selectFrom('agency')
      .select(['id', 'name'])
      .where('id', '=', this.#by.agencyId)
      .executeTakeFirstOrThrow();
    return own;
  }

  #agency(
    row: TableRow,
    field: TableField,
    text: string,
    severity: TableProblem['severity'],
  ): Owner | undefined {
    const found = this.#finder.find(text);
    const shown = text.slice(0, 80);
    if (found.kind === 'unknown')
      this.#say(row, field, severity, `không có cơ quan "${shown}"`, `there is no agency "${shown}"`);
    if (found.kind === 'ambiguous') {
      const names = found.names.join('; ');
      this.#say(row, field, severity, `"${shown}" có thể là: ${names}`, `"${shown}" may be: ${names}`);
    }
    if (found.kind !== 'found') return undefined;
    if (found.tookOverFrom !== undefined)
      this.#say(
        row,
        field,
        'warning',
        `"${shown}" không còn; ghi cho cơ quan kế thừa: ${found.name}`,
        `"${shown}" has ended; taken for what took over: ${found.name}`,
      );
    return { id: found.id, name: found.name };
  }

  /** Who runs a system may be no agency here: then the paper's words are kept. */
  #operator(
    row: TableRow,
    owner: Owner,
  ): { operatorId: number | undefined; operatorText: string | undefined } {
    if (row.operator === undefined) return { operatorId: undefined, operatorText: undefined };
    const found = this.#agency(row, 'operator', row.operator, 'warning');
    if (found === undefined) return { operatorId: undefined, operatorText: row.operator };
    return { operatorId: found.id === owner.id ? undefined : found.id, operatorText: undefined };
  }

  /** By code, by name at its owner, or by a name that only one system has. */
  async #systemOf(row: TableRow, owner: Owner): Promise<InformationSystem | undefined | 'refused'> {
    const { scope } = this.#by;
    const select = systemRows(this.#trx);
    if (row.code !== undefined) {
      const coded = await select.where('information_system.code', '=', row.code).executeTakeFirst();
      if (coded !== undefined && inScope(scope, coded.agencyId)) return coded;
    }
    const named = await select.where('information_system.name_key', '=', foldName(row.name)).execute();
    const seen = named.filter(({ agencyId }) => inScope(scope, agencyId));
    const own = seen.find(({ agencyId }) => agencyId === owner.id);
    if (own !== undefined) return own;
    const [other] = seen;
    // Of an owner that was written down, another agency's system of that name is another system.
    if (other === undefined || row.owner !== undefined) return undefined;
    if (seen.length === 1) return other;
    const said = seen.map(({ agencyName }) => agencyName).join('; ');
    this.#say(
      row,
      'name',
      'error',
      `nhiều cơ quan có hệ thống này: ${said}`,
      `several agencies have it: ${said}`,
    );
    return 'refused';
  }

  #say(row: TableRow, field: TableField, severity: TableProblem['severity'], vi: string, en: string): void {
    const column = row.columnOf(field);
    this.#problems.push({ sheet: row.sheet, row: row.row, column, severity, text: { vi, en } });
  }
}

const notYours = (): RefusalError =>
  new RefusalError('dossier-not-yours', 'status', 'who may approve writes down dossiers that are approved');

function changesFrom(patch: DossierPatch): Record<string, [unknown, unknown]> {
  return Object.fromEntries(Object.entries(patch).map(([field, value]) => [field, [null, value]]));
}
