/** What the wall of an operations centre is told; part of contract.ts. */
import { z } from 'zod';
import { REPORT_KINDS, REPORT_STATES } from '../report/report-words.ts';
import { VULNERABILITY_SEVERITIES } from '../vulnerability/advisory.ts';
import { csvQueryShape, severitySchema } from './contract-vocabulary.ts';

const count = z.int().min(0);
const at = z.iso.datetime();
const percent = z.number().nullable();

/** GET /feed/operations; without `format` the header Accept decides. */
export const feedQuerySchema = z.strictObject({
  format: z.enum(['json', 'csv']).optional(),
  lang: csvQueryShape.lang,
});

export const operationsFeedSchema = z.object({
  agency: z.object({ id: z.number(), name: z.string() }),
  agents: z.object({ at, total: count, online: count, silent: count }),
  alerts: z.object({
    at,
    open: count,
    /** The worst first; `oldestAt`: when the oldest open one was opened. */
    bySeverity: z.array(z.object({ severity: severitySchema, open: count, oldestAt: at.nullable() })),
  }),
  cases: z.object({
    at,
    open: count,
    bySeverity: z.array(z.object({ severity: severitySchema, open: count })),
  }),
  /** `running`: in time; `late`: neither met nor stopped by its end. */
  legalClocks: z.object({ at, running: count, late: count, nextDueAt: at.nullable() }),
  /** Of the newest assessment that was kept; null: none was. */
  compliance: z
    .object({
      day: z.iso.date(),
      /** Means of the systems. */
      percent,
      coveragePercent: percent,
      /** At most 500. */
      systems: z.array(
        z.object({
          systemId: z.number(),
          name: z.string(),
          level: z.int().nullable(),
          at,
          percent,
          coveragePercent: percent,
          hosts: count,
          hostsReporting: count,
          /** By its dossier, with an agent or without; null: no dossier says so. */
          hostsExpected: count.nullable(),
        }),
      ),
      /** Oldest first, at most 31 days. */
      trend: z.array(z.object({ day: z.iso.date(), systems: count, percent, coveragePercent: percent })),
    })
    .nullable(),
  /** A vulnerability on a host counts once; null: no feed is in, so that nothing is known. */
  vulnerabilities: z
    .object({
      at,
      open: count,
      notAssessed: count,
      bySeverity: z.array(
        z.object({ severity: z.enum(VULNERABILITY_SEVERITIES), open: count, exploited: count }),
      ),
      feeds: z.array(z.object({ name: z.string(), dataAt: at })),
    })
    .nullable(),
  /** Of the agency itself; those that have left are not among them. */
  reportsDue: z.object({
    at,
    reports: z.array(
      z.object({
        kind: z.enum(REPORT_KINDS),
        period: z.string(),
        state: z.enum(REPORT_STATES).nullable(),
        dueOn: z.iso.date(),
        /** Negative when it has passed. */
        daysLeft: z.int(),
      }),
    ),
  }),
});
export type OperationsFeed = z.infer<typeof operationsFeedSchema>;
