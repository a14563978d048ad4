/** Shapes of inspection packs. */
import { z } from 'zod';
import { legalDaySchema } from '../agency/legal-day.ts';
import { jobDetailSchema } from './contract-jobs.ts';

const wantedSchema = z.strictObject({
  /** What was known by the end of this day, in Vietnam. */
  asOf: legalDaySchema,
  /** The caller's own by default. */
  agencyId: z.int().min(1).optional(),
  systemId: z.int().min(1).optional(),
});

const isOneSubject = ({ agencyId, systemId }: z.infer<typeof wantedSchema>): boolean =>
  agencyId === undefined || systemId === undefined;
const ONE_SUBJECT = { message: 'name an agency or a system, not both', path: ['systemId'] };

/** POST /inspection-packs */
export const packBodySchema = wantedSchema.refine(isOneSubject, ONE_SUBJECT);

/** POST /inspection-packs/jobs */
export const packJobBodySchema = wantedSchema
  .extend({
    /** With the contents of papers. */
    papers: z.boolean().default(true),
    /** Say how large the papers are, and build nothing. */
    dryRun: z.boolean().default(false),
  })
  .refine(isOneSubject, ONE_SUBJECT);

export const packSizeSchema = z.object({ papers: z.number(), bytes: z.number(), bytesMax: z.number() });

export const packJobSchema = z.object({
  /** Null: a dry run. It is watched as any job is: GET /jobs/:id. */
  job: jobDetailSchema.nullable(),
  size: packSizeSchema,
});
