/** What a host is, where people say more than its system does: it counts in the severity of its alerts from then on. */
import type { AssetRole } from '../alert/severity-score.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import { unknownAgent } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Registry } from './database.ts';

/**
 * @param role null for what its system says
 * @throws RefusalError agent-unknown, also outside the scope
 */
export async function setAssetRole(
  registry: Registry,
  agentId: string,
  role: AssetRole | null,
  by: { actor: string; scope: AgencyScope },
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const agent = await trx
      .selectFrom('agent')
      .select('agency_id')
      .where('id', '=', agentId)
      .executeTakeFirst();
    if (agent === undefined || !inScope(by.scope, agent.agency_id)) throw unknownAgent(agentId);
    await trx.deleteFrom('asset_role').where('agent_id', '=', agentId).execute();
    if (role !== null) {
      await trx
        .insertInto('asset_role')
        .values({ agent_id: agentId, role, set_by: by.actor, set_ms: nowMs })
        .execute();
    }
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'agent.role',
      target: `agent:${agentId}`,
      agencyId: agent.agency_id,
      detail: { role },
    });
  });
}
