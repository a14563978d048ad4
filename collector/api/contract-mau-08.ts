/** Shapes of Mẫu 08 as data, and of who answers for agencies in it. Legal days are `YYYY-MM-DD` of Vietnam. */
import { z } from 'zod';
import { legalDaySchema } from '../agency/legal-day.ts';
import { dossierFactsSchema } from '../compliance/dossier/facts.ts';
import { OFFICE_ROLES, officeFactsSchema } from '../compliance/dossier/office.ts';
import { findingSchema, idSchema } from './contract-dossiers.ts';

export const officeSchema = z.object({
  agencyId: z.number(),
  role: z.enum(OFFICE_ROLES),
  facts: officeFactsSchema,
  /** 0 while nothing is written down. */
  version: z.number(),
});
export const officeListSchema = z.object({ offices: z.array(officeSchema) });
export const officeParams = z.strictObject({ id: idSchema, role: z.enum(OFFICE_ROLES) });

const agencySchema = z.object({ id: z.number(), name: z.string(), code: z.string().nullable() });
const countsSchema = z.object({
  managed: z.number(),
  classified: z.number(),
  dossierMade: z.number(),
  appraised: z.number(),
  approved: z.number(),
  approvedAndChecked: z.number(),
});
const paperSchema = z.object({ number: z.string().nullable(), on: z.string().nullable() });
const changeSchema = z.object({
  on: z.string(),
  kind: z.enum(['merge', 'split', 'rename']),
  before: z.array(z.string()),
  after: z.array(z.string()),
});

/** Mẫu 08 as data, in the order of the form. */
export const mau08Schema = z.object({
  kind: z.literal('mau-08'),
  agency: agencySchema,
  year: z.number(),
  from: z.string(),
  day: z.string(),
  part1: countsSchema.extend({
    byLevel: z.array(z.object({ level: z.number(), counts: countsSchema })),
    expectedCompletionOn: z.string().nullable(),
    remaining: z.number(),
  }),
  part2: z.array(
    z.object({
      agency: agencySchema,
      owner: officeFactsSchema.nullable(),
      unit: officeFactsSchema.nullable(),
    }),
  ),
  part3: z.array(
    z.object({
      systemId: z.number(),
      ownerId: z.number(),
      index: z.number(),
      name: z.string(),
      owner: z.string(),
      operator: z.string(),
      level: z.number().nullable(),
      status: dossierFactsSchema.shape.status.nullable(),
      approval: paperSchema,
      regulation: paperSchema,
      expectedApprovalOn: z.string().nullable(),
      plan: dossierFactsSchema.shape.plan,
      expectedFullOn: z.string().nullable(),
      checks: z.array(z.enum(['before-use', 'periodic'])),
    }),
  ),
  annexes: z.object({
    criticalCandidates: z.array(
      z.object({ systemId: z.number(), name: z.string(), owner: z.string(), level: z.number().nullable() }),
    ),
    regulationKept: z.array(
      z.object({ systemId: z.number(), name: z.string(), said: z.string().nullable() }),
    ),
    rented: z.array(
      z.object({
        systemId: z.number(),
        name: z.string(),
        provider: z.string().nullable(),
        contract: z.string().nullable(),
        until: z.string().nullable(),
      }),
    ),
    changes: z.array(changeSchema),
  }),
  checks: z.array(findingSchema),
  confirmations: z.object({
    confirmed: z.array(
      z.object({ agency: agencySchema, at: z.string(), by: z.string(), changed: z.boolean() }),
    ),
    late: z.array(agencySchema),
  }),
});
const year = z.coerce.number().int().min(2_000).max(2_100);
/** GET /compliance/mau-08: of a year (15/12 to 14/12), or as of a day. */
export const mau08Query = z.strictObject({
  agencyId: idSchema.optional(),
  year: year.optional(),
  day: legalDaySchema.optional(),
});
export const confirmBodySchema = z.strictObject({
  agencyId: z.int().min(1).optional(),
  year: z.int().min(2_000).max(2_100),
  note: z.string().trim().max(1_024).default(''),
});
export const confirmedSchema = z.object({
  agencyId: z.number(),
  year: z.number(),
  rows: z.number(),
  digest: z.string(),
});
