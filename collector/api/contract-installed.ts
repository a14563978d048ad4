/** Shapes of the list of expected machines: how many have an agent, which do not, and why. Of the API and of the command line. */
import { z } from 'zod';
import { MACHINE_STATES } from '../rollout/judge-installed.ts';
import { REFUSAL_REASONS } from '../rollout/refusal-reason.ts';
import { agencyIdSchema, importedSchema } from './contract-agencies.ts';

export const MACHINE_PAGE_MAX = 1_000;
/** A whole list in one answer: of the command line. */
const count = z.number();

export const machineStateSchema = z.enum(MACHINE_STATES);
export const machineReasonSchema = z.enum([...REFUSAL_REASONS, 'forwards']);

const summarySchema = z.object({
  /** Null: neither a list nor a number says how many there are. */
  expected: count.nullable(),
  /** On the list by name. */
  listed: count,
  /** Expected and with an agent. */
  installed: count,
  /** Expected and without one; null: not known. */
  missing: count.nullable(),
  /** Expected by the number, and not on the list. */
  unnamed: count,
  /** The list holds more than the number says. */
  contradiction: z.boolean(),
  states: z.object({
    reporting: count,
    outdated: count,
    silent: count,
    pending: count,
    revoked: count,
    refused: count,
    'not-assessed': count,
    missing: count,
    /** With an agent, and not on the list. */
    unlisted: count,
  }),
});

export const installedAgencySchema = summarySchema.extend({
  agencyId: z.number(),
  agencyName: z.string(),
  /** How many machines the agency says it has. */
  counted: z
    .object({ machines: count, source: z.string(), setAt: z.iso.datetime(), setBy: z.string() })
    .nullable(),
});

/** GET /installed */
export const installedSchema = z.object({
  at: z.iso.datetime(),
  /** Newest version of the agent: what is older is outdated. */
  newest: z.string(),
  totals: summarySchema,
  agencies: z.array(installedAgencySchema),
});

export const installedMachineSchema = z.object({
  /** Null: a host that is not on the list. */
  machineId: z.number().nullable(),
  agencyId: z.number(),
  agencyName: z.string(),
  /** Empty where the list knows a serial number or an address only. */
  hostname: z.string(),
  serial: z.string(),
  macs: z.array(z.string()),
  label: z.string(),
  place: z.string(),
  /** Null for who may not see whose it is. */
  person: z.string().nullable(),
  /** Host that it forwards its events to; empty: none. */
  forwardsTo: z.string(),
  systemId: z.number().nullable(),
  systemName: z.string().nullable(),
  state: machineStateSchema,
  /** Why it is refused or not assessed. */
  reason: machineReasonSchema.nullable(),
  /** Silent, revoked or waiting since; refused last. */
  sinceAt: z.iso.datetime().nullable(),
  agentId: z.string().nullable(),
  agentHostname: z.string().nullable(),
  version: z.string().nullable(),
  /** Operating system, by its agent or by its installer. */
  system: z.object({ name: z.string(), version: z.string(), arch: z.string() }).nullable(),
  matchedBy: z.enum(['hardware', 'name']).nullable(),
  /** Its agent reports from another agency. */
  elsewhere: z.object({ agencyId: z.number(), agencyName: z.string() }).nullable(),
});
export type InstalledMachineView = z.infer<typeof installedMachineSchema>;

const stateList = z
  .union([machineStateSchema, z.array(machineStateSchema)])
  .transform((value) => (Array.isArray(value) ? value : [value]));

const agencyQuery = { agencyId: z.coerce.number().int().min(1).optional() };
export const installedQuerySchema = z.strictObject(agencyQuery);
const machineFilter = {
  ...agencyQuery,
  /** Several: any of them. */
  state: stateList.optional(),
  /** Words of the host name, its place, its person, its tag or its serial number. */
  text: z.string().trim().max(128).optional(),
};
export const machineQuerySchema = z.strictObject({
  ...machineFilter,
  limit: z.coerce.number().int().min(1).max(MACHINE_PAGE_MAX).default(100),
  after: z.string().optional(),
});
export const machineExportSchema = z.strictObject({
  ...machineFilter,
  lang: z.enum(['vi', 'en']).default('vi'),
});

/** GET /installed/machines: by agency and host name. */
export const machineListSchema = z.object({
  machines: z.array(installedMachineSchema),
  total: z.number(),
  next: z.string().nullable(),
});

export const machineImportQuerySchema = z.strictObject({
  ...agencyQuery,
  dryRun: z.enum(['true', 'false']).default('false'),
  /** The file is the whole list of the agencies that it names: what else is on theirs is taken off. */
  replace: z.enum(['true', 'false']).default('false'),
});
/** POST /installed/import */
export const importedMachinesSchema = importedSchema.extend({ removed: z.number() });

/** PUT /installed/counts */
export const expectedCountSchema = z.strictObject({
  agencyId: agencyIdSchema,
  /** Null: the agency does not say. */
  machines: z.int().min(0).max(1_000_000).nullable(),
  /** Where the number comes from. */
  source: z.string().trim().max(256).default(''),
});

/** GET /installed/refusals: the newest first. */
export const enrolRefusalListSchema = z.object({
  refusals: z.array(
    z.object({
      id: z.number(),
      agencyId: z.number(),
      agencyName: z.string(),
      /** Of the join token that the host showed. */
      tokenId: z.string(),
      hostname: z.string(),
      osName: z.string(),
      osVersion: z.string(),
      arch: z.string(),
      reason: z.enum(REFUSAL_REASONS),
      /** Where it asked from. */
      address: z.string(),
      firstAt: z.iso.datetime(),
      lastAt: z.iso.datetime(),
      times: z.number(),
    }),
  ),
});
