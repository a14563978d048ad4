/** `npm run bench -- hindsight`: new indicators over stored events of the lanes, as the job looks for them. */
import { parseArgs } from 'node:util';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { Hindsight, HINDSIGHT_KIND } from '../../collector/services/indicators/indicator-hindsight.ts';
import { indicatorJobs } from '../../collector/services/indicators/indicator-jobs.ts';
import { INDICATOR_KINDS } from '../../collector/indicator/indicator.ts';
import { JobRunner } from '../../collector/services/jobs/job-runner.ts';
import { openRegistry } from '../../collector/registry/database.ts';
import { importIndicators } from '../../collector/registry/indicator/import-indicators.ts';
import { findJob } from '../../collector/registry/jobs.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { startTestEngine } from '../../test/contract/store-engine.ts';
import { cpuMicros } from './cpu.ts';
import { LANES, Maker } from './indicators.ts';

const BATCH = 20_000;
const DAYS = 10;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 10, 1);
const SCOPE = { kind: 'all' } as const;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      events: { type: 'string', default: '10000000' },
      count: { type: 'string', default: '10000' },
    },
  });
  const events = Number(values.events);
  const count = Number(values.count);
  const engine = await startTestEngine();
  const store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  const registry = await openRegistry({ file: ':memory:' });
  try {
    const make = new Maker(2);
    const lanes = Object.values(LANES);
    for (let from = 0; from < events; from += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, events - from) }, (_, at): EventRow => {
        const number = from + at;
        return {
          agentId: `agent-${number % 500}`,
          epoch: 'e',
          lane: 0,
          seq: number,
          hostname: `pc-${number % 500}`,
          agencyId: 1,
          channel: 'log/bench',
          origin: '',
          readHour: 0,
          hits: [],
          event: {
            timeMs: START_MS + Math.floor((number * DAYS * DAY_MS) / events),
            logsources: [],
            columns: {},
            fields: ShapedEvent.from(lanes[number % lanes.length]?.(make) ?? {}),
            message: '',
            parsed: true,
          },
        };
      });
      await store.insert({ batch: from / BATCH + 1, receivedMs: rows[0]?.event.timeMs ?? START_MS, rows });
    }
    const other = new Maker(3);
    const facts = {
      source: 'bench',
      confidence: 50,
      validUntilMs: null,
      tlp: null,
      tags: [],
      description: '',
    };
    const indicators = Array.from({ length: count }, (_, at) => {
      const kind = INDICATOR_KINDS[at % INDICATOR_KINDS.length] ?? 'ip';
      return { kind, value: other.value(kind), ...facts };
    });
    await registry.db
      .transaction()
      .execute((trx) => importIndicators(trx, indicators, { actor: 'bench', nowMs: 1 }));
    const runner = new JobRunner({
      registry,
      kinds: indicatorJobs(registry, {
        hindsight: new Hindsight(registry, store.hindsight, () => undefined),
        onChanged: () => undefined,
        lookBackDays: 0,
      }),
      onProgress: () => undefined,
      onFault: (error) => process.stderr.write(`${String(error)}\n`),
    });
    const params = { fromMs: START_MS, toMs: START_MS + DAYS * DAY_MS, actor: 'bench' };
    const cpuFrom = process.cpuUsage();
    const { pid } = engine.engine;
    const engineFrom = pid === undefined ? 0 : cpuMicros(pid);
    const startMs = performance.now();
    const { id } = await runner.request(
      HINDSIGHT_KIND,
      { params, reason: 'bench', agencyId: 1 },
      { actor: 'bench', scope: SCOPE },
    );
    await runner.settled();
    const seconds = (performance.now() - startMs) / 1_000;
    const cpu = process.cpuUsage(cpuFrom);
    const { state, changed, step } = await findJob(registry.db, id, SCOPE);
    const alerts = await registry.db.selectFrom('alert').select('id').execute();
    await runner.stop();
    const told = {
      events,
      engineCpuSeconds: pid === undefined ? undefined : (cpuMicros(pid) - engineFrom) / 1e6,
      indicators: count,
      state,
      seconds,
      found: changed,
      alerts: alerts.length,
      steps: step,
    };
    process.stdout.write(`${JSON.stringify({ ...told, ownCpuSeconds: (cpu.user + cpu.system) / 1e6 })}\n`);
  } finally {
    await registry.close();
    await store.close();
    await engine.close();
  }
}
