/** Schedules of kept hunts on the command line; they run with everything, as whoever may use the local socket does. */
import { z } from 'zod';
import { huntRunsSchema, huntScheduleSchema, huntScheduleShape } from '../../api/contract-hunt-schedules.ts';
import { toRunView, toScheduleView, toWanted } from '../../api/hunt-schedule-view.ts';
import type { Registry } from '../../registry/database.ts';
import { listRuns } from '../../registry/hunt-schedules/hunt-runs.ts';
import { scheduleHunt, schedulesOf, unscheduleHunt } from '../../registry/hunt-schedules/hunt-schedules.ts';
import { listHunts, type SavedHunt } from '../../registry/hunts.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { defineOperation } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
/** Its id, or its name where no other agency has one of that name. */
const hunt = z.string().min(1).max(256);
const headSchema = z.object({ id: z.string(), name: z.string(), agencyId: z.number() });
const keptSchema = headSchema.extend({ schedule: huntScheduleSchema.nullable() });
export type KeptHunt = z.infer<typeof keptSchema>;

/** @throws RefusalError hunt-unknown */
async function findHunt({ db }: Registry, key: string): Promise<SavedHunt> {
  const kept = await listHunts(db, EVERYWHERE);
  const named = kept.filter(({ name }) => name === key.normalize('NFC'));
  const found = kept.find(({ id }) => id === key) ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  const why =
    named.length > 1
      ? `several agencies have a hunt "${key}": say its id`
      : `there is no hunt "${key}"; "vonggac hunt runs" shows them`;
  throw new RefusalError('hunt-unknown', key, why);
}

export const huntKept = defineOperation({
  name: 'hunt.kept',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(keptSchema),
  async run({ registry: { db } }) {
    const kept = await listHunts(db, EVERYWHERE);
    const schedules = await schedulesOf(db, kept);
    return kept.map(({ id, name, agencyId }) => {
      const schedule = schedules.get(id);
      return { id, name, agencyId, schedule: schedule === undefined ? null : toScheduleView(schedule) };
    });
  },
});

export const huntSchedule = defineOperation({
  name: 'hunt.schedule',
  needs: 'data',
  input: z.strictObject({ hunt, ...huntScheduleShape }),
  output: keptSchema,
  async run({ registry, actor }, { hunt: key, ...body }) {
    const { id, name, agencyId } = await findHunt(registry, key);
    const schedule = await scheduleHunt(registry, { huntId: id, wanted: toWanted(body) }, actor, EVERYWHERE);
    return { id, name, agencyId, schedule: toScheduleView(schedule) };
  },
});

export const huntUnschedule = defineOperation({
  name: 'hunt.unschedule',
  needs: 'data',
  input: z.strictObject({ hunt }),
  output: headSchema,
  async run({ registry, actor }, { hunt: key }) {
    const { id, name, agencyId } = await findHunt(registry, key);
    await unscheduleHunt(registry, id, actor, EVERYWHERE);
    return { id, name, agencyId };
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
