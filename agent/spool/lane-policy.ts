/**
 * What a lane may take of the spool and how long its records are kept: the agent's defaults, what agent.json says of
 * them, and over both what the collector says.
 */
import { LANES } from '#protocol/lane.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { AgentPolicy } from '#protocol/down.ts';

const HOUR_MS = 3_600_000;

export interface LanePolicy {
  /** Share of the spool, percent: when it is full, a lane above its share gives up records first. */
  percentMax: number;
  /** Records that waited longer are given up, by name; undefined: they wait for ever. */
  ageMsMax: number | undefined;
  /** How long acknowledged records are kept, to refill a collector that was restored from an older copy. */
  retainMs: number;
}

/**
 * Together the shares are more than the whole: a lane may use what the others do not need. What is reserved for a
 * lane is what the others' shares leave.
 */
const DEFAULTS: Record<LaneName, LanePolicy> = {
  security: { percentMax: 90, ageMsMax: undefined, retainMs: 48 * HOUR_MS },
  standard: { percentMax: 60, ageMsMax: undefined, retainMs: 0 },
  bulk: { percentMax: 40, ageMsMax: undefined, retainMs: 0 },
};

export interface LaneSettings {
  percentMax?: number | undefined;
  ageMsMax?: number | undefined;
}

export interface SpoolSettings {
  /** For every lane that says nothing else. */
  ageMsMax?: number | undefined;
  lanes?: Partial<Record<LaneName, LaneSettings | undefined>> | undefined;
  /** Of the security lane. */
  retainMs?: number | undefined;
}

/** @returns by lane number. */
export function lanePolicies(
  settings: SpoolSettings = {},
  policy: Pick<AgentPolicy, 'lanes' | 'retainMs'> = {},
): LanePolicy[] {
  return LANES.map((name, lane) => {
    const base = DEFAULTS[name];
    const own = settings.lanes?.[name];
    const told = policy.lanes?.find((entry) => entry.lane === lane);
    const retainMs = policy.retainMs ?? settings.retainMs ?? base.retainMs;
    return {
      percentMax: told?.percentMax ?? own?.percentMax ?? base.percentMax,
      ageMsMax: told?.ageMsMax ?? own?.ageMsMax ?? settings.ageMsMax ?? base.ageMsMax,
      retainMs: name === 'security' ? retainMs : base.retainMs,
    };
  });
}

/**
 * Which lane gives up its oldest records when the spool is full: the least important one above its share, else the
 * least important one that holds any.
 * @param bytes by lane. @returns undefined when nothing is held.
 */
export function laneToDropFrom(
  bytes: readonly number[],
  policies: readonly LanePolicy[],
  bytesMax: number,
): number | undefined {
  const isOver = (held: number, lane: number): boolean =>
    held > (bytesMax * (policies[lane]?.percentMax ?? 100)) / 100;
  const over = bytes.findLastIndex((held, lane) => held > 0 && isOver(held, lane));
  const lane = over === -1 ? bytes.findLastIndex((held) => held > 0) : over;
  return lane === -1 ? undefined : lane;
}
