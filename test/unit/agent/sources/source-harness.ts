/** Runs a source the way the agent does: pull an item, commit it, pull the next; stops where a test says. */
import { recordSchema, type SourceRecord } from '#protocol/record.ts';
import type { Source, SourceItem, SourceProblem } from '../../../../agent/sources/source.ts';
import type { Pace } from '../../../../agent/pace.ts';
import { MemoryPositions } from './memory-positions.ts';

export interface Run {
  /** Next item, not yet committed; undefined when the stream has ended. */
  pull(): Promise<SourceItem | undefined>;
  /** Pulls one item and commits it. */
  step(): Promise<readonly SourceRecord[]>;
  /** Pulls and commits until `enough` is true for all records so far, or the stream ends. */
  until(enough: (records: readonly SourceRecord[]) => boolean): Promise<SourceRecord[]>;
  /** Ends the stream as the agent does; what was pulled and not committed is forgotten. */
  stop(): Promise<void>;
  readonly problems: SourceProblem[];
}

export interface HarnessOptions {
  /** A source that says nothing for so long has lost something: `until` then fails. */
  silenceMsMax?: number;
  positions?: MemoryPositions;
  now?: () => number;
  epoch?: () => string;
  /** Of unhurried work. */
  pace?: Pace;
  /** Of what must not wait long; without it `pace` counts. */
  urgentPace?: Pace;
}

export function start(source: Source, options: HarnessOptions = {}): Run {
  const positions = options.positions ?? new MemoryPositions();
  const abort = new AbortController();
  const problems: SourceProblem[] = [];
  const items = source.open({
    positions,
    now: options.now ?? (() => 1_750_000_000_000),
    signal: abort.signal,
    epoch: options.epoch ?? (() => 'epoch'),
    pace: options.pace,
    urgentPace: options.urgentPace,
    report: (problem) => {
      problems.push(problem);
    },
  });
  const stream = items[Symbol.asyncIterator]();
  const pull = async (): Promise<SourceItem | undefined> => {
    const next = await stream.next();
    if (next.done === true) return undefined;
    for (const record of next.value.records) recordSchema.parse(record);
    return next.value;
  };
  return {
    problems,
    pull,
    async step() {
      const item = await pull();
      if (item !== undefined) positions.commit(item);
      return item?.records ?? [];
    },
    async until(enough) {
      const records: SourceRecord[] = [];
      while (!enough(records)) {
        const item = await orFail(pull(), options.silenceMsMax ?? 45_000, records);
        if (item === undefined) break;
        positions.commit(item);
        records.push(...item.records);
      }
      return records;
    },
    async stop() {
      abort.abort();
      await stream.return?.();
    },
  };
}

async function orFail<Value>(
  value: Promise<Value>,
  waitMs: number,
  soFar: readonly unknown[],
): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const last = JSON.stringify(soFar.slice(-5));
    reject(
      new Error(`nothing more came for ${waitMs} ms after ${soFar.length} records; the last ones: ${last}`),
    );
  }, waitMs);
  try {
    return await Promise.race([value, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Texts of log records. */
export function texts(records: readonly SourceRecord[]): string[] {
  return records.flatMap((record) => (record.kind === 'log' ? [record.text] : []));
}

/** Everything a source that ends by itself has to say. */
export async function readAll(source: Source, positions = new MemoryPositions()): Promise<SourceRecord[]> {
  const run = start(source, { positions });
  const records = await run.until(() => false);
  await run.stop();
  return records;
}
