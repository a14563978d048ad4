import { pino } from 'pino';
import { expect, it } from 'vitest';
import { AgencyService } from '../../../../collector/services/fleet/agency-service.ts';
import { changePlanSchema } from '../../../../collector/agency/change-plan.ts';
import { createAgency } from '../../../../collector/registry/agencies.ts';
import { planChange } from '../../../../collector/registry/agency-changes.ts';
import { enrolAgent } from '../../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../../collector/registry/join-tokens.ts';
import { enrolRequest, memoryRegistry } from '../../registry/registry-fixture.ts';

it('applies what came due while no collector ran, and lets the hosts come back under their new agency', async () => {
  const { registry, clock } = await memoryRegistry();
  const add = async (name: string) => (await createAgency(registry, { name, kind: 'department' }, 'test')).id;
  const [one, two] = [await add('A'), await add('B')];
  const token = await createJoinToken(registry, { agencyId: two, uses: 1 }, 'test');
  const host = await enrolAgent(registry, enrolRequest(token), '::1');
  if (!host.ok) throw new Error('not enrolled');
  const plan = { kind: 'merge', on: '2026-12-01', sources: [two], into: { agencyId: one }, reason: 'x' };
  await planChange(registry, changePlanSchema.parse(plan), { actor: 'test', scope: { kind: 'all' } });
  const told: string[] = [];
  const service = new AgencyService({
    registry,
    presence: { disconnect: (agentId, code) => void told.push(`${agentId} ${code}`) },
    sending: { reload: async () => void told.push('reload') },
    log: pino({ level: 'silent' }),
  });
  await service.look();
  expect(told).toEqual([]);
  clock.ms += 30 * 86_400_000;
  service.start();
  await service.stop();
  expect(told).toEqual([`${host.agentId} shutting-down`, 'reload']);
  const row = await registry.db.selectFrom('agent').select('agency_id').executeTakeFirstOrThrow();
  expect(row.agency_id).toBe(one);
  await service.look();
  expect(told).toHaveLength(2);
  await registry.close();
});
