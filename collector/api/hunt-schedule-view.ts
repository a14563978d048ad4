/** Schedules of hunts as they are asked for and shown. */
import type { z } from 'zod';
import type { HuntRun } from '../registry/hunt-schedules/hunt-runs.ts';
import type { HuntSchedule, HuntScheduleWanted } from '../registry/hunt-schedules/hunt-schedules.ts';
import { isoTime } from '../registry/iso-time.ts';
import type {
  huntRunsSchema,
  huntScheduleBodySchema,
  huntScheduleSchema,
} from './contract-hunt-schedules.ts';

const MINUTE_MS = 60_000;

export function toWanted(body: z.output<typeof huntScheduleBodySchema>): HuntScheduleWanted {
  const { everyMinutes, dailyAt = '00:00', overlapMinutes, threshold, enabled } = body;
  const every = everyMinutes === undefined ? { dailyAt } : { everyMs: everyMinutes * MINUTE_MS };
  return { every, overlapMs: overlapMinutes * MINUTE_MS, threshold, isEnabled: enabled };
}

export function toScheduleView(schedule: HuntSchedule): z.infer<typeof huntScheduleSchema> {
  const { turns, timeZone, threshold, isEnabled, owner, state, fault, failures, missed } = schedule;
  return {
    everyMinutes: 'everyMs' in turns ? turns.everyMs / MINUTE_MS : null,
    dailyAt: 'dailyAt' in turns ? turns.dailyAt : null,
    timeZone,
    overlapMinutes: schedule.overlapMs / MINUTE_MS,
    threshold,
    enabled: isEnabled,
    owner,
    state,
    fault,
    failures,
    missed,
    nextAt: isEnabled && state !== 'stopped' ? isoTime(schedule.dueMs) : null,
    coveredAt: isoTime(schedule.coveredMs),
    version: schedule.version,
  };
}

export function toRunView(run: HuntRun): z.infer<typeof huntRunsSchema>['runs'][number] {
  const { id, outcome, events, hosts, isCut, fault } = run;
  return {
    id,
    at: isoTime(run.startedMs),
    from: isoTime(run.fromMs),
    to: isoTime(run.toMs),
    seconds: run.tookMs / 1_000,
    outcome,
    events,
    hosts,
    isCut,
    fault,
  };
}
