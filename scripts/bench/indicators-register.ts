/** `npm run bench -- indicators-register`: a register of a million in a file, read into the index beside the event loop. */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { IndicatorService } from '../../collector/services/indicators/indicator-service.ts';
import { INDICATOR_KINDS } from '../../collector/indicator/indicator.ts';
import { openRegistry } from '../../collector/registry/database.ts';
import { importIndicators } from '../../collector/registry/indicator/import-indicators.ts';
import { rssMb } from './cpu.ts';
import { Maker } from './indicators.ts';

const CHUNK = 1_000;
const RESOLUTION_MS = 5;

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
  const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite') });
  try {
    const make = new Maker(1);
    const importFrom = process.cpuUsage();
    for (let from = 0; from < count; from += CHUNK) {
      const chunk = Array.from({ length: Math.min(CHUNK, count - from) }, (_, at) => {
        const kind = INDICATOR_KINDS[(from + at) % INDICATOR_KINDS.length] ?? 'ip';
        const facts = {
          source: 'bench',
          confidence: 50,
          validUntilMs: null,
          tlp: null,
          tags: [],
          description: '',
        };
        return { kind, value: make.value(kind), ...facts };
      });
      await registry.db
        .transaction()
        .execute((trx) => importIndicators(trx, chunk, { actor: 'bench', nowMs: 1 }));
    }
    const imported = process.cpuUsage(importFrom);
    globalThis.gc?.();
    const before = rssMb(process.pid);
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    const loadFrom = process.cpuUsage();
    const startMs = performance.now();
    const service = new IndicatorService({
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
    await service.start();
    const loaded = process.cpuUsage(loadFrom);
    const loadMs = performance.now() - startMs;
    const { indicators, bytes } = service.figures;
    globalThis.gc?.();
    const told = {
      indicators,
      importCpuSeconds: (imported.user + imported.system) / 1e6,
      loadSeconds: loadMs / 1_000,
      loadCpuSeconds: (loaded.user + loaded.system) / 1e6,
      stallMsMax: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
      bytesPerIndicator: bytes / indicators,
      rssMb: rssMb(process.pid) - before,
    };
    await service.stop();
    process.stdout.write(`${JSON.stringify(told)}\n`);
  } finally {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}
