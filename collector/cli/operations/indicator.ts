/** Indicators of the command line; it sees everything, as whoever may use the local socket does. */
import { z } from 'zod';
import { jobDetailSchema } from '../../api/contract-jobs.ts';
import { indicatorSchema, newIndicatorSchema, sightingListSchema } from '../../api/contract-indicators.ts';
import { viewIndicator, viewSightings } from '../../api/indicator-view.ts';
import { HINDSIGHT_KIND } from '../../services/indicators/indicator-hindsight.ts';
import { INDICATOR_KINDS, TLP_LEVELS } from '../../indicator/indicator.ts';
import { IndicatorFaultError, makeIndicator } from '../../indicator/one-indicator.ts';
import type { Registry } from '../../registry/database.ts';
import { listAllowed } from '../../registry/indicator/allowed.ts';
import { compareIndicators } from '../../registry/indicator/import-indicators.ts';
import { IMPORT_KIND } from '../../registry/indicator/import-job.ts';
import { addIndicator, restoreIndicator, retireIndicator } from '../../registry/indicator/indicator-acts.ts';
import { INDICATOR_PAGE_MAX, listIndicators } from '../../registry/indicator/list-indicators.ts';
import { listSightings, sumSightings } from '../../registry/indicator/sightings.ts';
import { readSourceDefaults } from '../../registry/indicator/sources.ts';
import { readIndicator, type StoredIndicator } from '../../registry/indicator/stored.ts';
import { addUploadPart, beginUpload, endUpload, uploadPartSchema } from '../../registry/indicator/uploads.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { defineOperation } from './operation.ts';
import { requestJob } from './request-job.ts';

const ALL = { kind: 'all' } as const;
const which = { id: z.int().min(1) };

async function shown({ db, now }: Registry, indicators: readonly StoredIndicator[]) {
  const sums = await sumSightings(
    db,
    indicators.map(({ id }) => id),
    ALL,
  );
  const viewer = { seesAll: true, nowMs: now() };
  return indicators.map((one) => viewIndicator(one, sums.get(one.id), viewer));
}

const oneShown = async (registry: Registry, indicator: StoredIndicator) =>
  indicatorSchema.parse((await shown(registry, [indicator]))[0]);

export const indicatorList = defineOperation({
  name: 'indicator.list',
  needs: 'data',
  input: z.strictObject({
    kind: z.enum(INDICATOR_KINDS).optional(),
    source: z.string().optional(),
    tag: z.string().optional(),
    value: z.string().optional(),
    text: z.string().optional(),
    standing: z.enum(['active', 'expired', 'retired', 'throttled']).optional(),
    after: z.int().optional(),
    limit: z.int().min(1).max(INDICATOR_PAGE_MAX),
  }),
  output: z.array(indicatorSchema),
  run: async ({ registry }, query) =>
    shown(registry, await listIndicators(registry.db, { ...query, seesAll: true, nowMs: registry.now() })),
});

export const indicatorShow = defineOperation({
  name: 'indicator.show',
  needs: 'data',
  input: z.strictObject(which),
  output: indicatorSchema,
  run: async ({ registry }, { id }) => oneShown(registry, await readIndicator(registry.db, id)),
});

export const indicatorSightings = defineOperation({
  name: 'indicator.sightings',
  needs: 'data',
  input: z.strictObject(which),
  output: sightingListSchema,
  async run({ registry }, { id }) {
    await readIndicator(registry.db, id);
    return viewSightings(await listSightings(registry.db, id, ALL));
  },
});

export const indicatorAdd = defineOperation({
  name: 'indicator.add',
  needs: 'data',
  input: newIndicatorSchema,
  output: z.object({ indicator: indicatorSchema, warning: z.string().nullable() }),
  async run({ registry, actor, live }, { type: kind, validUntil, ...written }) {
    const validUntilMs = typeof validUntil === 'string' ? Date.parse(validUntil) : validUntil;
    const sources = await readSourceDefaults(registry.db, registry.now());
    const allowed = await listAllowed(registry.db);
    try {
      const { indicator, warning } = makeIndicator({ ...written, kind, validUntilMs }, sources, allowed);
      const added = await addIndicator(registry, indicator, actor);
      await live?.indicators.look();
      return { indicator: await oneShown(registry, added), warning: warning ?? null };
    } catch (error) {
      if (!(error instanceof IndicatorFaultError)) throw error;
      throw new RefusalError('indicator-invalid', error.fault, error.message, { cause: error });
    }
  },
});

