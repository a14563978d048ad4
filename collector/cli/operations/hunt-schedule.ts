/** Schedules of kept hunts on the command line; they run with everything, as whoever may use the local socket does. */
import { z } from 'zod';
import { huntRunsSchema, huntScheduleSchema, huntScheduleShape } from '../../api/contract-hunt-schedules.ts';
import { toRunView, toScheduleView, toWanted } from '../../api/hunt-schedule-view.ts';
import { listRuns } from '../../registry/hunt-schedules/hunt-runs.ts';
import { scheduleHunt, schedulesOf, unscheduleHunt } from '../../registry/hunt-schedules/hunt-schedules.ts';
import { listHunts } from '../../registry/hunts.ts';
import { findHunt } from './find-hunt.ts';
import { defineOperation } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
/** Its id, or its name where no other agency has one of that name. */
const hunt = z.string().min(1).max(256);
const headSchema = z.object({ id: z.string(), name: z.string(), agencyId: z.number(), version: z.number() });
const keptSchema = headSchema.extend({ schedule: huntScheduleSchema.nullable() });
export type KeptHunt = z.infer<typeof keptSchema>;

export const huntKept = defineOperation({
  name: 'hunt.kept',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(keptSchema),
  async run({ registry: { db } }) {
    const kept = await listHunts(db, EVERYWHERE);
    const schedules = await schedulesOf(db, kept);
    return kept.map(({ id, name, agencyId, version }) => {
      const schedule = schedules.get(id);
      return {
        id,
        name,
        agencyId,
        version,
        schedule: schedule === undefined ? null : toScheduleView(schedule),
      };
    });
  },
});

export const huntSchedule = defineOperation({
  name: 'hunt.schedule',
  needs: 'data',
  input: z.strictObject({ hunt, ...huntScheduleShape, version: z.int().min(0).optional() }),
  output: keptSchema,
  async run({ registry, actor }, { hunt: key, version: at, ...body }) {
    const { id, name, agencyId, version } = await findHunt(registry, key);
    const change = { huntId: id, wanted: toWanted(body), version: at };
    const schedule = await scheduleHunt(registry, change, actor, EVERYWHERE);
    return { id, name, agencyId, version, schedule: toScheduleView(schedule) };
  },
});

export const huntUnschedule = defineOperation({
  name: 'hunt.unschedule',
  needs: 'data',
  input: z.strictObject({ hunt }),
  output: headSchema,
  async run({ registry, actor }, { hunt: key }) {
    const { id, name, agencyId, version } = await findHunt(registry, key);
    await unscheduleHunt(registry, { huntId: id }, actor, EVERYWHERE);
    return { id, name, agencyId, version };
  },
});

export const huntRuns = defineOperation({
  name: 'hunt.runs',
  needs: 'data',
  input: z.strictObject({ hunt }),
  output: huntRunsSchema,
  async run({ registry }, { hunt: key }) {
    const { id } = await findHunt(registry, key);
    return { runs: (await listRuns(registry.db, id, EVERYWHERE)).map(toRunView) };
  },
});
