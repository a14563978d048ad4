/** Alerts of one side that hang together: two that are open, and two in a case, each pair by an account. */
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import { scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { createCase } from '../../../collector/registry/cases/case-acts.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';

interface Of {
  mark: string;
  agencyId: number;
  agentId: string;
  /** 1 or 2: keeps batches apart. */
  number: number;
}

const MINUTE_MS = 60_000;

function found(ruleId: string, at: number, { mark, agencyId, agentId }: Of, nowMs: number): Detection {
  const tactic = at % 2 === 0 ? 'attack.execution' : 'attack.persistence';
  return {
    id: deterministicId(ruleId, mark),
    rule: {
      ruleId,
      title: `${ruleId} of ${mark}`,
      titleVi: null,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity: 'high',
      tags: [tactic],
      falsePositives: [],
      references: [],
    },
    entity: { 'host.name': `pc-${mark}` },
    timeMs: nowMs - MINUTE_MS * (10 - at),
    eventId: `${agentId}/${'cd'.repeat(16)}/1/${at + 1}`,
    agentId,
    hostname: `pc-${mark}`,
    agencyId,
    message: `${ruleId} on pc-${mark}`,
    matched: { User: `D\\${mark}` },
  };
}

export async function makeChains(registry: Registry, of: Of): Promise<{ chainCaseId: string }> {
  const nowMs = registry.now();
  const rules = ['opens', 'stays', 'opened', 'stayed'];
  await applyProjection(registry.db, {
    afterBatch: of.number - 1,
    batch: of.number,
    detections: rules.map((rule, at) => found(rule, at, of, nowMs)),
    correlations: [],
    lateTimes: [],
    nowMs,
  });
  const rows = await registry.db
    .selectFrom('alert')
    .select('id')
    .where('agent_id', '=', of.agentId)
    .where('rule_id', 'in', ['opened', 'stayed'])
    .execute();
  const chainCaseId = await createCase(
    registry,
    {
      title: `chain of ${of.mark}`,
      summary: '',
      severity: 'high',
      class: 'malware',
      agencyId: of.agencyId,
      ownAgencyId: of.agencyId,
      alertIds: rows.map(({ id }) => id),
      tags: [],
    },
    { actor: 'user:test', scope: await scopeOfAgency(registry.db, of.agencyId) },
  );
  return { chainCaseId };
}
