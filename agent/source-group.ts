/** Gathers what a source yields within a short window, to be committed as one transaction. */
import type { Clock } from './clock.ts';
import type { SourceItem } from './sources/source.ts';

/** A group is closed at so many records, so much text, or so long after its first item. */
const RECORDS_MAX = 1_000;
const CHARS_MAX = 1_048_576;
const WINDOW_MS = 50;
/** A group that fills quickly and holds nothing urgent takes this long: each transaction costs as much as many records. */
const BUSY_WINDOW_MS = 200;
const BUSY_RECORDS_MIN = 20;

/** Size of a record that is no log line, roughly. */
const RECORD_CHARS = 512;

export interface Group {
  items: SourceItem[];
  records: number;
}

export type GatherEnd =
  /** `pending` is the pull under way, if any. */
  | { kind: 'open'; pending: Promise<IteratorResult<SourceItem>> | undefined }
  | { kind: 'ended' }
  | { kind: 'failed'; error: unknown };

function chars(item: SourceItem): number {
  return item.records.reduce(
    (sum, record) => sum + (record.kind === 'log' ? record.text.length : RECORD_CHARS),
    0,
  );
}

function isBusy({ records, items }: Group): boolean {
  return records >= BUSY_RECORDS_MIN && items.every(({ lane }) => lane !== 'security');
}

/**
 * Waits for the first item as long as it takes, then for more until the group is full or the window is over.
 * A failure of the source is an answer here: what came before it is still in the group.
 * @param recordsMax of the group, from which on it takes no further item
 */
export async function gather(
  first: Promise<IteratorResult<SourceItem>>,
  next: () => Promise<IteratorResult<SourceItem>>,
  clock: Clock,
  recordsMax: number = RECORDS_MAX,
): Promise<{ group: Group; end: GatherEnd }> {
  const group: Group = { items: [], records: 0 };
  const windowClosed = new AbortController();
  const over = (ms: number): Promise<undefined> => clock.sleep(ms, windowClosed.signal).then(() => undefined);
  let groupChars = 0;
  let isLonger = false;
  let elapsed: Promise<undefined> | undefined;
  let pending: Promise<IteratorResult<SourceItem>> | undefined = first;
  try {
    while (group.records < recordsMax && groupChars < CHARS_MAX) {
      pending ??= next();
      const result: IteratorResult<SourceItem> | undefined =
        elapsed === undefined ? await pending : await Promise.race([pending, elapsed]);
      if (result === undefined) {
        if (isLonger || !isBusy(group)) return { group, end: { kind: 'open', pending } };
        isLonger = true;
        elapsed = over(BUSY_WINDOW_MS - WINDOW_MS);
        continue;
      }
      if (result.done === true) return { group, end: { kind: 'ended' } };
      pending = undefined;
      group.items.push(result.value);
      group.records += result.value.records.length;
      groupChars += chars(result.value);
      elapsed ??= over(WINDOW_MS);
    }
    return { group, end: { kind: 'open', pending: undefined } };
  } catch (error) {
    return { group, end: { kind: 'failed', error } };
  } finally {
    windowClosed.abort();
  }
}
