/** One row of an agency's table about a system: each cell by what its column is; what is not understood is told at its place. */
import { tidyName } from '../../agency/fold-name.ts';
import { type CellValue, columnName } from '../../spreadsheet/sheet.ts';
import type { DossierPatch } from './facts.ts';
import {
  cellChecks,
  cellCount,
  cellDay,
  cellLevel,
  cellPaper,
  cellPlan,
  cellStatus,
  isNothing,
} from './table-cells.ts';
import type { TableField } from './table-columns.ts';

export interface TableProblem {
  sheet: string;
  row: number;
  /** As programs name it; empty when it is about the row. */
  column: string;
  /** Nothing is taken in while there are errors. */
  severity: 'error' | 'warning';
  text: { vi: string; en: string };
}

export interface TableRow {
  sheet: string;
  row: number;
  name: string;
  code: string | undefined;
  owner: string | undefined;
  operator: string | undefined;
  /** The group that the row stands below. */
  group: string | undefined;
  patch: DossierPatch;
  /** Where a field stands, for problems found later. */
  columnOf: (field: TableField) => string;
}

const NAME_CHARS_MAX = 256;
const TEXT_CHARS_MAX = 512;

/** One row about a system. */
export class RowReader {
  readonly #sheet: string;
  readonly #row: number;
  readonly #cells: readonly (CellValue | undefined)[];
  readonly #places: ReadonlyMap<TableField, number>;
  readonly #from1904: boolean;
  readonly #problems: TableProblem[];

  constructor(
    sheet: string,
    row: number,
    cells: readonly (CellValue | undefined)[],
    places: ReadonlyMap<TableField, number>,
    from1904: boolean,
    problems: TableProblem[],
  ) {
    this.#sheet = sheet;
    this.#row = row;
    this.#cells = cells;
    this.#places = places;
    this.#from1904 = from1904;
    this.#problems = problems;
  }

  readonly #columnOf = (field: TableField): string => {
    const place = this.#places.get(field);
    return place === undefined ? '' : columnName(place);
  };

  read(group: string | undefined, groupLevel: number | undefined): TableRow | undefined {
    const name = this.#text('name', NAME_CHARS_MAX);
    if (name === undefined) {
      this.#say('name', 'error', 'thiếu tên hệ thống', 'the name of the system is missing');
      return undefined;
    }
    return {
      sheet: this.#sheet,
      row: this.#row,
      name,
      code: this.#text('code', 64),
      owner: this.#text('owner', TEXT_CHARS_MAX),
      operator: this.#text('operator', TEXT_CHARS_MAX),
      group,
      patch: this.#patch(groupLevel),
      columnOf: this.#columnOf,
    };
  }

  #patch(groupLevel: number | undefined): DossierPatch {
    const level = this.#value('level', cellLevel, 'cấp độ từ 1 đến 5', 'a level from 1 to 5') ?? groupLevel;
    const status = this.#value('status', cellStatus, 'tình trạng hồ sơ', 'a status of a dossier');
    const plan = this.#value(
      'plan',
      cellPlan,
      'tình trạng triển khai phương án',
      'how far the plan is carried out',
    );
    const checks = this.#value('checks', cellChecks, 'hình thức kiểm tra', 'a kind of check');
    const approval = this.#paper('approval', 'approvalNumber', 'approvedOn');
    const regulation = this.#paper('regulation', 'regulationNumber', 'regulationOn');
    const [expectedPcs, expectedServers] = (['expectedPcs', 'expectedServers'] as const).map((field) =>
      this.#value(field, cellCount, 'một số máy', 'a number of computers'),
    );
    const note = this.#text('note', 4_096);
    const found: DossierPatch = {
      proposedLevel: level,
      status,
      approvalNumber: approval.number,
      approvedOn: approval.on,
      regulationNumber: regulation.number,
      regulationOn: regulation.on,
      expectedApprovalOn: this.#day('expectedApprovalOn', true),
      plan,
      expectedFullOn: this.#day('expectedFullOn', true),
      checkedBeforeUse: checks?.beforeUse,
      checkedPeriodically: checks?.periodic,
      expectedPcs,
      expectedServers,
      note,
    };
    return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
  }

  #cell(field: TableField): CellValue | undefined {
    const value = this.#cells[this.#places.get(field) ?? -1];
    return value === undefined || String(value).trim() === '' ? undefined : value;
  }

  #text(field: TableField, charsMax: number): string | undefined {
    const value = this.#cell(field);
    if (value === undefined) return undefined;
    const text = tidyName(String(value));
    if (text.length > charsMax) {
      const said = `dài quá ${charsMax} ký tự`;
      this.#say(field, 'error', said, `it has more than ${charsMax} characters`);
    }
    return text === '' ? undefined : text.slice(0, charsMax);
  }

  #value<T>(
    field: TableField,
    read: (value: CellValue) => T | undefined,
    wantedVi: string,
    wantedEn: string,
  ): T | undefined {
    const value = this.#cell(field);
    if (value === undefined) return undefined;
    const found = read(value);
    if (found === undefined && !isNothing(value)) {
      const shown = String(value).slice(0, 40);
      this.#say(field, 'error', `"${shown}" không phải là ${wantedVi}`, `"${shown}" is not ${wantedEn}`);
    }
    return found;
  }

  /** @param mayBeRough a month or a quarter will do */
  #day(field: TableField, mayBeRough: boolean): string | undefined {
    const value = this.#cell(field);
    if (value === undefined || isNothing(value)) return undefined;
    const found = cellDay(value, this.#from1904);
    const shown = String(value).slice(0, 40);
    if (found === undefined || (found.isRough && !mayBeRough))
      this.#say(field, 'error', `"${shown}" không phải là một ngày`, `"${shown}" is no day`);
    else if (found.isRough)
      this.#say(
        field,
        'warning',
        `"${shown}" được hiểu là ${found.day}`,
        `"${shown}" is taken for ${found.day}`,
      );
    return found === undefined || (found.isRough && !mayBeRough) ? undefined : found.day;
  }

  #paper(
    whole: TableField,
    numberField: TableField,
    dayField: TableField,
  ): { number: string | undefined; on: string | undefined } {
    const value = this.#cell(whole);
    const paper = value === undefined || isNothing(value) ? undefined : cellPaper(value, this.#from1904);
    const number = this.#cell(numberField);
    return {
      number:
        (number === undefined || isNothing(number) ? undefined : this.#text(numberField, 128)) ??
        paper?.number ??
        undefined,
      on: this.#day(dayField, false) ?? paper?.on ?? undefined,
    };
  }

  #say(field: TableField, severity: TableProblem['severity'], vi: string, en: string): void {
    const column = this.#columnOf(field);
    this.#problems.push({ sheet: this.#sheet, row: this.#row, column, severity, text: { vi, en } });
  }
}
