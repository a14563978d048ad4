/** How probed systems stand, asked of the running collector's store. */
import { z } from 'zod';
import { PROBES_MAX, probesSchema } from '../../api/contract-probes.ts';
import { showProbes } from '../../api/probe-view.ts';
import { requireAgency } from '../../registry/agencies.ts';
import { resolveHost } from '../../registry/resolve-host.ts';
import { defineOperation, liveOf } from './operation.ts';

export const probesStatus = defineOperation({
  name: 'probes-status',
  needs: 'collector',
  input: z.strictObject({
    nowMs: z.number(),
    agencyId: z.number().optional(),
    /** Agent's id, its first characters, or the host's name. */
    host: z.string().min(1).max(256).optional(),
  }),
  output: probesSchema,
  async run(context, { nowMs, agencyId, host }) {
    const { registry } = context;
    if (agencyId !== undefined) await requireAgency(registry.db, agencyId);
    const agentId = host === undefined ? undefined : (await resolveHost(registry, host)).id;
    const ports = { registry, probes: liveOf(context).store.probes };
    const scope = { kind: 'all' } as const;
    return showProbes(ports, { scope, agencyId, agentId, limit: PROBES_MAX, nowMs });
  },
});
