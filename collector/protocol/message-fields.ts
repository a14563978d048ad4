/** Fields of messages in both directions, and of enrolment. */
import { z } from 'zod';
import { LIMITS } from './limits.ts';

const name = z.string().min(1).max(LIMITS.nameMax);
export const agentIdSchema = z.uuid();
/** Random identity of a spool: 128 bits, lower-case hex. */
export const epochSchema = z.string().regex(/^[0-9a-f]{32}$/);
export const laneSchema = z
  .int()
  .min(0)
  .max(LIMITS.lanesMax - 1);
export const seqSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Facts about the host that change rarely; sent at enrolment and with each hello. */
export const hostSchema = z.strictObject({
  hostname: name,
  platform: z.enum(['linux', 'win32', 'darwin']),
  osName: z.string().max(LIMITS.nameMax),
  osVersion: z.string().max(LIMITS.nameMax),
  arch: z.string().max(64),
  /** IANA zone of the host, for logs whose times carry none, e.g. `Asia/Ho_Chi_Minh`. */
  timeZone: z.string().max(64),
});

export type HostFacts = z.infer<typeof hostSchema>;
