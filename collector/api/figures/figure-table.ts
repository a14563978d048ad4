/** A table of figures as it is answered, whatever the format: columns with their ClickHouse types, and rows of cells. */

export type FigureType =
  | 'DateTime'
  | 'String'
  | 'UInt8'
  | 'UInt32'
  | 'UInt64'
  | 'Float64'
  | 'Nullable(DateTime)'
  | 'Nullable(UInt64)'
  | 'Nullable(Float64)';

export interface FigureColumn {
  readonly name: string;
  readonly type: FigureType;
}

/** Times are milliseconds since 1970, answered in whole seconds of UTC; null in nullable columns only. */
export type FigureCell = string | number | null;

export interface FigureTable {
  readonly columns: readonly FigureColumn[];
  readonly rows: readonly (readonly FigureCell[])[];
}

/** The columns by name, in the order asked for; undefined: one of them is not there. */
export function pickColumns(table: FigureTable, names: readonly string[]): FigureTable | undefined {
  const places = names.map((name) => table.columns.findIndex((column) => column.name === name));
  if (places.includes(-1)) return undefined;
  return {
    columns: places.flatMap((place) => table.columns[place] ?? []),
    rows: table.rows.map((row) => places.map((place) => row[place] ?? null)),
  };
}
