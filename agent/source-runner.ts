/**
 * Pulls one source into the spool: several items into one transaction, held back while the spool cannot take more,
 * started again with back-off when it fails. A source stops neither the agent nor another source.
 */
import type { Clock } from './clock.ts';
import { commitPatiently } from './commit-patiently.ts';
import type { HighWater } from './high-water.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { Pace } from './pace.ts';
import { gather, type GatherEnd } from './source-group.ts';
import type { Source, SourceItem, SourceProblem } from './sources/source.ts';
import type { SpoolFullError } from './spool/spool-error.ts';
import type { Spool } from './spool/spool.ts';
import { BackOff } from './transport/back-off.ts';

const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 300_000;
const DISK_RETRY_MS_MAX = 30_000;

export type SourceEvent =
  /** It has taken in how things stand, and sees from now on what happens. */
  | { kind: 'caught-up' }
  /** `limited`: what the source saw and did not pass on. */
  | { kind: 'committed'; records: number; limited: number }
  | { kind: 'failed'; error: unknown; retryInMs: number }
  /** It yields again after a failure. */
  | { kind: 'recovered' }
  | { kind: 'problem'; problem: SourceProblem }
  /** What was told about the subject is over. */
  | { kind: 'resolved'; subject: string }
  /** The disk refuses; undefined when it takes writes again. */
  | { kind: 'held'; error: SpoolFullError | undefined };

export interface GovernedSource {
  /** For its heavy work. */
  pace: Pace;
  /** For what must not wait long. */
  urgentPace: Pace;
  /** Before each pull, of sources that can wait. */
  pull: Pace | undefined;
  mayRead: (lane: LaneName) => boolean;
  /** Records of one transaction; undefined: as many as come. */
  recordsMax: () => number | undefined;
}

export interface SourceRunnerOptions {
  source: Source;
  spool: Spool;
  /** Given for sources that can wait. */
  highWater?: HighWater | undefined;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  signal: AbortSignal;
  /** The source ends by itself when all is read; otherwise an end is a failure. */
  finite?: boolean | undefined;
  /** How fast it may go; left out: as fast as it can. */
  governed?: GovernedSource | undefined;
  onEvent: (event: SourceEvent) => void;
}

/**
 * Runs until `signal` aborts, or a finite source is read to its end and committed.
 * @throws what the spool throws, a refusing disk excepted: that is waited for.
 */
export async function runSource(options: SourceRunnerOptions): Promise<void> {
  const { source, clock, random, signal, onEvent, finite = false } = options;
  const backOff = new BackOff({ minMs: RESTART_MS_MIN, maxMs: RESTART_MS_MAX, random });
  let failed = false;
  const onItem = (): void => {
    if (!failed) return;
    failed = false;
    backOff.reset();
    onEvent({ kind: 'recovered' });
  };
  while (!signal.aborted) {
    const end = await pull(options, onItem);
    if (signal.aborted || (end.kind === 'ended' && finite)) return;
    failed = true;
    const retryInMs = backOff.next();
    const error = end.kind === 'failed' ? end.error : new Error(`the source ${source.name} ended by itself`);
    onEvent({ kind: 'failed', error, retryInMs });
    await clock.sleep(retryInMs, signal);
  }
}

function limitedOf(items: readonly SourceItem[]): number {
  return items.flatMap(({ limited }) => limited ?? []).reduce((sum, { count }) => sum + count, 0);
}

type PullEnd = { kind: 'ended' } | { kind: 'failed'; error: unknown };

/** One life of the source, from opening to its end. */
async function pull(options: SourceRunnerOptions, onItem: () => void): Promise<PullEnd> {
  const { source, spool, highWater, clock, random, signal, onEvent, governed } = options;
  const report = (problem: SourceProblem): void => onEvent({ kind: 'problem', problem });
  const patience = {
    spool,
    clock,
    backOff: new BackOff({ minMs: RESTART_MS_MIN, maxMs: DISK_RETRY_MS_MAX, random }),
    signal,
    onHeld: (error: SpoolFullError | undefined) => onEvent({ kind: 'held', error }),
  };
  let iterator: AsyncIterator<SourceItem>;
  try {
    const context = {
      positions: spool.positions(source.name),
      now: () => clock.now(),
      signal,
      report,
      resolved: (subject: string) => onEvent({ kind: 'resolved', subject }),
      caughtUp: () => onEvent({ kind: 'caught-up' }),
      epoch: () => spool.epoch,
      pace: governed?.pace,
      urgentPace: governed?.urgentPace,
      mayRead: governed?.mayRead,
    };
    iterator = source.open(context)[Symbol.asyncIterator]();
  } catch (error) {
    return { kind: 'failed', error };
  }
  const next = async (): Promise<IteratorResult<SourceItem>> => iterator.next();
  // Apart from the loop, whose frame would hold the last group while it waits for the next, which may take hours.
  const takeGroup = async (first: Promise<IteratorResult<SourceItem>>): Promise<GatherEnd> => {
    const { group, end } = await gather(first, next, clock, governed?.recordsMax());
    if (group.items.length === 0) return end;
    onItem();
    if (!(await commitPatiently(patience, source.name, group.items))) return { kind: 'ended' };
    onEvent({ kind: 'committed', records: group.records, limited: limitedOf(group.items) });
    highWater?.update();
    return end;
  };
  let pending: Promise<IteratorResult<SourceItem>> | undefined;
  try {
    for (;;) {
      if (pending === undefined) {
        await highWater?.room(signal);
        await governed?.pull?.turn();
      }
      const end = await takeGroup(pending ?? next());
      if (end.kind !== 'open') return end;
      ({ pending } = end);
      if (signal.aborted && pending === undefined) return { kind: 'ended' };
    }
  } finally {
    // Not awaited: a source stuck in its own work must not hold up the agent's stop.
    void Promise.resolve(iterator.return?.()).catch((cause: unknown) => {
      report({ subject: source.name, message: 'the source failed while it was being closed', cause });
    });
  }
}
