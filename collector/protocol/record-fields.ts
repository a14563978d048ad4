/** What records of all kinds are made of; every text has a limit. */
import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** Milliseconds since 1970. */
export const timeMsSchema = z.int().min(0).max(8.64e15);
export const nameSchema = z.string().min(1).max(LIMITS.nameMax);
export const shortStringSchema = z.string().max(LIMITS.shortStringMax);

/** Flat facts: at most `detailEntriesMax` entries. */
export const detailSchema = z
  .record(nameSchema, z.union([shortStringSchema, z.number(), z.boolean(), z.null()]))
  .refine((value) => Object.keys(value).length <= LIMITS.detailEntriesMax, 'too many entries');
