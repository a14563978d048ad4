/** Releases of the agent: kept and withdrawn, planned, let out and held back. Planning and starting take a person by name and password. */
import { z } from 'zod';
import {
  planRolloutSchema,
  releaseListSchema,
  releaseSchema,
  rolloutActSchema,
  updateRolloutListSchema,
  updateRolloutSchema,
  updateStatusListSchema,
} from '../../api/contract-updates.ts';
import {
  viewRelease,
  viewReleases,
  viewUpdateRollout,
  viewUpdateRollouts,
  viewUpdateStatus,
} from '../../api/update-view.ts';
import {
  RELEASE_LIMITS,
  type ReleaseBody,
  releaseVersionSchema,
  signedTextSchema,
} from '../../protocol/release.ts';
import type { Registry } from '../../registry/database.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { addRelease } from '../../registry/updates/releases.ts';
import { actOnRollout, openRollout, planRollout } from '../../registry/updates/rollouts.ts';
import { partsOf } from '../../release/release-folder.ts';
import { PayloadStore } from '../../services/fleet/payload-store.ts';
import { withdrawWithPayloads } from '../../services/fleet/withdraw-release.ts';
import { contentOf, defineOperation, type OperationContext } from './operation.ts';
import { personOf, personSchema } from './response.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const releasePayload = defineOperation({
  name: 'release.payload',
  needs: 'data',
  input: z.strictObject({ sha256: sha256Schema }),
  output: z.object({ bytes: z.number() }),
  run: async (context, { sha256 }) => ({
    bytes: await new PayloadStore(context.dataDir).put(sha256, contentOf(context)),
  }),
});

/** Digests whose payload is not here. */
export const releaseAdd = defineOperation({
  name: 'release.add',
  needs: 'data',
  input: z.strictObject({
    text: signedTextSchema,
    roots: z.array(signedTextSchema).max(RELEASE_LIMITS.rootsMax),
  }),
  output: releaseSchema,
  async run({ registry, dataDir, actor }, { text, roots }) {
    const payloads = new PayloadStore(dataDir);
    const body = z.custom<ReleaseBody>().parse(JSON.parse(text.body));
    let bytes = 0;
    for (const { sha256, bytes: wanted } of partsOf(body)) {
      if (payloads.bytesOf(sha256) !== wanted)
        throw new RefusalError('release-invalid', sha256, `the payload ${sha256} is not here`);
      bytes += wanted;
    }
    return viewRelease(registry, await addRelease(registry, { text, roots, bytes }, actor));
  },
});

export const releaseList = defineOperation({
  name: 'release.list',
  needs: 'data',
  input: z.strictObject({}),
  output: releaseListSchema,
  run: ({ registry }) => viewReleases(registry),
});

export const releaseWithdraw = defineOperation({
  name: 'release.withdraw',
  needs: 'data',
  input: z.strictObject({ version: releaseVersionSchema }),
  output: releaseSchema,
  async run({ registry, dataDir, actor }, { version }) {
    const withdrawn = await withdrawWithPayloads(registry, new PayloadStore(dataDir), version, actor);
    return viewRelease(registry, withdrawn);
  },
});

export const updatePlan = defineOperation({
  name: 'update.plan',
  needs: 'data',
  input: planRolloutSchema.extend({ person: personSchema }),
  output: updateRolloutSchema,
  async run({ registry, actor }, { person, ...plan }) {
    return viewUpdateRollout(await planRollout(registry, plan, await wholeTree({ registry, actor }, person)));
  },
});

/** Of the one that has not ended, unless another is named. */
export const updateAct = defineOperation({
  name: 'update.act',
  needs: 'data',
  input: rolloutActSchema.extend({
    id: z.string().max(64).optional(),
    act: z.enum(['start', 'pause', 'resume', 'halt', 'end']),
    person: personSchema.optional(),
  }),
  output: updateRolloutSchema,
  async run({ registry, actor }, { id, act, reason, person }) {
    const by = person === undefined ? actor : await wholeTree({ registry, actor }, person);
    return viewUpdateRollout(
      await actOnRollout(registry, id ?? (await openId(registry)), { act, reason }, by),
    );
  },
});

export const updateRollouts = defineOperation({
  name: 'update.rollouts',
  needs: 'data',
  input: z.strictObject({}),
  output: updateRolloutListSchema,
  run: ({ registry }) => viewUpdateRollouts(registry),
});

export const updateStatusRead = defineOperation({
  name: 'update.status',
  needs: 'data',
  input: z.strictObject({}),
  output: updateStatusListSchema,
  run: async ({ registry }) => ({ agents: await viewUpdateStatus(registry, { kind: 'all' }) }),
});

/** @throws RefusalError rollout-unknown */
async function openId({ db }: Registry): Promise<string> {
  const open = await openRollout(db);
  if (open !== undefined) return open.id;
  throw new RefusalError(
    'rollout-unknown',
    '',
    'no rollout is planned or under way; "vonggac update plan" makes one',
  );
}

/** @returns who acts. @throws RefusalError login-refused, rollout-not-yours for who does not administer everything */
async function wholeTree(
  { registry, actor }: Pick<OperationContext, 'registry' | 'actor'>,
  person: z.infer<typeof personSchema>,
): Promise<string> {
  const by = await personOf(registry, person, 'policy:write', actor);
  if (by.scope.kind === 'all') return by.actor;
  throw new RefusalError(
    'rollout-not-yours',
    by.actor,
    'only who administers all agencies lets a release out',
  );
}
