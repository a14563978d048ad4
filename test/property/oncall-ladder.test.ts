/** Whatever the order of alerts, acknowledgements, looks and restarts: each step once, and none after everything was acknowledged. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { houseFacts } from '../../collector/liveness/house-rules.ts';
import type { Notice } from '../../collector/notify/notice.ts';
import { DeliveryError } from '../../collector/notify/notice.ts';
import { NotifyService } from '../../collector/services/notify/notify-service.ts';
import { rootAgencyId } from '../../collector/registry/agencies.ts';
import { changeAlert } from '../../collector/registry/alert-acts.ts';
import { raiseHouseAlert } from '../../collector/registry/house-alerts.ts';
import { createChannel } from '../../collector/registry/notify-channels.ts';
import { acknowledgeByCode } from '../../collector/registry/oncall/ladders.ts';
import { savePlan } from '../../collector/registry/oncall/plans.ts';
import { escalationSchema } from '../../collector/oncall/escalation.ts';
import { CONTEXT } from '../unit/notify/notice-fixture.ts';
import { memoryRegistry } from '../unit/registry/registry-fixture.ts';

const BY = { actor: 'user:an', scope: { kind: 'all' } } as const;
const KEY = Buffer.alloc(32, 1);

const act = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('alert' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('look' as const), minutes: fc.integer({ min: 0, max: 30 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('acknowledge' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('code' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), fails: fc.boolean() }) },
);

it('each step is told once, and none after acknowledgement', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const { registry, clock } = await memoryRegistry();
      const root = await rootAgencyId(registry.db);
      const told: Notice[] = [];
      let fails = false;
      const restart = (): NotifyService =>
        new NotifyService({
          registry,
          key: KEY,
          context: CONTEXT,
          leads: () => true,
          chance: () => 1,
          onOutcome: () => undefined,
          onFault: (error) => {
            throw error;
          },
          deliver: async (_settings, _secrets, notice) => {
            if (fails) throw new DeliveryError('away');
            told.push(notice);
            const open = await registry.db.selectFrom('alert').select(['id', 'state']).execute();
            const states = new Map(open.map(({ id, state }) => [id, state]));
            // Never of what somebody has taken on.
            for (const { id } of notice.alerts) expect(states.get(id)).toBe('new');
            return { answer: 'ok', refused: [] };
          },
        });
      const channel = await createChannel(
        registry,
        KEY,
        {
          name: 'on-call',
          settings: { kind: 'syslog', target: 'syslog+tls://x' },
          secrets: {},
          agencyId: root,
          severityMin: 'critical',
          windowMs: 0,
          messagesPerHourMax: 1_000,
        },
        BY,
      );
      const steps = [0, 10, 25].map((afterMinutes) => ({ afterMinutes, channelId: channel.id }));
      const settings = escalationSchema.parse({ severityMin: 'high', steps });
      await savePlan(registry, 'escalation', { name: 'night', agencyId: root, settings }, BY);
      const ids: string[] = [];
      let service = restart();
      for (const one of acts) {
        if (one.kind === 'restart') service = restart();
        else if (one.kind === 'fail') fails = one.fails;
        else if (one.kind === 'look') {
          clock.ms += one.minutes * 60_000;
          await service.look();
        } else if (one.kind === 'code') {
          const code = told.at(-1)?.code;
          if (code !== undefined) await acknowledgeByCode(registry, code);
        } else if (one.kind === 'acknowledge') {
          const id = ids[one.which % Math.max(1, ids.length)];
          if (id !== undefined) await changeAlert(registry, id, { state: 'acknowledged' }, BY);
        } else {
          const n = String(ids.length);
          const id = await registry.db.transaction().execute((trx) =>
            raiseHouseAlert(
              trx,
              {
                rule: houseFacts('vonggac:audit-head-unsent', 'high', { en: 'x', vi: 'x' }),
                entity: { finding: n },
                finding: n,
                agencyId: root,
                agentId: null,
                hostname: null,
                message: n,
                matched: {},
                timeMs: clock.ms,
              },
              clock.ms,
            ),
          );
          if (id !== undefined) ids.push(id);
        }
      }
      const names = told.map(({ id }) => id);
      expect(new Set(names).size).toBe(names.length);
      const written = await registry.db
        .selectFrom('notify_message')
        .select(['ladder_id', (eb) => eb.fn.countAll<number>().as('count')])
        .where('ladder_id', 'is not', null)
        .groupBy('ladder_id')
        .execute();
      for (const { count } of written) expect(count).toBeLessThanOrEqual(steps.length);
      // Nobody is forgotten: every alert nobody took on is on a ladder, and once it was climbed to its end, was told.
      fails = false;
      for (let more = 0; more < 6; more += 1) {
        clock.ms += 65 * 60_000;
        await service.look();
      }
      const open = await registry.db.selectFrom('alert').select('id').where('state', '=', 'new').execute();
      const items = await registry.db
        .selectFrom('notify_item')
        .select('alert_id')
        .where('change', 'like', 'step-%')
        .execute();
      const said = new Set(items.map(({ alert_id: id }) => id));
      for (const { id } of open) expect(said.has(id)).toBe(true);
      await registry.close();
    }),
    { numRuns: Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 15) },
  );
});
