/** The governor of a running agent, over the real machine. */
import os from 'node:os';
import type { Clock } from '../clock.ts';
import type { GovernorConfig } from '../governor-config.ts';
import type { Spool } from '../spool/spool.ts';
import { collectGarbage } from './collect-garbage.ts';
import { ProcessCostReader } from './cost-reader.ts';
import { Governor } from './governor.ts';
import { readPause } from './pause-file.ts';
import { isOnBattery } from './power.ts';

/** Run from its sources, the agent carries the compiler that strips their types; the budget is that of the product. */
const FROM_SOURCE_MB = import.meta.filename.endsWith('.ts') ? 60 : 0;

export interface MakeGovernorOptions {
  config: GovernorConfig;
  stateDir: string;
  spool: Spool;
  clock: Clock;
  signal: AbortSignal;
}

export function makeGovernor({ config, stateDir, spool, clock, signal }: MakeGovernorOptions): Governor {
  return new Governor({
    config: { ...config, rssMbMax: config.rssMbMax + FROM_SOURCE_MB },
    cores: os.availableParallelism(),
    clock,
    cost: new ProcessCostReader({ monotonicMs: () => clock.monotonicMs() }),
    onBattery: isOnBattery,
    pause: (nowMs) => readPause(stateDir, nowMs),
    reliefs: [
      { name: 'page cache of the spool', relieve: () => spool.releaseMemory() },
      { name: 'garbage of the JavaScript engine', relieve: collectGarbage },
    ],
    signal,
  });
}
