/** A row that cannot be stored as it is must not keep the others of its frame from it: it is kept as rejected. */
import { rejectedRow } from './rejected-row.ts';
import { BatchRefusedError, type EventRow, type RowCollector } from './store.ts';

/** @param onRefused why the row is kept as rejected */
export function putRow(
  collector: RowCollector,
  row: EventRow,
  onRefused: (error: BatchRefusedError) => void,
): void {
  try {
    collector.add(row);
  } catch (error) {
    if (!(error instanceof BatchRefusedError)) throw error;
    onRefused(error);
    collector.add(rejectedRow(row, error));
  }
}
