/** Rows as columns on their way from one thread to another: all of them plain data, of which the columns are not copied. */
import type { Pack } from './pack.ts';
import type { NameRun } from './row-names.ts';
import type { CollectedHit } from './store.ts';

export interface RowPack {
  columns: Pack;
  runs: readonly NameRun[];
  /** By row. Until the rows are added, hits may still be taken back. */
  hits: CollectedHit[];
}
