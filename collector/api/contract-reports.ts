/** Shapes of reports: of the API and of the command line. */
import { z } from 'zod';
import type { ReportDocument } from '../report/document.ts';
import { REPORT_DOUBTS } from '../report/doubts.ts';
import { DUE_STEPS } from '../report/period.ts';
import { VERDICTS } from '../report/signature/signed-pdf.ts';
import { REPORT_KINDS, REPORT_LIMITS, REPORT_STATES, SEND_CHANNELS } from '../report/report-words.ts';
import { line, text } from './contract-vocabulary.ts';

const id = z.coerce.number().int().positive().max(2_147_483_647);
const period = z.string().min(4).max(7);
const kind = z.enum(REPORT_KINDS);
/** What it follows that nobody has confirmed yet. */
const toConfirm = z.array(z.enum(REPORT_DOUBTS));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 as 64 lower-case hex digits');

export const REPORT_FORMATS = ['docx', 'xlsx', 'pdf', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
/** What the API gives beside files: the document itself as blocks, for pages that show it. */
const SHOWN_FORMATS = [...REPORT_FORMATS, 'blocks'] as const;
export type ShownFormat = (typeof SHOWN_FORMATS)[number];
export type ReportBlocks = ReportDocument;

export const reportParams = z.strictObject({ id: z.uuid() });

/** GET /reports */
export const reportFilterSchema = z.strictObject({
  kind: kind.optional(),
  period: period.optional(),
  agencyId: id.optional(),
  state: z.enum(REPORT_STATES).optional(),
});
export const reportQuerySchema = reportFilterSchema.extend({
  after: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** POST /reports; the caller's agency by default. */
export const newReportSchema = z.strictObject({
  kind,
  period,
  agencyId: id.optional(),
  systemId: id.optional(),
});

/** GET /reports/preview and /reports/:id/file */
export const fileQuerySchema = z.strictObject({ format: z.enum(SHOWN_FORMATS).default('pdf') });
export const previewQuerySchema = newReportSchema.extend(fileQuerySchema.shape);

/** POST /reports/:id/lock */
export const lockBodySchema = z.strictObject({
  /** Why it is locked with what stands against it. */
  acceptFindings: text(REPORT_LIMITS.reasonChars).min(1).optional(),
});
/** POST /reports/:id/amend */
export const amendBodySchema = z.strictObject({ reason: text(REPORT_LIMITS.reasonChars).min(1) });
/** POST /reports/:id/sent */
export const sentBodySchema = z.strictObject({
  number: line(REPORT_LIMITS.numberChars).min(1),
  on: z.iso.date(),
  channel: z.enum(SEND_CHANNELS),
  /** Of the file that was sent. */
  sha256,
  note: text(REPORT_LIMITS.noteChars).default(''),
});

/** POST /reports/:id/signed */
export const signedPdfSchema = z.object({
  verdict: z.enum(VERDICTS),
  /** Of the file. */
  sha256: z.string(),
  bytes: z.number(),
  signatures: z.array(
    z.object({
      state: z.enum(['holds', 'changed', 'wrong', 'unreadable']),
      why: z.string().nullable(),
      coversReport: z.boolean(),
      coversFile: z.boolean(),
      signer: z
        .object({
          name: z.string(),
          issuer: z.string(),
          serial: z.string(),
          validFrom: z.string(),
          validTo: z.string(),
          /** As the signer says. */
          signedAt: z.string().nullable(),
          chain: z.enum(['trusted', 'unknown-issuer', 'expired']),
          issuers: z.array(z.string()),
        })
        .nullable(),
    }),
  ),
  /** What was appended that changes what it says. */
  changes: z.array(z.string()),
});
export type SignedPdfView = z.infer<typeof signedPdfSchema>;

export const deadlineSchema = z.object({
  step: z.enum(DUE_STEPS),
  on: z.string(),
  /** The last working day by then. */
  workDay: z.string(),
  /** Negative when it has passed. */
  daysLeft: z.number(),
  workDaysLeft: z.number(),
});

export const reportSchema = z.object({
  id: z.string(),
  kind,
  period: z.string(),
  agencyId: z.number(),
  agencyName: z.string(),
  systemId: z.number().nullable(),
  systemName: z.string().nullable(),
  state: z.enum(REPORT_STATES),
  revision: z.number(),
  amends: z.string().nullable(),
  /** Of the locked body. */
  sha256: z.string().nullable(),
  /** The PDF as it was when the data was locked. */
  pdf: z.object({ sha256: z.string(), bytes: z.number() }).nullable(),
  lockedAt: z.iso.datetime().nullable(),
  lockedBy: z.string().nullable(),
  sent: sentBodySchema.nullable(),
  /** What was found of the newest signed file. */
  signed: signedPdfSchema.nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  updatedAt: z.iso.datetime(),
  version: z.number(),
});
export type ReportView = z.infer<typeof reportSchema>;

export const reportPageSchema = z.object({ reports: z.array(reportSchema), next: z.string().nullable() });

export const reportDetailSchema = reportSchema.extend({
  deadlines: z.array(deadlineSchema),
  toConfirm,
  /** What does not fit together in its data, in both languages. */
  findings: z.array(z.object({ severity: z.enum(['error', 'warning']), vi: z.string(), en: z.string() })),
  /** Agencies that have not confirmed their rows. */
  late: z.array(z.object({ agencyId: z.number(), name: z.string() })),
  amendment: z
    .object({
      reason: z.string(),
      differences: z.array(z.object({ where: z.string(), before: z.string(), after: z.string() })),
      more: z.number(),
    })
    .nullable(),
});
export type ReportDetail = z.infer<typeof reportDetailSchema>;

export const reportHistorySchema = z.object({
  history: z.array(
    z.object({
      version: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      action: z.string(),
      reason: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** GET /reports/deadlines: the reports of the present period of each kind. */
export const dueQuerySchema = z.strictObject({ agencyId: id.optional() });
export const dueListSchema = z.object({
  agency: z.object({ id: z.number(), name: z.string() }),
  due: z.array(
    z.object({
      kind,
      period: z.string(),
      state: z.enum(REPORT_STATES).nullable(),
      reportId: z.string().nullable(),
      deadlines: z.array(deadlineSchema),
      toConfirm,
    }),
  ),
});
export type DueList = z.infer<typeof dueListSchema>;
