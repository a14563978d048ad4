/** Shapes of agent groups: how many hosts they have and what those are expected to be. */
import { z } from 'zod';
import { PROFILES } from '../liveness/watch.ts';

export const groupProfileSchema = z.enum(PROFILES);

export const agentGroupSchema = z.object({
  name: z.string(),
  /** Active agents that the caller sees. */
  agents: z.number(),
  /** When its hosts are expected; null: by the kind of host, servers always, others in working hours. */
  profile: groupProfileSchema.nullable(),
  version: z.number(),
});
/** GET /agent-groups: by name. */
export const agentGroupListSchema = z.object({ groups: z.array(agentGroupSchema) });

export const groupParamsSchema = z.strictObject({ group: z.string().min(1).max(256) });
/** PUT /agent-groups/:group/profile */
export const groupProfileBodySchema = z.strictObject({ profile: groupProfileSchema.nullable() });
