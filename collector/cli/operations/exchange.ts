/** What a report to the national centre is made of, as the running collector knows it; who took it is on record. The key stays with who signs. */
import { z } from 'zod';
import { scopeOfAgency } from '../../registry/agency-scope.ts';
import { writeAudit } from '../../registry/audit.ts';
import { defineOperation, liveOf } from './operation.ts';

const malwareSchema = z.object({
  name: z.string(),
  type: z.string(),
  behaviour: z.string(),
  files: z.number(),
  path: z.string(),
  hash: z.string(),
});

const connectionSchema = z.object({
  program: z.string(),
  md5: z.string(),
  sha256: z.string(),
  targetAddress: z.string(),
  targetPort: z.string(),
});

const factsSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  madeMs: z.number(),
  machines: z
    .array(
      z.object({
        hostname: z.string(),
        address: z.string(),
        osName: z.string(),
        patchedMs: z.number().nullable(),
        malware: z.array(malwareSchema).readonly(),
        connections: z.array(connectionSchema).readonly(),
        vulnerabilities: z.array(z.string()).readonly(),
        antivirusOn: z.boolean().nullable(),
        firewallOn: z.boolean().nullable(),
      }),
    )
    .readonly(),
  notUpdated: z.number(),
  updateUnknown: z.number(),
});

export const exchangeFacts = defineOperation({
  name: 'exchange.facts',
  needs: 'collector',
  input: z.strictObject({
    agencyId: z.int().min(1).optional(),
    fromMs: z.number(),
    toMs: z.number(),
    isDryRun: z.boolean(),
  }),
  output: factsSchema,
  async run(context, { agencyId, fromMs, toMs, isDryRun }) {
    const { registry, actor } = context;
    const scope =
      agencyId === undefined ? ({ kind: 'all' } as const) : await scopeOfAgency(registry.db, agencyId);
    const facts = await liveOf(context).exchange.facts({ scope, fromMs, toMs });
    const detail = { fromMs, toMs, machines: facts.machines.length, isDryRun };
    await writeAudit(registry.db, registry.now(), { actor, action: 'exchange.make', agencyId, detail });
    return facts;
  },
});
