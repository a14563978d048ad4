/** The agency tree: list and add. */
import { z } from 'zod';
import { createAgency, listAgencies } from '../../registry/agencies.ts';
import { AGENCY_KINDS } from '../../registry/tables/agency.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { defineOperation } from './operation.ts';

const agencySchema = z.object({
  id: z.number(),
  name: z.string(),
  kind: z.enum(AGENCY_KINDS),
  parentId: z.number().nullable(),
});

export const agencyList = defineOperation({
  name: 'agency.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(agencySchema),
  run: ({ registry }) => listAgencies(registry),
});

export const agencyCreate = defineOperation({
  name: 'agency.create',
  needs: 'nothing',
  input: z.strictObject({
    name: z.string().trim().min(1).max(LIMITS.nameMax),
    kind: z.enum(AGENCY_KINDS),
    parentId: z.int().min(1).optional(),
  }),
  output: agencySchema,
  run: ({ registry, actor }, input) => createAgency(registry, input, actor),
});
