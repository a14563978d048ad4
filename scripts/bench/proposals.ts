/**
 * Proposals of cases over a full queue: how long the answer takes, first and again, and how long nothing else ran
 * meanwhile. `flood` is one attacker's: alike alerts of five hosts, all of which share an account and an address.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { viewChain } from '../../collector/api/chain-view.ts';
import type { Detection } from '../../collector/alert/detection.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { applyProjection } from '../../collector/registry/projection.ts';
import { ChainDesk } from '../../collector/services/cases/chain-desk.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { startTestEngine } from '../../test/contract/store-engine.ts';
import { detectionOf, EACH_AN_ALERT } from './stored-alerts.ts';

const ALL = { kind: 'all' } as const;
const BATCH = 2_000;
const RESOLUTION_MS = 5;
const EPOCH = 'ab'.repeat(16);

/** Of so many hosts, accounts and addresses. */
const SHAPES = {
  queue: { hosts: 800, users: 400, addresses: 150 },
  flood: { hosts: 5, users: 1, addresses: 1 },
} as const;
type Shape = keyof typeof SHAPES;

interface Made {
  detection: Detection;
  row: EventRow;
}

function make(n: number, shape: Shape, nowMs: number): Made {
  const { hosts, users, addresses } = SHAPES[shape];
  const host = n % hosts;
  const agentId = `agent-${host}`;
  const hostname = `pc-${host}`;
  const fields = {
    User: `MINHHOA\\u${n % users}`,
    IpAddress: `203.0.113.${n % addresses}`,
    Image: `C:\\Users\\Public\\tool-${n % 700}.exe`,
    ProcessGuid: `{11111111-2222-3333-4444-${String(n % 5_000).padStart(12, '0')}}`,
  };
  const timeMs = nowMs - ((n * 7_919) % 100_000) * 864;
  const detection: Detection = {
    ...detectionOf(n, [1], nowMs),
    entity: { n: String(n) },
    timeMs,
    eventId: `${agentId}/${EPOCH}/0/${n}`,
    agentId,
    hostname,
    matched: { User: fields.User },
  };
  return {
    detection,
    row: {
      agentId,
      epoch: EPOCH,
      lane: 0,
      seq: n,
      hostname,
      agencyId: 1,
      channel: 'log/windows',
      origin: '',
      readHour: Math.floor(timeMs / 3_600_000),
      hits: [],
      event: {
        timeMs,
        logsources: [{ product: 'windows', category: 'process_creation' }],
        columns: { user_name: fields.User },
        fields: ShapedEvent.from(fields),
        message: fields.Image,
        parsed: true,
      },
    },
  };
}

async function fill(registry: Registry, store: ClickHouseStore, alerts: number, shape: Shape): Promise<void> {
  const nowMs = registry.now();
  for (let from = 0, batch = 1; from < alerts; from += BATCH, batch += 1) {
    const made = Array.from({ length: Math.min(BATCH, alerts - from) }, (_, n) =>
      make(from + n, shape, nowMs),
    );
    const detections = made.map(({ detection }) => detection);
    const rest = { correlations: [], lateTimes: [], nowMs, policy: EACH_AN_ALERT };
    await applyProjection(registry.db, { afterBatch: batch - 1, batch, detections, ...rest });
    await store.insert({ batch, receivedMs: nowMs, rows: made.map(({ row }) => row) });
  }
}

/** As the API answers: proposals with their alerts. */
async function answer(registry: Registry, desk: ChainDesk) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const begun = performance.now();
  const found = await desk.propose(ALL);
  for (const { chain } of found.chains) await viewChain(registry, chain);
  const ms = performance.now() - begun;
  await sleep(RESOLUTION_MS * 4);
  delay.disable();
  return {
    ms: Math.round(ms),
    stallMs: Math.round(Math.max(0, delay.max / 1e6 - RESOLUTION_MS)),
    considered: found.considered,
    proposals: found.chains.length,
    longest: Math.max(0, ...found.chains.map(({ chain }) => chain.members.length + chain.untold.length)),
  };
}

async function measure(alerts: number, shape: Shape) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  const engine = await startTestEngine();
  const store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite') });
  try {
    await fill(registry, store, alerts, shape);
    const desk = new ChainDesk(registry.db, (names, span) => store.findAll(names, span));
    return { alerts, shape, first: await answer(registry, desk), again: await answer(registry, desk) };
  } finally {
    await registry.close();
    await store.close();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, alerts: { type: 'string', default: '1000,10000' } },
  });
  const results = [];
  for (const alerts of values.alerts.split(',').map(Number))
    for (const shape of ['queue', 'flood'] as const) results.push(await measure(alerts, shape));
  if (values.json) return void process.stdout.write(`${JSON.stringify(results)}\n`);
  for (const { alerts, shape, ...rounds } of results) {
    for (const [round, told] of Object.entries(rounds))
      process.stdout.write(
        `${String(alerts).padStart(7)} ${shape.padEnd(6)} ${round.padEnd(6)} ${told.ms} ms, others waited ${told.stallMs} ms at most; ${told.considered} looked at, ${told.proposals} proposals, the longest of ${told.longest}\n`,
      );
  }
}
