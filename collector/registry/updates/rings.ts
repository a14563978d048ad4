/** Rings of a rollout: who gets a release first, who next. A host is of the first ring that it fits; the last takes everybody. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from '../../protocol/limits.ts';

const RINGS_MAX = 10;
const NAMED_MAX = 1_000;

export const ringSchema = z.strictObject({
  name: z.string().min(1).max(64),
  /** What is not named here is not asked; a host has to fit all that is. */
  agents: z.array(z.uuid()).max(NAMED_MAX).optional(),
  groups: z.array(z.string().min(1).max(LIMITS.nameMax)).max(NAMED_MAX).optional(),
  /** With all that is below them. */
  agencies: z.array(z.int().min(1)).max(NAMED_MAX).optional(),
  /** Of those that fit, so many percent, chosen by their ids. */
  percent: z.int().min(1).max(100),
});
export type Ring = z.infer<typeof ringSchema>;

const isForAll = ({ agents, groups, agencies, percent }: Ring): boolean =>
  agents === undefined && groups === undefined && agencies === undefined && percent === 100;

export const ringsSchema = z
  .array(ringSchema)
  .min(1)
  .max(RINGS_MAX)
  .refine((rings) => {
    const last = rings.at(-1);
    return last !== undefined && isForAll(last);
  }, 'the last ring takes all hosts: percent 100 and nothing else')
  .refine((rings) => new Set(rings.map(({ name }) => name)).size === rings.length, 'two rings have one name');

/** One in a hundred, one in ten, everybody. */
export const STANDARD_RINGS: readonly Ring[] = [
  { name: 'pilot', percent: 1 },
  { name: 'tenth', percent: 10 },
  { name: 'all', percent: 100 },
];

export interface RingHost {
  id: string;
  group: string | null;
  /** Its agency and all above it. */
  agencies: ReadonlySet<number>;
}

/** In which hundredth a host comes: the same for as long as the release is let out, whatever ring asks. */
function placeOf(agentId: string, version: string): number {
  return createHash('sha256').update(`update\n${version}\n${agentId}`).digest().readUInt32BE(0) % 100;
}

export function ringOf(rings: readonly Ring[], version: string, host: RingHost): number {
  const place = placeOf(host.id, version);
  return rings.findIndex(
    ({ agents, groups, agencies, percent }) =>
      (agents === undefined || agents.includes(host.id)) &&
      (groups === undefined || (host.group !== null && groups.includes(host.group))) &&
      (agencies === undefined || agencies.some((id) => host.agencies.has(id))) &&
      place < percent,
  );
}
