/** Names the process and the user behind changes, as far as the host's audit tells them in time. */
import type { FileActor, FileActors } from '../../file-actors.ts';
import type { IntegrityRecord } from '#protocol/record.ts';
import type { Change } from './change-batch.ts';

export interface WhoParts {
  actors: FileActors;
  now: () => number;
  /** Audit may come so much later than the notice. */
  actorWaitMs: number;
  signal: AbortSignal;
  /** How often audit was waited for in vain, until it told something; begins with 0. */
  patience: { vain: number };
}

/** A notice comes, and a path is quiet, so long after the change at most. */
const LOOK_BACK_MS = 5_000;
const STEP_MS = 50;
/** So often audit is waited for in vain before it is taken for absent, until it tells something. */
const VAIN_MAX = 5;

/** @param changes of the records, in their order. */
export async function putActors(
  records: readonly IntegrityRecord[],
  changes: readonly Change[],
  parts: WhoParts,
): Promise<void> {
  const { actors, now, signal, patience } = parts;
  let steps = patience.vain >= VAIN_MAX ? 0 : Math.ceil(parts.actorWaitMs / STEP_MS);
  let open = [...records.entries()].filter(([index]) => changes[index]?.note.offline !== true);
  const asked = open.length;
  for (;;) {
    open = open.filter(([index, record]) => {
      const change = changes[index];
      if (change === undefined) return false;
      const found = actors.find(change.path, earliestOf(change, now()), now());
      if (found !== undefined) record.actor = actorFacts(found);
      return found === undefined;
    });
    if (open.length === 0 || steps <= 0 || signal.aborted) break;
    steps -= 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, STEP_MS);
    await promise;
  }
  if (asked > 0) patience.vain = open.length < asked ? 0 : patience.vain + 1;
}

function earliestOf({ note, after }: Change, now: number): number {
  if (note.sinceMs !== undefined) return note.sinceMs;
  const changedAt = after?.ctimeMs;
  return Math.floor(Math.min(changedAt ?? now, now)) - LOOK_BACK_MS;
}

function actorFacts({
  process,
  pid,
  parentPid,
  commandLine,
  user,
  loginUser,
}: FileActor): NonNullable<IntegrityRecord['actor']> {
  const short = (text: string, max: number): string => text.slice(0, max).toWellFormed();
  return {
    process: short(process, 4_096),
    pid,
    parentPid,
    ...(commandLine === undefined ? {} : { commandLine: short(commandLine, 4_096) }),
    ...(user === '' ? {} : { user: short(user, 256) }),
    ...(loginUser === '' ? {} : { loginUser: short(loginUser, 256) }),
  };
}
