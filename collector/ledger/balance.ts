/**
 * The ledger's arithmetic for one lane of one agent: which of its cells are settled, which wait, which losses have a
 * name, and what nobody can account for. Invariant: nothing is invented; per cell
 * open = waiting - untold + named + missing, whatever the numbers are.
 *
 * A lane is sent in order, so what waits is what was read last, and what a declared loss covers was read earlier.
 */

/** A cell whose numbers do not add up yet. */
export interface OpenCell {
  hour: number;
  channel: string;
  /** Given a sequence and neither dropped nor stored nor rejected; below 0 when more is stored than was counted. */
  open: number;
}

/** Declared losses that the agent's own counts do not name by channel, since it no longer had them. */
export interface LossPool {
  reason: string;
  /** Records; infinite when nobody can tell how many there were. */
  count: number;
  /** Records read in later hours are none of them. */
  hourMax: number;
}

export interface LaneBalanceInput {
  /** Any order. */
  cells: readonly OpenCell[];
  /** Sequences given by the agent beyond those stored or declared lost: at most so many wait. */
  waitingMax: number;
  /** Rows stored beyond what the agent has told: at most so many are ahead of its counts. */
  untoldMax: number;
  pools: readonly LossPool[];
}

export interface CellBalance {
  hour: number;
  channel: string;
  /** With the agent, or on the way. */
  waiting: number;
  /** Stored already, and not yet in the agent's counts. */
  untold: number;
  /** Reason -> records. */
  named: Readonly<Record<string, number>>;
  /** What is left: above 0 lost without a name, below 0 stored more than was read. */
  missing: number;
}

/** Where a record is counted that no longer says of which channel it is: damaged in the spool, or rejected here. */
const CHANNEL_UNKNOWN = 'unknown';
/** Reason under which such records are found missing in the cells they were read in. */
const UNATTRIBUTED = 'unattributed';

interface Draft {
  hour: number;
  channel: string;
  waiting: number;
  untold: number;
  named: Record<string, number>;
  left: number;
}

function name(draft: Draft, reason: string, count: number): void {
  draft.named[reason] = (draft.named[reason] ?? 0) + count;
  draft.left -= count;
}

/** Newest first, up to `max` in all. */
function takeNewest(
  drafts: readonly Draft[],
  max: number,
  take: (draft: Draft, count: number) => void,
): void {
  let rest = max;
  for (const draft of drafts.toReversed()) {
    const count = Math.min(rest, Math.abs(draft.left));
    if (count <= 0) continue;
    take(draft, count);
    rest -= count;
  }
}

/** What is known without its channel is somebody's: of the same hour, else the oldest cells that lack records. */
function settleUnknown(drafts: readonly Draft[]): void {
  for (const unknown of drafts) {
    if (unknown.channel !== CHANNEL_UNKNOWN) continue;
    const sameHour = drafts.filter(({ hour }) => hour === unknown.hour);
    for (const draft of [...sameHour, ...drafts]) {
      const count = Math.min(draft.left, -unknown.left);
      if (count <= 0) continue;
      name(draft, UNATTRIBUTED, count);
      name(unknown, UNATTRIBUTED, -count);
    }
  }
}

export function balanceLane({ cells, waitingMax, untoldMax, pools }: LaneBalanceInput): CellBalance[] {
  const drafts = cells
    .map(({ hour, channel, open }): Draft => ({
      hour,
      channel,
      waiting: 0,
      untold: 0,
      named: {},
      left: open,
    }))
    .toSorted((a, b) => a.hour - b.hour || (a.channel < b.channel ? -1 : 1));
  settleUnknown(drafts);
  takeNewest(
    drafts.filter(({ left }) => left > 0),
    waitingMax,
    (draft, count) => {
      draft.waiting = count;
      draft.left -= count;
    },
  );
  takeNewest(
    drafts.filter(({ left }) => left < 0),
    untoldMax,
    (draft, count) => {
      draft.untold = count;
      draft.left += count;
    },
  );
  for (const { reason, count, hourMax } of pools) {
    let rest = count;
    for (const draft of drafts) {
      const taken = draft.hour <= hourMax ? Math.min(rest, draft.left) : 0;
      if (taken <= 0) continue;
      name(draft, reason, taken);
      rest -= taken;
    }
  }
  return drafts.map(({ hour, channel, waiting, untold, named, left }) => ({
    hour,
    channel,
    waiting,
    untold,
    named,
    missing: left,
  }));
}
