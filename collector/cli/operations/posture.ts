/** How hosts stand against their configuration policies, asked of the running collector's store. */
import { z } from 'zod';
import { postureChecksSchema, postureSchema } from '../../api/contract-posture.ts';
import { showPosture, summarizePosture } from '../../api/posture-view.ts';
import { resolveHost } from '../../registry/resolve-host.ts';
import { defineOperation, liveOf } from './operation.ts';

const asked = {
  atMs: z.number(),
  control: z.string().max(16).optional(),
  policy: z.string().max(128).optional(),
};

export const postureShow = defineOperation({
  name: 'posture-show',
  needs: 'collector',
  /** Agent's id, its first characters, or the host's name. */
  input: z.strictObject({ ...asked, host: z.string().min(1).max(256) }),
  output: postureSchema,
  async run(context, { host, ...query }) {
    const agent = await resolveHost(context.registry, host);
    return showPosture({ registry: context.registry, posture: liveOf(context).store.posture }, agent, query);
  },
});

export const postureChecks = defineOperation({
  name: 'posture-checks',
  needs: 'collector',
  input: z.strictObject({ ...asked, agencyId: z.number().optional() }),
  output: postureChecksSchema,
  async run(context, query) {
    const ports = { registry: context.registry, posture: liveOf(context).store.posture };
    return summarizePosture(ports, { ...query, scope: { kind: 'all' } });
  },
});
