/** From sessions that end to alerts that close themselves: one for a line that is lost, none for what is known. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LivenessService } from '../../../collector/services/fleet/liveness-service.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import { revokeAgent } from '../../../collector/registry/agent-acts.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { recordLoss } from '../../../collector/registry/loss-book.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import type { Alert } from '../../../collector/api/contract.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const MINUTE_MS = 60_000;
const HOSTS = 10;
const NETWORK = '203.0.113.0/24';

let registry: Registry;
let clock: TestClock;
let service: LivenessService;
let agentIds: string[];
let told: string[];

// Its own, so that other files in the same home are not set up by it.
describe('silence and loss', () => {
  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
    told = [];
    service = new LivenessService({
      registry,
      log: pino({ level: 'silent' }),
      onAlerts: (ids) => told.push(...ids),
    });
    await service.start();
    const token = await createJoinToken(registry, { uses: HOSTS }, 'test');
    agentIds = [];
    for (let index = 0; index < HOSTS; index += 1) {
      const outcome = await enrolAgent(
        registry,
        enrolRequest(token, { machineId: `machine-${index}` }),
        '127.0.0.1',
      );
      if (!outcome.ok) throw new Error(outcome.fault);
      agentIds.push(outcome.agentId);
      service.note(outcome.agentId, true, NETWORK);
    }
    await service.flush();
    clock.ms += 60 * MINUTE_MS;
  });
  afterEach(async () => {
    await service.stop();
    await registry.close();
  });

  const alerts = async (): Promise<Alert[]> => listAlerts(registry.db, { limit: 100 }, { kind: 'all' });
  const leave = (ids: readonly string[]): void => ids.forEach((id) => service.note(id, false, NETWORK));
  const come = (ids: readonly string[]): void => ids.forEach((id) => service.note(id, true, NETWORK));
  const minutesLater = async (minutes: number): Promise<void> => {
    await service.flush();
    clock.ms += minutes * MINUTE_MS;
    await service.watchHosts();
  };

  describe('silence', () => {
    test('of a site is one alert, which closes itself when the line is back', async () => {
      leave(agentIds);
      await minutesLater(6);
      await minutesLater(30);
      expect(await alerts()).toMatchObject([
        {
          ruleId: 'vonggac:silent-site',
          severity: 'high',
          state: 'new',
          agentId: null,
          titleVi: expect.stringContaining('(10/10 máy)'),
          title: expect.stringContaining('(10 of 10 hosts)'),
        },
      ]);
      expect(told).toHaveLength(1);
      come(agentIds);
      await minutesLater(1);
      await minutesLater(1);
      expect(await alerts()).toMatchObject([{ state: 'closed' }]);
      expect(told).toHaveLength(2);
    });

    test('of one server is an alert of that host, each time anew', async () => {
      const [one = ''] = agentIds;
      for (const alertsSoFar of [1, 2]) {
        leave([one]);
        await minutesLater(16);
        const found = await alerts();
        expect(found).toHaveLength(alertsSoFar);
        expect(found.filter(({ state }) => state === 'new')).toMatchObject([
          { ruleId: 'vonggac:silent-agent', agentId: one },
        ]);
        come([one]);
        await minutesLater(1);
        expect((await alerts()).every(({ state }) => state === 'closed')).toBe(true);
      }
    });

    test('that a person has closed stays closed, with the reason given', async () => {
      const [one = ''] = agentIds;
      leave([one]);
      await minutesLater(16);
      const [alert] = await alerts();
      const change = { state: 'closed', verdict: 'benign', reason: 'moved house' } as const;
      await changeAlert(registry, alert?.id ?? '', change, { actor: 'user:an', scope: { kind: 'all' } });
      await minutesLater(60);
      come([one]);
      await minutesLater(1);
      const row = await registry.db.selectFrom('alert').select(['state', 'state_reason']).execute();
      expect(row).toEqual([{ state: 'closed', state_reason: 'moved house' }]);
    });

    test('of a revoked agent is none', async () => {
      const [one = ''] = agentIds;
      await revokeAgent(registry, one, 'test');
      leave([one]);
      await minutesLater(60);
      expect(await alerts()).toEqual([]);
    });

    test('ends nothing and begins nothing in the first minutes of a collector', async () => {
      const next = new LivenessService({
        registry,
        log: pino({ level: 'silent' }),
        onAlerts: (ids) => told.push(...ids),
      });
      await next.start(); // the sessions of the one before are over
      clock.ms += 9 * MINUTE_MS;
      await next.watchHosts();
      expect(await alerts()).toEqual([]);
      clock.ms += 10 * MINUTE_MS;
      await next.watchHosts();
      expect(await alerts()).toMatchObject([{ ruleId: 'vonggac:silent-site' }]);
      await next.stop();
    });
  });

  test('a large loss is an alert, once for each hour, and a small one is none', async () => {
    const [one = '', other = ''] = agentIds;
    const lose = (agentId: string, count: number): Promise<void> =>
      recordLoss(registry.db, {
        agent_id: agentId,
        epoch: 'e'.repeat(32),
        lane: 1,
        from_seq: 1,
        to_seq: count,
        reason: 'spool-full',
        recorded_ms: clock.ms,
      });
    await lose(one, 250);
    await lose(other, 99);
    await service.watchLosses();
    await service.watchLosses();
    expect(await alerts()).toMatchObject([
      { ruleId: 'vonggac:declared-loss', agentId: one, title: expect.stringContaining('250 records') },
    ]);
  });
});
