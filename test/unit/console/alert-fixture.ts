/** An alert for tests; every field can be replaced. */
import type { Alert } from '../../../dashboards/console/src/api/types.ts';

export function alertOf(changes: Partial<Alert> = {}): Alert {
  return {
    id: 'a1',
    ruleId: 'rule-1',
    title: 'SSH brute force',
    titleVi: 'Dò mật khẩu SSH',
    severity: 'high',
    state: 'new',
    entity: { 'source.ip': '203.0.113.7' },
    agentId: 'agent-1',
    hostname: 'pc-ketoan-04',
    agencyId: 1,
    agencyName: 'UBND phường Nguyễn Trãi',
    count: 1,
    firstSeen: '2026-03-01T00:00:00.000Z',
    lastSeen: '2026-03-01T01:00:00.000Z',
    createdAt: '2026-03-01T00:00:00.000Z',
    updatedAt: '2026-03-01T01:00:00.000Z',
    tags: ['attack.credential-access', 'attack.t1110.001'],
    message: 'Failed password for invalid user admin',
    ...changes,
  };
}
