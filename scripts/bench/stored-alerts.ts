/** A province's alerts, made and not raised: what lists, bulk acts and the console are measured on. */
import { ALERT_POLICY } from '../../collector/alert/alert-policy.ts';
import { deterministicId, type Detection } from '../../collector/alert/detection.ts';
import { SEVERITIES } from '../../collector/alert/severity-score.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { applyProjection } from '../../collector/registry/projection.ts';

/** Neither budgets nor fleets: each detection is an alert. */
export const EACH_AN_ALERT = {
  ...ALERT_POLICY,
  alertsPerHourMax: Number.MAX_SAFE_INTEGER,
  fleetHostsMin: 1_000_000,
};
const BATCH = 2_000;

export function detectionOf(n: number, agencyIds: readonly number[], nowMs: number): Detection {
  const rule = n % 200;
  const host = n % 8_000;
  const ip = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  return {
    id: deterministicId('bench', String(n)),
    rule: {
      ruleId: `rule-${rule}`,
      title: `Suspicious act number ${rule} on a host`,
      titleVi: `Hành vi đáng ngờ số ${rule} trên máy`,
      description: 'd',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity: SEVERITIES[n % 4] ?? 'low',
      tags: ['attack.execution', `attack.t1${String(rule).padStart(3, '0')}`],
      falsePositives: [],
      references: [],
    },
    entity: { 'source.ip': ip, 'host.name': `pc-${host}` },
    timeMs: nowMs - ((n * 7_919) % 100_000) * 25_000,
    eventId: `agent-${host}/e/0/${n}`,
    agentId: `agent-${host}`,
    hostname: `pc-${host}`,
    agencyId: agencyIds[host % agencyIds.length] ?? 1,
    message: `Process tool-${rule}.exe was started by user u${n % 900} from ${ip} with arguments that nobody expects`,
    matched: { 'source.ip': ip, 'user.name': `u${n % 900}`, 'process.name': `tool-${rule}.exe` },
  };
}

/** @returns milliseconds it took */
export async function fillAlerts(
  registry: Registry,
  alerts: number,
  agencyIds: readonly number[],
): Promise<number> {
  const begun = performance.now();
  for (let from = 0, batch = 0; from < alerts; from += BATCH, batch += 1) {
    const count = Math.min(BATCH, alerts - from);
    const nowMs = registry.now();
    await applyProjection(registry.db, {
      afterBatch: batch,
      batch: batch + 1,
      detections: Array.from({ length: count }, (_, n) => detectionOf(from + n, agencyIds, nowMs)),
      correlations: [],
      lateTimes: [],
      nowMs,
      policy: EACH_AN_ALERT,
    });
  }
  return performance.now() - begun;
}
