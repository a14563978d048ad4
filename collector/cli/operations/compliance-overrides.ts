/** Overrides of doubtful facts of the catalogues, from the command line. */
import { z } from 'zod';
import { overrideListView } from '../../api/compliance-catalogue-view.ts';
import {
  overrideBodySchema,
  overrideListSchema,
  overridePlaceSchema,
} from '../../api/contract-compliance-catalogue.ts';
import { dropOverride, setOverride } from '../../registry/compliance/overrides.ts';
import { defineOperation } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;

export const complianceOverrides = defineOperation({
  name: 'compliance-override.all',
  needs: 'data',
  input: z.strictObject({}),
  output: overrideListSchema,
  run: ({ registry }) => overrideListView(registry.db, registry.now()),
});

export const complianceOverrideSet = defineOperation({
  name: 'compliance-override.set',
  needs: 'data',
  input: overrideBodySchema,
  output: overrideListSchema,
  async run({ registry, actor }, wanted) {
    await setOverride(registry, wanted, { actor, scope: EVERYWHERE });
    return overrideListView(registry.db, registry.now());
  },
});

export const complianceOverrideDrop = defineOperation({
  name: 'compliance-override.drop',
  needs: 'data',
  input: overridePlaceSchema,
  output: z.object({}),
  async run({ registry, actor }, place) {
    await dropOverride(registry, place, { actor, scope: EVERYWHERE });
    return {};
  },
});
