/** From the register to events: what is matched by follows what people change, and too much of one is throttled. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShapedEvent } from '../../../rules/sigma/index.ts';
import { IndicatorService } from '../../../collector/services/indicators/indicator-service.ts';
import type { Indicator } from '../../../collector/indicator/indicator.ts';
import { THROTTLE } from '../../../collector/indicator/match-throttle.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { importIndicators } from '../../../collector/registry/indicator/import-indicators.ts';
import {
  changeIndicator,
  restoreIndicator,
  retireIndicator,
} from '../../../collector/registry/indicator/indicator-acts.ts';
import { readIndicator } from '../../../collector/registry/indicator/stored.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const HOUR_MAX = 3;
let registry: Registry;
let clock: TestClock;
let service: IndicatorService;
const told = { matches: 0, held: 0, alerts: [] as string[] };

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  Object.assign(told, { matches: 0, held: 0, alerts: [] });
  service = new IndicatorService({
    registry,
    seed: 7,
    hourMax: HOUR_MAX,
    onMatches: (count) => (told.matches += count),
    onHeld: (count) => (told.held += count),
    onFigures: () => undefined,
    onAlerts: (ids) => told.alerts.push(...ids),
    onFault: (_what, error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await service.stop();
  await registry.close();
});

const take = (...values: (readonly [string, Partial<Indicator>?])[]) =>
  registry.db.transaction().execute((trx) =>
    importIndicators(
      trx,
      values.map(([value, more]) => ({
        kind: 'domain',
        value,
        source: 'feed',
        confidence: 60,
        validUntilMs: null,
        tlp: null,
        tags: [],
        description: '',
        ...more,
      })),
      { actor: 'user:lan', nowMs: clock.ms },
    ),
  );

const seen = (name: string, agentId = 'a1') =>
  service.match(ShapedEvent.from<FieldValue>({ 'dns.question.name': name }), clock.ms, agentId);

describe('events', () => {
  it('are matched by what the register holds at the start, and by what changes after', async () => {
    await take(['a.example', { confidence: 10 }], ['over.example', { validUntilMs: clock.ms + 1_000 }]);
    clock.ms += 1_000;
    await service.start();
    expect(seen('www.a.example')).toMatchObject([{ id: 1, value: 'a.example', confidence: 10 }]);
    expect(seen('over.example')).toEqual([]);
    expect(service.figures.indicators).toBe(1);

    await take(['b.example', { validUntilMs: clock.ms + 5_000 }]);
    await changeIndicator(registry, { id: 1 }, { confidence: 90 }, 'user:lan');
    expect(seen('b.example')).toEqual([]);
    await service.look();
    expect(seen('a.example')).toMatchObject([{ confidence: 90 }]);
    expect(seen('b.example')).toMatchObject([{ id: 3 }]);
    clock.ms += 5_000;
    expect(seen('b.example')).toEqual([]);

    await retireIndicator(registry, { id: 1 }, 'wrong', 'user:lan');
    await service.look();
    expect(seen('a.example')).toEqual([]);
    await restoreIndicator(registry, { id: 1 }, 'right', 'user:lan');
    await service.look();
    expect(seen('a.example')).toHaveLength(1);
  });

  it('are matched by all of a page and more, and by a register that is older than what was seen', async () => {
    await service.start();
    for (const part of [0, 1, 2])
      await take(...Array.from({ length: 900 }, (_, n) => [`d${part * 900 + n}.example`] as const));
    await service.look();
    expect(service.figures).toMatchObject({ indicators: 2_700, changeNo: 3 });
    expect(seen('d2699.example')).toHaveLength(1);
    await registry.db.updateTable('indicator_clock').set({ change_no: 1 }).execute();
    await registry.db.deleteFrom('indicator').where('change_no', '>', 1).execute();
    await service.look();
    expect(service.figures).toMatchObject({ indicators: 900, changeNo: 1 });
    expect(seen('d2699.example')).toEqual([]);
  });
});

describe('an indicator that shows too much', () => {
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('is throttled to each host once a day, says so once, and is let go by a person', async () => {
    await take(['cdn.example']);
    await service.start();
    for (let event = 0; event < HOUR_MAX; event += 1) expect(seen('cdn.example')).toHaveLength(1);
    expect(seen('cdn.example')).toHaveLength(1);
    await until(() => told.alerts.length > 0);
    expect(await readIndicator(registry.db, 1)).toMatchObject({ throttledMs: clock.ms });
    expect(seen('cdn.example')).toEqual([]);
    expect(seen('cdn.example', 'a2')).toHaveLength(1);
    expect(seen('cdn.example', 'a2')).toEqual([]);
    expect(told).toMatchObject({ matches: HOUR_MAX + 2, held: 2 });
    await service.look();
    clock.ms += THROTTLE.hostAgainMs;
    expect(seen('cdn.example')).toHaveLength(1);
    const [alert] = await registry.db
      .selectFrom('alert')
      .select(['rule_id', 'message'])
      .where('id', 'in', told.alerts)
      .execute();
    expect(alert).toMatchObject({ rule_id: 'house-indicator-throttled' });
    expect(alert?.message).toContain('cdn.example');

    await restoreIndicator(registry, { id: 1 }, 'it is right', 'user:lan');
    await service.look();
    for (let event = 0; event < HOUR_MAX; event += 1) expect(seen('cdn.example')).toHaveLength(1);
    expect(told.alerts).toHaveLength(1);
  });

  it('stays throttled after a restart', async () => {
    await take(['cdn.example']);
    await registry.db.updateTable('indicator').set({ throttled_ms: 1 }).execute();
    await service.start();
    expect(seen('cdn.example')).toHaveLength(1);
    expect(seen('cdn.example')).toEqual([]);
  });
});
