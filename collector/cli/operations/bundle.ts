/** Signed bundles: whom this site trusts, and what it took. */
import { z } from 'zod';
import { BUNDLE_LIMITS, bundleNameSchema } from '../../bundle/bundle-manifest.ts';
import { parsePublicText } from '../../bundle/publisher-key.ts';
import { BundleError } from '../../bundle/bundle-error.ts';
import { distrustPublisher, listPublishers, trustPublisher } from '../../registry/bundles/publishers.ts';
import { listTaken } from '../../registry/bundles/taken.ts';
import { defineOperation } from './operation.ts';

const publicKeySchema = z
  .string()
  .max(128)
  .superRefine((text, check) => {
    try {
      parsePublicText(text);
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      check.addIssue({ code: 'custom', message: error.message });
    }
  });

const publisherSchema = z.object({
  name: z.string(),
  keys: z.array(z.string()).readonly(),
  threshold: z.number(),
  addedMs: z.number(),
  addedBy: z.string(),
});

const takenSchema = z.object({
  publisher: z.string(),
  stream: z.string(),
  serial: z.number(),
  digest: z.string(),
  title: z.string(),
  createdMs: z.number(),
  files: z.number(),
  bytes: z.number(),
  takenMs: z.number(),
  takenBy: z.string(),
  outcome: z.record(z.string(), z.unknown()),
});

export const bundlePublishers = defineOperation({
  name: 'bundle.publishers',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(publisherSchema),
  run: async ({ registry }) => [...(await listPublishers(registry.db))],
});

export const bundleTrust = defineOperation({
  name: 'bundle.trust',
  needs: 'data',
  input: z
    .strictObject({
      name: bundleNameSchema,
      keys: z.array(publicKeySchema).min(1).max(BUNDLE_LIMITS.signaturesMax),
      threshold: z.int().min(1).max(BUNDLE_LIMITS.signaturesMax),
    })
    .refine(({ keys, threshold }) => new Set(keys).size >= threshold, {
      path: ['threshold'],
      error: 'is more than there are keys',
    }),
  output: z.null(),
  run: async ({ registry, actor }, { name, keys, threshold }) => {
    await trustPublisher(registry, { name, keys: [...new Set(keys)], threshold }, { actor });
    return null;
  },
});

export const bundleDistrust = defineOperation({
  name: 'bundle.distrust',
  needs: 'data',
  input: z.strictObject({ name: bundleNameSchema }),
  output: z.null(),
  run: async ({ registry, actor }, { name }) => {
    await distrustPublisher(registry, name, { actor });
    return null;
  },
});

export const bundleTaken = defineOperation({
  name: 'bundle.taken',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(takenSchema),
  run: async ({ registry }) => [...(await listTaken(registry.db))],
});
