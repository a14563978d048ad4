/** Lists that hosts are compared with, as the API tells and takes them. */
import { z } from 'zod';
import { LIST_KINDS } from '../compliance/evidence/assessment-lists.ts';

const id = z.coerce.number().int().min(1);
const ENTRIES_MAX = 5_000;
const kindSchema = z.enum(LIST_KINDS);
const entrySchema = z.strictObject({
  value: z.string().min(1).max(200),
  /** It counts until then; left out: always. */
  until: z.iso.datetime({ offset: true }).optional(),
});

export const listParamsSchema = z.strictObject({ kind: kindSchema });

/** For whom the list is; neither: for everybody. */
export const listScopeQuerySchema = z
  .strictObject({ agencyId: id.optional(), systemId: id.optional() })
  .refine(({ agencyId, systemId }) => agencyId === undefined || systemId === undefined, {
    message: 'name an agency or a system, not both',
  });

export const listBodySchema = z.strictObject({
  entries: z.array(entrySchema).max(ENTRIES_MAX),
  note: z.string().max(1_000).default(''),
});

const summarySchema = z.object({
  kind: kindSchema,
  agencyId: z.number().nullable(),
  systemId: z.number().nullable(),
  entries: z.number(),
  note: z.string(),
  setBy: z.string(),
  setAt: z.iso.datetime(),
  version: z.number(),
});

export const listSchema = summarySchema.extend({
  entries: z.array(z.object({ value: z.string(), until: z.iso.datetime().nullable() })),
});

export const listsSchema = z.object({
  lists: z.array(summarySchema),
  kinds: z.array(
    z.object({
      kind: kindSchema,
      form: z.enum(['pattern', 'range', 'domain', 'mac']),
      title: z.object({ vi: z.string(), en: z.string() }),
    }),
  ),
});

export type ListView = z.infer<typeof listSchema>;
export type ListSummaryView = z.infer<typeof summarySchema>;
export type ListsView = z.infer<typeof listsSchema>;
