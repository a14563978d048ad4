/** What a running collector, or its idle data folder, says about itself for `vonggac doctor`. */
import { z } from 'zod';
import { SKEW_MS_MAX } from '../../doctor/verdicts.ts';
import { sickAgents } from '../../registry/agent-health.ts';
import { loadOrCreateCertificate } from '../../registry/certificate.ts';
import { defineOperation, type LiveCollector } from './operation.ts';

const liveSchema = z.object({
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string().optional() })),
  storedBatch: z.number(),
  projectedBatch: z.number(),
  workersWanted: z.number(),
  workersRunning: z.number(),
  scanner: z.object({ state: z.enum(['off', 'ok', 'away']), message: z.string() }),
});

async function liveFacts(live: LiveCollector): Promise<z.infer<typeof liveSchema>> {
  const { checks } = await live.health.ready();
  const { storedBatch, projectedBatch } = live.metrics.batches();
  const { wanted: workersWanted, running: workersRunning } = live.metrics.workers();
  const scanner = await live.cases.files.scanner.state();
  return { checks: [...checks], storedBatch, projectedBatch, workersWanted, workersRunning, scanner };
}

export const doctor = defineOperation({
  name: 'doctor',
  needs: 'data',
  input: z.strictObject({ version: z.string().max(64) }),
  output: z.object({
    live: liveSchema.optional(),
    certificateExpiresMs: z.number(),
    rejectedRules: z.number().optional(),
    backupFolder: z.string().optional(),
    agents: z.number(),
    agentsSkewed: z.number(),
    agentsOtherVersion: z.number(),
  }),
  async run({ registry, dataDir, live }, { version }) {
    const { expiresMs } = await loadOrCreateCertificate({ dataDir, now: registry.now });
    const agents = await sickAgents(registry, { skewMsMax: SKEW_MS_MAX, version });
    return {
      ...(live === undefined
        ? {}
        : {
            live: await liveFacts(live),
            rejectedRules: live.rules.list().rejected.length,
            ...(live.backups === undefined ? {} : { backupFolder: live.backups.folder }),
          }),
      certificateExpiresMs: expiresMs,
      agents: agents.all,
      agentsSkewed: agents.skewed,
      agentsOtherVersion: agents.otherVersion,
    };
  },
});
