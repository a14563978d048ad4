/** One sheet of an XLSX file: values of cells by row and column, and which ranges are merged. What is empty takes no room. */
import { localName, scanXml, type XmlAttribute } from '../normalize/xml.ts';
import {
  type CellValue,
  type MergedRange,
  type Sheet,
  SheetError,
  type SheetRow,
  WORKBOOK_LIMITS,
} from './sheet.ts';

/** What was read of all sheets so far. */
export interface SheetBudget {
  rows: number;
  cells: number;
}

const REFERENCE = /^([A-Z]{1,3})(\d{1,7})$/;

interface Place {
  row: number;
  column: number;
}

/** Row from 1, column from 0. */
function placeOf(reference: string): Place | undefined {
  const found = REFERENCE.exec(reference);
  if (found === null) return undefined;
  let column = 0;
  for (const letter of found[1] ?? '') column = column * 26 + (letter.codePointAt(0) ?? 65) - 64;
  return { row: Number(found[2]), column: column - 1 };
}

function rangeOf(reference: string): MergedRange | undefined {
  const [from = '', to = ''] = reference.split(':');
  const [first, last] = [placeOf(from), placeOf(to)];
  if (first === undefined || last === undefined) return undefined;
  return { top: first.row, left: first.column, bottom: last.row, right: last.column };
}

class SheetReader {
  readonly rows: SheetRow[] = [];
  readonly merged: MergedRange[] = [];
  readonly #strings: readonly string[];
  readonly #budget: SheetBudget;
  #cells: (CellValue | undefined)[] = [];
  #rowNumber = 0;
  #column = -1;
  #type = 'n';
  #value = '';

  constructor(strings: readonly string[], budget: SheetBudget) {
    this.#strings = strings;
    this.#budget = budget;
  }

  readonly open = (name: string, attributes: readonly XmlAttribute[]): void => {
    switch (localName(name)) {
      case 'row':
        this.#openRow(attributes);
        break;
      case 'c':
        this.#openCell(attributes);
        break;
      case 'mergeCell': {
        const range = rangeOf(attributes.find(([key]) => key === 'ref')?.[1] ?? '');
        if (range === undefined) break;
        this.merged.push(range);
        if (this.merged.length > WORKBOOK_LIMITS.mergedMax)
          throw new SheetError(`a sheet has more than ${WORKBOOK_LIMITS.mergedMax} merged ranges`);
        break;
      }
      default:
    }
  };

  readonly close = (name: string, text: string): void => {
    switch (localName(name)) {
      case 'v':
        this.#value = text;
        break;
      case 't':
        // Of an inline text, in one piece or in several.
        if (this.#type === 'inlineStr') this.#value += text;
        break;
      case 'c':
        this.#closeCell();
        break;
      case 'row':
        if (this.#cells.length > 0) this.rows.push({ number: this.#rowNumber, cells: this.#cells });
        this.#cells = [];
        break;
      default:
    }
  };

  #openRow(attributes: readonly XmlAttribute[]): void {
    const said = Number(attributes.find(([key]) => key === 'r')?.[1] ?? this.#rowNumber + 1);
    this.#rowNumber = Number.isSafeInteger(said) ? said : this.#rowNumber + 1;
    this.#column = -1;
    this.#budget.rows += 1;
    if (this.#budget.rows > WORKBOOK_LIMITS.rowsMax)
      throw new SheetError(`the file has more than ${WORKBOOK_LIMITS.rowsMax} rows: split it`);
  }

  #openCell(attributes: readonly XmlAttribute[]): void {
    const place = placeOf(attributes.find(([key]) => key === 'r')?.[1] ?? '');
    this.#column = place?.column ?? this.#column + 1;
    this.#type = attributes.find(([key]) => key === 't')?.[1] ?? 'n';
    this.#value = '';
  }

  #closeCell(): void {
    const value = this.#valueOf(this.#value);
    // What lies further right is no column of a table that people read.
    if (value === undefined || this.#column >= WORKBOOK_LIMITS.columnsMax) return;
    this.#budget.cells += 1;
    if (this.#budget.cells > WORKBOOK_LIMITS.cellsMax)
      throw new SheetError(`the file has more than ${WORKBOOK_LIMITS.cellsMax} cells: split it`);
    while (this.#cells.length < this.#column) this.#cells.push(undefined);
    this.#cells[this.#column] = value;
  }

  #valueOf(text: string): CellValue | undefined {
    switch (this.#type) {
      case 's':
        return plain(this.#strings[Number(text)] ?? '');
      case 'b':
        return text === '1';
      case 'e': // an error that the program showed
        return undefined;
      case 'n': {
        const value = text === '' ? Number.NaN : Number(text);
        return Number.isFinite(value) ? value : undefined;
      }
      default:
        return plain(text);
    }
  }
}

function plain(text: string): string | undefined {
  const trimmed = text.slice(0, WORKBOOK_LIMITS.textCharsMax).trim();
  return trimmed === '' ? undefined : trimmed;
}

/** @throws SheetError, XmlError */
export function readSheet(
  text: string,
  strings: readonly string[],
  budget: SheetBudget,
): Pick<Sheet, 'rows' | 'merged'> {
  const reader = new SheetReader(strings, budget);
  scanXml(text, reader, WORKBOOK_LIMITS.elementsMax);
  return { rows: reader.rows, merged: reader.merged };
}
