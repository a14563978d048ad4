/**
 * `npm run bench -- indicators-register`: a file of a million indicators on its way: read and staged, taken in by the job,
 * read into the index, and over again. Of each: seconds, CPU time, and the longest turn of the event loop.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { INDICATOR_KINDS } from '../../collector/indicator/indicator.ts';
import { type Registry, openRegistry } from '../../collector/registry/database.ts';
import { IMPORT_KIND } from '../../collector/registry/indicator/import-job.ts';
import { findJob } from '../../collector/registry/jobs.ts';
import { indicatorDesk } from '../../collector/services/indicators/indicator-desk.ts';
import { Hindsight } from '../../collector/services/indicators/indicator-hindsight.ts';
import { indicatorJobs } from '../../collector/services/indicators/indicator-jobs.ts';
import { IndicatorService } from '../../collector/services/indicators/indicator-service.ts';
import { JobRunner } from '../../collector/services/jobs/job-runner.ts';
import type { HindsightStore } from '../../collector/store/hindsight-store.ts';
import { rssMb } from './cpu.ts';
import { Maker } from './indicators.ts';

const RESOLUTION_MS = 5;
const DAY_MS = 86_400_000;
const SCOPE = { kind: 'all' } as const;
/** Of a file at most: `INDICATOR_LIMITS.fileBytesMax`. */
const FILE_ROWS = 500_000;
const NO_HISTORY: HindsightStore = {
  values: async () => [],
  events: async () => ({ events: [], hasMore: false }),
};

interface Measured {
  seconds: number;
  cpuSeconds: number;
  stallMsMax: number;
  /** The same in CPU time of the thread: what is left of it when nobody else wants the processor. */
  stallCpuMsMax: number;
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let stallCpuMsMax = 0;
  let cpuMs = threadCpuMs();
  const probe = setInterval(() => {
    const nowMs = threadCpuMs();
    stallCpuMsMax = Math.max(stallCpuMsMax, nowMs - cpuMs);
    cpuMs = nowMs;
  }, 1);
  const cpuFrom = process.cpuUsage();
  const startMs = performance.now();
  delay.enable();
  await work();
  delay.disable();
  clearInterval(probe);
  const { user, system } = process.cpuUsage(cpuFrom);
  return {
    seconds: (performance.now() - startMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    stallMsMax: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    stallCpuMsMax,
  };
}

/** Half of them hold for a day only. */
function file(make: Maker, count: number): Uint8Array {
  const lines = ['type,value,valid_until'];
  const until = new Date(Date.now() + DAY_MS).toISOString();
  for (let at = 0; at < count; at += 1) {
    const kind = INDICATOR_KINDS[at % INDICATOR_KINDS.length] ?? 'ip';
    lines.push(`${kind},"${make.value(kind)}",${at % 2 === 0 ? until : ''}`);
  }
  return new TextEncoder().encode(lines.join('\n'));
}

function runnerOf(registry: Registry): JobRunner {
  return new JobRunner({
    registry,
    kinds: indicatorJobs(registry, {
      hindsight: new Hindsight(registry, NO_HISTORY, () => undefined),
      onChanged: () => undefined,
      lookBackDays: 30,
    }),
    onProgress: () => undefined,
    onFault: (error) => process.stderr.write(`${String(error)}\n`),
  });
}

function serviceOf(registry: Registry): IndicatorService {
  return new IndicatorService({
    registry,
    seed: randomInt(2 ** 32),
    onMatches: () => undefined,
    onHeld: () => undefined,
    onFigures: () => undefined,
    onAlerts: () => undefined,
    onFault: (_what, error) => {
      throw error;
    },
  });
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      count: { type: 'string', default: '1000000' },
    },
  });
  const count = Number(values.count);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  let lateMs = 0;
  const now = (): number => Date.now() + lateMs;
  const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite'), now });
  const runner = runnerOf(registry);
  try {
    const make = new Maker(1);
    const desk = indicatorDesk({ registry, look: () => Promise.resolve() });
    const uploads: string[] = [];
    const files = Array.from({ length: Math.ceil(count / FILE_ROWS) }, (_, at) =>
      file(make, Math.min(FILE_ROWS, count - at * FILE_ROWS)),
    );
    const defaults = { source: 'bench', confidence: 50, validUntilMs: null, tlp: null };
    const stage = await measured(async () => {
      for (const bytes of files) {
        const { uploadId } = await desk.stageFile({ bytes, form: 'csv', defaults }, 'bench');
        if (uploadId !== undefined) uploads.push(uploadId);
      }
    });
    const jobs: string[] = [];
    const taken = await measured(async () => {
      for (const uploadId of uploads) {
        const params = { uploadId, name: 'bench.csv', actor: 'bench' };
        const wanted = { params, reason: 'bench', agencyId: 1 };
        const { id } = await runner.request(IMPORT_KIND, wanted, { actor: 'bench', scope: SCOPE });
        jobs.push(id);
      }
      await runner.settled();
    });
    const states = await Promise.all(jobs.map(async (id) => (await findJob(registry.db, id, SCOPE)).state));
    globalThis.gc?.();
    const before = rssMb(process.pid);
    const service = serviceOf(registry);
    const load = await measured(() => service.start());
    const { indicators, bytes } = service.figures;
    globalThis.gc?.();
    const rss = rssMb(process.pid) - before;
    lateMs = 2 * DAY_MS;
    const expire = await measured(() => service.look());
    const told = {
      states,
      indicators,
      left: service.figures.indicators,
      bytesPerIndicator: bytes / indicators,
      rssMb: rss,
      stage,
      taken,
      load,
      expire,
    };
    await service.stop();
    process.stdout.write(`${JSON.stringify(told)}\n`);
  } finally {
    await runner.stop();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}
