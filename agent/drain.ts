/** What waits in the spool, and its last chance to be acknowledged before the agent ends. */
import type { Clock } from './clock.ts';
import type { Spool } from './spool/spool.ts';
import type { StatusBoard } from './status-board.ts';

const LOOK_EVERY_MS = 10;

/** Records that are not acknowledged. */
export function waitingRecords(spool: Pick<Spool, 'status'>): number {
  return spool
    .status()
    .lanes.reduce((sum, { nextSeq, acknowledgedSeq }) => sum + nextSeq - 1 - acknowledgedSeq, 0);
}

export interface DrainParts {
  spool: Pick<Spool, 'status'>;
  board: Pick<StatusBoard, 'online'>;
  clock: Clock;
}

/** @param sessionMsMax so long a session may still come; without one there is no point */
export async function drain(
  { spool, board, clock }: DrainParts,
  msMax: number,
  sessionMsMax = 0,
): Promise<void> {
  const over = new AbortController();
  let mayCome = sessionMsMax > 0;
  void clock.sleep(msMax, over.signal).then(() => over.abort());
  if (mayCome) void clock.sleep(sessionMsMax, over.signal).then(() => (mayCome = false));
  const isWorthwhile = (): boolean => mayCome || board.online;
  while (!over.signal.aborted && isWorthwhile() && waitingRecords(spool) > 0) {
    await clock.sleep(LOOK_EVERY_MS, over.signal);
  }
  over.abort();
}
