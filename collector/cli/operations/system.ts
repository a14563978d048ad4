/** Information systems and legal holds. */
import { z } from 'zod';
import {
  assignBodySchema,
  assignmentSchema,
  holdBodySchema,
  holdSchema,
  hostSelectionSchema,
  levelSchema,
  releaseBodySchema,
  systemBodySchema,
  systemPatchSchema,
  systemSchema,
} from '../../api/contract-retention.ts';
import { toHoldView, toSystemView } from '../../api/retention-view.ts';
import { createHold, listHolds, releaseHold } from '../../registry/holds.ts';
import { assignHosts, unassignHosts } from '../../registry/system-members.ts';
import { createSystem, listSystems, setSystemLevel } from '../../registry/systems.ts';
import { defineOperation } from './operation.ts';

const ALL = { kind: 'all' } as const;
const which = { id: z.int().min(1) };

export const systemCreate = defineOperation({
  name: 'system.create',
  needs: 'data',
  input: systemBodySchema,
  output: systemSchema,
  run: async ({ registry, actor }, input) => toSystemView(await createSystem(registry, input, actor)),
});

export const systemList = defineOperation({
  name: 'system.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(systemSchema),
  run: async ({ registry }) => (await listSystems(registry, ALL)).map(toSystemView),
});

export const systemSetLevel = defineOperation({
  name: 'system.set-level',
  needs: 'data',
  input: systemPatchSchema.pick({ lawProfile: true }).extend({ ...which, level: levelSchema.nullable() }),
  output: systemSchema,
  run: async ({ registry, actor }, { id, ...wanted }) =>
    toSystemView(await setSystemLevel(registry, id, wanted, actor)),
});

export const systemAssign = defineOperation({
  name: 'system.assign',
  needs: 'data',
  input: assignBodySchema.extend(which),
  output: assignmentSchema,
  async run({ registry, actor }, { id, since, ...selection }) {
    const sinceMs = since === undefined ? undefined : Date.parse(since);
    const { system, ...rest } = await assignHosts(registry, id, selection, actor, { sinceMs });
    return { ...rest, system: toSystemView(system) };
  },
});

export const systemUnassign = defineOperation({
  name: 'system.unassign',
  needs: 'data',
  input: hostSelectionSchema.extend(which),
  output: assignmentSchema,
  async run({ registry, actor }, { id, ...selection }) {
    const { system, ...rest } = await unassignHosts(registry, id, selection, actor);
    return { ...rest, system: toSystemView(system) };
  },
});

export const holdCreate = defineOperation({
  name: 'hold.create',
  needs: 'data',
  input: holdBodySchema,
  output: holdSchema,
  async run({ registry, actor }, { subject, from, to, reason }) {
    const span = {
      fromMs: from === undefined ? undefined : Date.parse(from),
      toMs: to === undefined ? undefined : Date.parse(to),
    };
    return toHoldView(await createHold(registry, { subject, ...span, reason }, actor));
  },
});

export const holdList = defineOperation({
  name: 'hold.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(holdSchema),
  run: async ({ registry }) => (await listHolds(registry, ALL)).map(toHoldView),
});

export const holdRelease = defineOperation({
  name: 'hold.release',
  needs: 'data',
  input: releaseBodySchema.extend(which),
  output: holdSchema,
  run: async ({ registry, actor }, { id, reason }) =>
    toHoldView(await releaseHold(registry, id, reason, actor)),
});
