/** The collector's certificate: what is served and planned, the next one, and giving a plan up. */
import os from 'node:os';
import { z } from 'zod';
import { writeAudit } from '../../registry/audit.ts';
import {
  cancelRotation,
  type Certificates,
  planRotation,
  readCertificates,
} from '../../registry/certificate-rotation.ts';
import { agentsWithoutTrust, countTrust } from '../../registry/certificate-trust.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const WITHOUT_MAX = 1_000;
const PEM_CHARS_MAX = 32_768;

const certificateSchema = z.object({ fingerprint: z.string(), expiresMs: z.number() });

const viewSchema = z.object({
  current: certificateSchema,
  next: certificateSchema
    .extend({
      atMs: z.number(),
      whenKnown: z.boolean(),
      plannedMs: z.number(),
      /** Agents that trust it, of those that report here. */
      trusting: z.number(),
      agents: z.number(),
      /** Those that do not yet, heard of last first. */
      without: z.array(z.object({ id: z.string(), hostname: z.string(), lastSeenMs: z.number().nullable() })),
    })
    .nullable(),
  /** How many certificates were served before. */
  former: z.number(),
});
export type CertificateView = z.infer<typeof viewSchema>;

async function viewOf({ registry }: OperationContext, found: Certificates): Promise<CertificateView> {
  const { current, next, statements } = found;
  const view = {
    current: { fingerprint: current.fingerprint, expiresMs: current.expiresMs },
    former: statements.length,
  };
  if (next === undefined) return { ...view, next: null };
  const { certificate, atMs, whenKnown, plannedMs } = next;
  const { fingerprint, expiresMs } = certificate;
  const { trusting, agents } = await countTrust(registry, fingerprint);
  const without = await agentsWithoutTrust(registry, fingerprint, WITHOUT_MAX);
  return { ...view, next: { fingerprint, expiresMs, atMs, whenKnown, plannedMs, trusting, agents, without } };
}

export const certificateShow = defineOperation({
  name: 'certificate.show',
  needs: 'data',
  input: z.strictObject({}),
  output: viewSchema,
  async run(context) {
    const { dataDir, registry } = context;
    return viewOf(context, await readCertificates({ dataDir, now: registry.now }));
  },
});

const pem = z.string().max(PEM_CHARS_MAX);

export const certificateRotate = defineOperation({
  name: 'certificate.rotate',
  needs: 'data',
  input: z.strictObject({
    inDays: z.number().min(0).max(3_650),
    whenKnown: z.boolean(),
    /** A certificate of one's own, PEM; left out, one is made. */
    pair: z.strictObject({ cert: pem, key: pem }).optional(),
  }),
  output: viewSchema,
  async run(context, { inDays, whenKnown, pair }) {
    const { dataDir, registry, actor, live } = context;
    const names = [os.hostname()];
    const planned = await planRotation({ dataDir, names, inDays, whenKnown, pair, now: registry.now });
    await writeAudit(registry.db, registry.now(), {
      actor,
      action: 'certificate.rotate',
      target: `certificate:${planned.next?.certificate.fingerprint ?? ''}`,
      detail: { atMs: planned.next?.atMs, whenKnown },
    });
    await live?.certificates.reload();
    return viewOf(context, planned);
  },
});

export const certificateCancel = defineOperation({
  name: 'certificate.cancel',
  needs: 'data',
  input: z.strictObject({}),
  output: z.object({ cancelled: z.boolean() }),
  async run({ dataDir, registry, actor, live }) {
    const cancelled = await cancelRotation(dataDir, registry.now);
    if (cancelled) {
      await writeAudit(registry.db, registry.now(), { actor, action: 'certificate.cancel' });
      await live?.certificates.reload();
    }
    return { cancelled };
  },
});
