/** Shapes of authorisations signed beforehand. */
import { z } from 'zod';
import {
  AUTHORISATION_STATES,
  AUTOMATIC_ACTIONS,
  AUTOMATIC_OUTCOMES,
} from '../registry/tables/authorisation.ts';
import { line } from './contract-vocabulary.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, HH:MM');

/** POST /response-authorisations */
export const newAuthorisationSchema = z
  .strictObject({
    agencyId: z.int().positive(),
    title: line(200).min(1),
    /** Who signed the document. */
    signer: line(200).min(1),
    /** Of the signed document. */
    documentSha256: z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 in lower-case hex'),
    validFrom: z.iso.datetime({ offset: true }),
    validTo: z.iso.datetime({ offset: true }),
    /** In the agency's time zone; the end is the next morning when it is earlier. */
    fromTime: timeOfDay.default('18:00'),
    toTime: timeOfDay.default('07:00'),
    /** All day on days off of the agency's calendar as well. */
    daysOff: z.boolean().default(true),
    action: z.enum(AUTOMATIC_ACTIONS).default('isolate'),
    rules: z.array(line(128).min(1)).min(1).max(100),
    /** Most hosts in any 24 hours. */
    hostsMax: z.int().min(1).max(1_000).default(10),
    /** So many hosts within `breakerMinutes`, and it stops until a person lets it go on. */
    breakerHosts: z.int().min(1).max(1_000).default(5),
    breakerMinutes: z.int().min(1).max(1_440).default(15),
    isolateMinutes: z.int().min(5).max(1_440).default(240),
    /** Only tells what it would have done. */
    dryRun: z.boolean().default(true),
  })
  .refine(({ validFrom, validTo }) => Date.parse(validFrom) < Date.parse(validTo), {
    path: ['validTo'],
    message: 'it ends before it begins',
  })
  .refine(({ validFrom, validTo }) => Date.parse(validTo) - Date.parse(validFrom) <= 366 * 24 * HOUR_MS, {
    path: ['validTo'],
    message: 'at most a year',
  });
export type NewAuthorisationBody = z.infer<typeof newAuthorisationSchema>;

export const authorisationReasonSchema = z.strictObject({
  reason: z.string().trim().min(1).max(1_000).optional(),
});

export const authorisationSchema = z.object({
  id: z.string(),
  agencyId: z.number(),
  title: z.string(),
  signer: z.string(),
  documentSha256: z.string(),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime(),
  fromTime: z.string(),
  toTime: z.string(),
  daysOff: z.boolean(),
  action: z.enum(AUTOMATIC_ACTIONS),
  rules: z.array(z.string()),
  hostsMax: z.number(),
  breakerHosts: z.number(),
  breakerMinutes: z.number(),
  isolateMinutes: z.number(),
  dryRun: z.boolean(),
  state: z.enum(AUTHORISATION_STATES),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  decidedBy: z.string().nullable(),
  endedBy: z.string().nullable(),
  endedAt: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
  version: z.number(),
});
export const authorisationListSchema = z.object({ authorisations: z.array(authorisationSchema) });

/** GET /response-authorisations/:id */
export const authorisationDetailSchema = authorisationSchema.extend({
  /** What was done by it, newest first. */
  acts: z.array(
    z.object({
      alertId: z.string(),
      agentId: z.string(),
      hostname: z.string(),
      at: z.iso.datetime(),
      outcome: z.enum(AUTOMATIC_OUTCOMES),
      responseId: z.string().nullable(),
    }),
  ),
});
