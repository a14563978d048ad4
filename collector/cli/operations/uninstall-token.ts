/** `agent.uninstall-token`: allows one agent to be taken off its host, for some hours; written to the audit trail. */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { makeUninstallToken } from '../../protocol/uninstall-token.ts';
import { resolveAgent } from '../../registry/agents.ts';
import { writeAudit } from '../../registry/audit.ts';
import { readCertificates } from '../../registry/certificate-rotation.ts';
import { defineOperation } from './operation.ts';

const HOUR_MS = 3_600_000;

export const agentUninstallToken = defineOperation({
  name: 'agent.uninstall-token',
  needs: 'data',
  input: z.strictObject({
    /** Whole id, or its first characters. */
    id: z.string().min(1).max(64),
    hours: z.int().min(1).max(168),
  }),
  output: z.object({ token: z.string(), agentId: z.string(), hostname: z.string(), notAfterMs: z.number() }),
  async run({ dataDir, registry, actor }, { id, hours }) {
    const agent = await resolveAgent(registry, id);
    const { current } = await readCertificates({ dataDir, now: registry.now });
    const notAfterMs = registry.now() + hours * HOUR_MS;
    const tokenId = randomUUID();
    const token = makeUninstallToken(
      { certificate: Buffer.from(new X509Certificate(current.cert).raw), key: createPrivateKey(current.key) },
      { id: tokenId, agentId: agent.id, notAfterMs },
    );
    await writeAudit(registry.db, registry.now(), {
      actor,
      action: 'agent.uninstall-token',
      target: `agent:${agent.id}`,
      detail: { tokenId, notAfterMs },
    });
    return { token, agentId: agent.id, hostname: agent.hostname, notAfterMs };
  },
});
