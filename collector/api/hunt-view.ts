/** A kept hunt as it is shown. */
import type { z } from 'zod';
import type { HuntSchedule } from '../registry/hunt-schedules/hunt-schedules.ts';
import type { SavedHunt } from '../registry/hunts.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { savedHuntSchema } from './contract-hunts.ts';
import { toScheduleView } from './hunt-schedule-view.ts';

export function viewHunt(hunt: SavedHunt, schedule?: HuntSchedule): z.infer<typeof savedHuntSchema> {
  const { kind, text, spanMs, createdMs, updatedMs, ...rest } = hunt;
  return {
    ...rest,
    query: kind === 'query' ? text : null,
    sigma: kind === 'sigma' ? text : null,
    spanSeconds: spanMs / 1_000,
    createdAt: isoTime(createdMs),
    updatedAt: isoTime(updatedMs),
    schedule: schedule === undefined ? null : toScheduleView(schedule),
  };
}
