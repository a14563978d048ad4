/**
 * One run of retention: from the oldest day on, plan, write down, delete, write down that it is done.
 * Invariants: after a kill at any moment the next run first ends what was begun and then goes on; work is bounded by
 * time, what is left waits for the next run; each day is planned by the facts of that moment, so what was raised or
 * held meanwhile is heeded.
 */
import {
  type DayDeletion,
  DELETED_DAYS_MAX,
  type EventRetention,
  type HostDay,
  type HostRows,
  type StoredDay,
} from '../store/event-retention.ts';
import { faultPoint } from '../telemetry/fault-point.ts';
import type { Day } from './day.ts';
import { type DayPlan, newestExpirable, planDay, type RetentionFacts } from './retention-policy.ts';

/** What the control plane remembers. */
export interface RunBook {
  facts(): Promise<RetentionFacts>;
  /** Plans the day and writes its deletion down in one transaction. */
  begin(
    day: { day: Day; hosts: readonly HostDay[]; bytes: number },
    at: { today: Day; batchMax: number },
  ): Promise<{ plan: DayPlan; deletionId: number | undefined }>;
  finish(deletionId: number): Promise<void>;
  open(): Promise<{ id: number; day: Day; kind: 'rows' | 'partition'; agentIds: string[] }[]>;
  /** Ends a deletion that was cut short; the remaining hosts are decided on anew. */
  settle(deletionId: number, remaining: readonly HostRows[]): Promise<void>;
}

export interface RunOptions {
  store: EventRetention;
  book: RunBook;
  today: Day;
  /** Highest batch that the projector needs no more. */
  projectedBatch: () => Promise<number>;
  dryRun: boolean;
  /** No day is begun later than so many milliseconds after the start. */
  msMax: number;
  /** Milliseconds, monotonic. */
  clock: () => number;
  signal: AbortSignal;
  onProgress: (progress: RunProgress) => void;
}

export interface RunTally {
  rows: number;
  hostDays: number;
}

export interface RunProgress {
  /** Days that could hold something to delete. */
  days: number;
  daysDone: number;
  deleted: RunTally;
  kept: RunTally;
  held: RunTally;
  unread: RunTally;
  /** Days dropped as a whole. */
  daysDropped: number;
}

export interface RunResult extends RunProgress {
  /** Time ran out, or it was stopped, before every day was looked at. */
  unfinished: boolean;
  plans: DayPlan[];
}

const nothing = (): RunTally => ({ rows: 0, hostDays: 0 });

function count(tally: RunTally, hosts: number, rows: number): void {
  tally.hostDays += hosts;
  tally.rows += rows;
}

function countPlan(result: RunResult, plan: DayPlan): void {
  const rows = plan.doomed.reduce((sum, host) => sum + host.rows, 0);
  count(result.deleted, plan.doomed.length, rows);
  for (const name of ['kept', 'held', 'unread'] as const)
    count(result[name], plan[name].hosts, plan[name].rows);
  if (plan.kind === 'partition') result.daysDropped += 1;
  if (plan.kind !== 'keep') result.plans.push(plan);
}

/** Ends what an earlier run had begun. */
export async function resumeDeletions(options: Pick<RunOptions, 'store' | 'book' | 'signal'>): Promise<void> {
  const { store, book, signal } = options;
  await store.settle(signal);
  for (const open of await book.open()) {
    const left = await store.hostsLeft(open.day, open.agentIds);
    if (left.length === 0) await book.finish(open.id);
    else await book.settle(open.id, left);
  }
}

/** @throws AbortError when stopped in the middle of a deletion, which the next run ends; StoreUnavailableError */
export async function runRetention(options: RunOptions): Promise<RunResult> {
  const { store, book, today, clock, msMax, signal, dryRun } = options;
  const startedMs = clock();
  if (!dryRun) await resumeDeletions(options);
  const facts = await book.facts();
  const newest = newestExpirable(facts, today);
  const days = (await store.days()).filter(({ day }) => day <= newest);
  const result: RunResult = {
    days: days.length,
    daysDone: 0,
    deleted: nothing(),
    kept: nothing(),
    held: nothing(),
    unread: nothing(),
    daysDropped: 0,
    unfinished: false,
    plans: [],
  };
  if (days.length === 0) return result;
  // A dry run changes nothing; it takes for read what is stored.
  const batchMax = dryRun
    ? Number.MAX_SAFE_INTEGER
    : Math.min(await store.checkpoint(), await options.projectedBatch());
  await store.countHosts(days, signal);
  let due: DayDeletion[] = [];
  const at = { today, batchMax };
  for (const stored of days) {
    if (signal.aborted || clock() - startedMs > msMax) {
      result.unfinished = true;
      break;
    }
    const hosts = await store.hostsOf(stored);
    if (dryRun) countPlan(result, planDay(await book.facts(), stored.day, hosts, at));
    else {
      const { plan, deletion } = await beginDay(options, stored, hosts, at);
      countPlan(result, plan);
      if (deletion !== undefined) due.push(deletion);
      if (due.length === DELETED_DAYS_MAX) {
        await deleteDue(options, due, batchMax);
        due = [];
      }
    }
    result.daysDone += 1;
    options.onProgress(result);
  }
  await deleteDue(options, due, batchMax);
  return result;
}

/** Writes the day's deletion down, and drops a day that nobody needs. @returns what is left to delete */
async function beginDay(
  { store, book }: RunOptions,
  { day, bytes }: StoredDay,
  hosts: readonly HostDay[],
  at: { today: Day; batchMax: number },
): Promise<{ plan: DayPlan; deletion: DayDeletion | undefined }> {
  const { plan, deletionId: id } = await book.begin({ day, hosts, bytes }, at);
  if (id === undefined) return { plan, deletion: undefined };
  faultPoint('retention.after-begin');
  if (plan.kind === 'partition') {
    await store.dropDay(day);
    await book.finish(id);
    return { plan, deletion: undefined };
  }
  const agentIds = plan.doomed.map(({ agentId }) => agentId);
  return {
    plan,
    deletion: { id, day, agentIds, rowsLeft: plan.kept.rows + plan.held.rows + plan.unread.rows },
  };
}

async function deleteDue(
  { store, book, signal }: RunOptions,
  due: readonly DayDeletion[],
  batchMax: number,
): Promise<void> {
  if (due.length === 0) return;
  await store.deleteHosts(due, batchMax, signal);
  faultPoint('retention.after-delete');
  for (const { id } of due) await book.finish(id);
}
