/** Pages of indicators to be passed on; the first one of an export is on record. */
import { z } from 'zod';
import { INDICATOR_KINDS, TLP_LEVELS } from '../../indicator/indicator.ts';
import { writeAudit } from '../../registry/audit.ts';
import { sharedPage } from '../../registry/indicator/shared-pages.ts';
import { defineOperation } from './operation.ts';

const sharedSchema = z.object({
  kind: z.enum(INDICATOR_KINDS),
  value: z.string(),
  confidence: z.number(),
  source: z.string(),
  validUntilMs: z.number().nullable(),
  tlp: z.enum(TLP_LEVELS).nullable(),
  tags: z.array(z.string()),
  description: z.string(),
  addedMs: z.number(),
  updatedMs: z.number(),
  isRevoked: z.boolean(),
});

export const indicatorExport = defineOperation({
  name: 'indicator.export',
  needs: 'data',
  input: z.strictObject({
    kind: z.enum(INDICATOR_KINDS).optional(),
    source: z.string().optional(),
    tag: z.string().optional(),
    standing: z.enum(['active', 'expired', 'retired']).optional(),
    tlpMax: z.enum(TLP_LEVELS),
    after: z.int().optional(),
  }),
  output: z.object({ page: z.array(sharedSchema), next: z.number().optional() }),
  async run({ registry, actor }, { tlpMax, ...query }) {
    const nowMs = registry.now();
    if (query.after === undefined) {
      const detail = { format: 'stix', asked: { ...query, tlpMax } };
      await writeAudit(registry.db, nowMs, { actor, action: 'indicator.export', detail });
    }
    const { page, next } = await sharedPage(registry.db, { ...query, seesAll: true, nowMs });
    return {
      page: page.map((one) => ({ ...one, tags: [...one.tags] })),
      ...(next === undefined ? {} : { next }),
    };
  },
});