const changeInput = z.strictObject({ ...which, reason: z.string().min(1).max(1_000) });

export const indicatorRetire = defineOperation({
  name: 'indicator.retire',
  needs: 'data',
  input: changeInput,
  output: indicatorSchema,
  async run({ registry, actor, live }, { id, reason }) {
    const changed = await retireIndicator(registry, { id }, reason, actor);
    await live?.indicators.look();
    return oneShown(registry, changed);
  },
});

export const indicatorRestore = defineOperation({
  name: 'indicator.restore',
  needs: 'data',
  input: changeInput,
  output: indicatorSchema,
  async run({ registry, actor, live }, { id, reason }) {
    const changed = await restoreIndicator(registry, { id }, reason, actor);
    await live?.indicators.look();
    return oneShown(registry, changed);
  },
});

/** What reading a file has to know of the house. */
export const indicatorReading = defineOperation({
  name: 'indicator.reading',
  needs: 'data',
  input: z.strictObject({}),
  output: z.object({
    sources: z.array(
      z.object({
        name: z.string(),
        defaults: z.object({
          confidence: z.number().optional(),
          validUntilMs: z.number().nullable().optional(),
          tlp: z.enum(TLP_LEVELS).nullable().optional(),
        }),
      }),
    ),
    allowed: z.array(z.object({ kind: z.enum(['ip', 'domain']), value: z.string() })),
  }),
  run: async ({ registry }) => ({
    sources: await readSourceDefaults(registry.db, registry.now()),
    allowed: (await listAllowed(registry.db)).map(({ kind, value }) => ({ kind, value })),
  }),
});

export const indicatorCompare = defineOperation({
  name: 'indicator.compare',
  needs: 'data',
  input: z.strictObject({ indicators: uploadPartSchema }),
  output: z.object({
    added: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    expired: z.number(),
    retired: z.number(),
  }),
  run: async ({ registry }, { indicators }) =>
    (await compareIndicators(registry.db, indicators, registry.now())).counts,
});

export const indicatorUploadBegin = defineOperation({
  name: 'indicator.upload-begin',
  needs: 'collector',
  input: z.strictObject({}),
  output: z.object({ uploadId: z.string() }),
  run: async ({ registry, actor }) => ({ uploadId: await beginUpload(registry, actor) }),
});

export const indicatorUploadPart = defineOperation({
  name: 'indicator.upload-part',
  needs: 'collector',
  input: z.strictObject({ uploadId: z.uuid(), seq: z.int().min(0), indicators: uploadPartSchema }),
  output: z.object({}),
  async run({ registry }, { uploadId, seq, indicators }) {
    await addUploadPart(registry, uploadId, seq, indicators);
    return {};
  },
});

export const indicatorUploadEnd = defineOperation({
  name: 'indicator.upload-end',
  needs: 'collector',
  input: z.strictObject({
    uploadId: z.uuid(),
    name: z.string().max(255),
    indicators: z.int().min(1),
    refusedCount: z.int(),
    refusals: z.array(z.object({ place: z.string(), value: z.string(), fault: z.string() })),
  }),
  output: jobDetailSchema,
  async run(context, { uploadId, name, indicators, ...report }) {
    const { registry, actor } = context;
    await endUpload(registry, uploadId, { indicators, report });
    return requestJob(context, IMPORT_KIND, { params: { uploadId, name, actor }, reason: name });
  },
});

export const indicatorRetro = defineOperation({
  name: 'indicator.retro',
  needs: 'collector',
  input: z.strictObject({
    ids: z.array(z.int().min(1)).min(1).optional(),
    source: z.string().optional(),
    addedSinceMs: z.number().optional(),
    fromMs: z.number(),
    toMs: z.number(),
  }),
  output: jobDetailSchema,
  run: async (context, input) =>
    requestJob(context, HINDSIGHT_KIND, { params: { ...input, actor: context.actor }, reason: 'retro' }),
});
