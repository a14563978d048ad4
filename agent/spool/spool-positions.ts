/** Positions of one source as the spool's database has them; read in pages, so that there may be many. */
import type { PositionReader } from '../sources/source.ts';
import type { Statements } from './statements.ts';

/** A row may hold many states of files. */
const POSITIONS_PER_READ = 100;
/** No text of SQLite is above a blob. */
const END = new Uint8Array(0);

/** @param read runs a query on the database as it is then. */
export function spoolPositions(
  read: <T>(query: (sql: Statements) => T) => T,
  sourceName: string,
): PositionReader {
  return {
    get: (key) => {
      const value = read((sql) => sql.readPosition.get(sourceName, key))?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    *entries(from = '', until) {
      const end = until ?? END;
      let rows = read((sql) => sql.firstPositions.all(sourceName, from, end, POSITIONS_PER_READ));
      while (rows.length > 0) {
        let last = '';
        for (const row of rows) {
          last = String(row['key']);
          yield [last, String(row['value'])] as [key: string, value: string];
        }
        if (rows.length < POSITIONS_PER_READ) return;
        rows = read((sql) => sql.nextPositions.all(sourceName, last, end, POSITIONS_PER_READ));
      }
    },
  };
}
