/** Sources of indicators and the house's own list, from the command line. */
import { z } from 'zod';
import {
  allowedSchema,
  indicatorSourceNameSchema,
  indicatorSourceSchema,
  indicatorSourceWantedSchema,
  newAllowedSchema,
} from '../../api/contract-indicators.ts';
import { viewAllowed, viewSource } from '../../api/indicator-view.ts';
import { IndicatorFaultError } from '../../indicator/one-indicator.ts';
import { addAllowed, allowedOf, listAllowed, removeAllowed } from '../../registry/indicator/allowed.ts';
import { listSources, setSource } from '../../registry/indicator/sources.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { defineOperation } from './operation.ts';

const nothing = z.strictObject({});

export const indicatorSources = defineOperation({
  name: 'indicator.sources',
  needs: 'data',
  input: nothing,
  output: z.array(indicatorSourceSchema),
  run: async ({ registry }) => (await listSources(registry.db)).map((source) => viewSource(source, true)),
});

const { confidence, validDays, tlp, description } = indicatorSourceWantedSchema.shape;

export const indicatorSourceSet = defineOperation({
  name: 'indicator.source-set',
  needs: 'data',
  input: z.strictObject({
    name: indicatorSourceNameSchema,
    /** What is left out stays; null takes the default away. */
    confidence: confidence.unwrap().optional(),
    validDays: validDays.unwrap().optional(),
    tlp: tlp.unwrap().optional(),
    description: description.unwrap().optional(),
    /** That it was read at, 0 where nobody has said anything of it; left out: as it stands now. */
    version: z.int().min(0).optional(),
  }),
  output: indicatorSourceSchema,
  async run({ registry, actor }, { name, version, ...change }) {
    const before = (await listSources(registry.db)).find((source) => source.name === name);
    const wanted = {
      confidence: change.confidence === undefined ? (before?.confidence ?? null) : change.confidence,
      validDays: change.validDays === undefined ? (before?.validDays ?? null) : change.validDays,
      tlp: change.tlp === undefined ? (before?.tlp ?? null) : change.tlp,
      description: change.description ?? before?.description ?? '',
    };
    const which = { name, version: version ?? before?.version ?? 0 };
    return viewSource(await setSource(registry, which, wanted, actor), true);
  },
});

export const indicatorAllowed = defineOperation({
  name: 'indicator.allowed',
  needs: 'data',
  input: nothing,
  output: z.array(allowedSchema),
  run: async ({ registry }) => (await listAllowed(registry.db)).map((one) => viewAllowed(one, true)),
});

export const indicatorAllow = defineOperation({
  name: 'indicator.allow',
  needs: 'data',
  input: newAllowedSchema,
  output: allowedSchema,
  async run({ registry, actor }, { value, reason }) {
    try {
      return viewAllowed(await addAllowed(registry, { ...allowedOf(value), reason }, actor), true);
    } catch (error) {
      if (!(error instanceof IndicatorFaultError)) throw error;
      throw new RefusalError('indicator-invalid', error.fault, error.message, { cause: error });
    }
  },
});

export const indicatorDisallow = defineOperation({
  name: 'indicator.disallow',
  needs: 'data',
  input: z.strictObject({ id: z.int().min(1) }),
  output: z.null(),
  async run({ registry, actor }, { id }) {
    await removeAllowed(registry, id, actor);
    return null;
  },
});
