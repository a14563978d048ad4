/** Rosters and escalations from the command line: over all agencies, as whoever may use the local socket sees them. */
import { z } from 'zod';
import {
  escalationPlanSchema,
  newEscalationSchema,
  newRosterSchema,
  onDutyQuerySchema,
  onDutySchema,
  rosterPlanSchema,
} from '../../api/contract-oncall.ts';
import { onDuty } from '../../oncall/roster.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { readCalendars } from '../../registry/calendars.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { listPlans, removePlan, savePlan, type Plan, type PlanKind } from '../../registry/oncall/plans.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const scope: AgencyScope = { kind: 'all' };
/** Its number or its name. */
const planRef = z.string().min(1).max(100);
const nothing = z.strictObject({});

/** @throws RefusalError notify-plan-unknown */
async function planOf<K extends PlanKind>(db: RegistryDb, kind: K, wanted: string): Promise<Plan<K>> {
  const found = (await listPlans(db, kind, scope)).find(
    ({ id, name }) => name === wanted || String(id) === wanted,
  );
  if (found !== undefined) return found;
  throw new RefusalError('notify-plan-unknown', wanted, `there is no ${kind} ${wanted}`);
}

/** The version that it was made for, as `show` prints it; left out: whatever stands. */
const version = z.int().positive().optional();

/** In place of the one of the same name. @throws RefusalError as savePlan */
async function setPlan<K extends PlanKind>(
  { registry, actor }: OperationContext,
  kind: K,
  { version: wantedVersion, ...wanted }: Omit<Plan<K>, 'id' | 'version'> & { version?: number | undefined },
): Promise<Plan<K>> {
  const id = (await listPlans(registry.db, kind, scope)).find(({ name }) => name === wanted.name)?.id;
  return savePlan(registry, kind, { ...wanted, id }, { actor, scope }, wantedVersion);
}

export const rosterList = defineOperation({
  name: 'notify.roster-list',
  needs: 'data',
  input: nothing,
  output: z.array(rosterPlanSchema),
  run: ({ registry }) => listPlans(registry.db, 'roster', scope),
});

export const rosterShow = defineOperation({
  name: 'notify.roster-show',
  needs: 'data',
  input: z.strictObject({ plan: planRef }),
  output: rosterPlanSchema,
  run: ({ registry }, { plan }) => planOf(registry.db, 'roster', plan),
});

export const rosterSet = defineOperation({
  name: 'notify.roster-set',
  needs: 'data',
  input: newRosterSchema.extend({ version }),
  output: rosterPlanSchema,
  run: (context, wanted) => setPlan(context, 'roster', wanted),
});

export const rosterOnDuty = defineOperation({
  name: 'notify.on-duty',
  needs: 'data',
  input: onDutyQuerySchema.extend({ plan: planRef }),
  output: onDutySchema,
  async run({ registry }, { plan, at }) {
    const { settings, agencyId } = await planOf(registry.db, 'roster', plan);
    const atMs = at === undefined ? registry.now() : Date.parse(at);
    const person = onDuty(settings, (await readCalendars(registry.db))(agencyId), atMs);
    return { at: isoTime(atMs), person: person ?? null };
  },
});

export const escalationList = defineOperation({
  name: 'notify.escalation-list',
  needs: 'data',
  input: nothing,
  output: z.array(escalationPlanSchema),
  run: ({ registry }) => listPlans(registry.db, 'escalation', scope),
});

export const escalationShow = defineOperation({
  name: 'notify.escalation-show',
  needs: 'data',
  input: z.strictObject({ plan: planRef }),
  output: escalationPlanSchema,
  run: ({ registry }, { plan }) => planOf(registry.db, 'escalation', plan),
});

export const escalationSet = defineOperation({
  name: 'notify.escalation-set',
  needs: 'data',
  input: newEscalationSchema.extend({ version }),
  output: escalationPlanSchema,
  run: (context, wanted) => setPlan(context, 'escalation', wanted),
});

export const planRemove = defineOperation({
  name: 'notify.plan-remove',
  needs: 'data',
  input: z.strictObject({ kind: z.enum(['roster', 'escalation']), plan: planRef }),
  output: z.null(),
  async run({ registry, actor }, { kind, plan }) {
    const { id } = await planOf(registry.db, kind, plan);
    await removePlan(registry, kind, id, { actor, scope });
    return null;
  },
});
