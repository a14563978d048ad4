/**
 * An inspection pack before it is files: parts of rows with the words people read. Invariants: pure data, made once; what was left
 * out of a part is counted; the same facts and day give the same pack but for who made it and when.
 */
export type Cell = string | number | null;

/** How a row is marked on the page. */
export type Tone = 'bad' | 'warn' | 'good';

export interface PackRow {
  cells: Readonly<Record<string, Cell>>;
  tone?: Tone | undefined;
}

export interface PackPart {
  /** Names its files: lower-case words with dashes. */
  id: string;
  title: string;
  /** What has to be known to read it: where it comes from, what was not kept. */
  notes: readonly string[];
  /** Key in JSON -> heading. */
  columns: Readonly<Record<string, string>>;
  rows: readonly PackRow[];
  /** The column whose cells name files of the pack. */
  link?: string | undefined;
  /** Rows that were left out. */
  beyond: number;
}

export interface InspectionPack {
  kind: 'agency' | 'system';
  id: number;
  name: string;
  agencyName: string;
  /** `YYYY-MM-DD`: what was known by the end of it. */
  asOf: string;
  /** Declared date fields: with these alone two packs of the same facts differ. */
  madeAt: string;
  madeBy: string;
  /** Personal data is masked. */
  masked: boolean;
  /** That all in it is made up; left out in a real installation. */
  demonstration?: string | undefined;
  parts: readonly PackPart[];
}

/** Rows of one part; more would not be read by anybody. */
export const PART_ROWS_MAX = 5_000;

export function partOf(
  part: Omit<PackPart, 'beyond' | 'notes'> & { notes?: readonly string[]; beyond?: number },
  rowsMax: number = PART_ROWS_MAX,
): PackPart {
  const { rows, notes = [], beyond = 0, ...rest } = part;
  const left = Math.max(0, rows.length - rowsMax);
  return { ...rest, notes, rows: left === 0 ? rows : rows.slice(0, rowsMax), beyond: beyond + left };
}

/** Of its files, e.g. `01-contradictions`. */
export function partName({ id }: Pick<PackPart, 'id'>, index: number): string {
  return `${String(index + 1).padStart(2, '0')}-${id}`;
}
