/**
 * `npm run bench -- agent`: what the bundled agent costs a host. A real collector, the agent as it is shipped, real files:
 * at rest with its default settings, under 1,000 log lines a second, from a written line to the agent's acknowledgement,
 * and with 100,000 files watched. The last line is JSON with `--json`; `--memory` says what the memory at rest is.
 */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleAgent } from '../package/bundle.ts';
import { prepareJoinToken, startCollectorProcess } from '../simulate/collector-process.ts';
import { measureIntegrity } from './agent-integrity.ts';
import { BundledAgent } from './bundled-agent.ts';
import { measureIdle, measureLoad, measureLatency, measureWatched } from './agent-phases.ts';
import type { Spread } from './agent-phases.ts';
import { MEMORY_PARTS } from './memory-map.ts';

/** What the product promises. */
const GOALS: Readonly<Record<string, { max?: number; min?: number }>> = {
  idleRssMb: { max: 70 },
  loadRssMb: { max: 90 },
  loadCpuPercent: { max: 2 },
  lineToAckP99Ms: { max: 1_500 },
  baselineRatio: { min: 0.8 },
  watchedRssMb: { max: 120 },
};

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '30' },
      eps: { type: 'string', default: '1000' },
      files: { type: 'string', default: '100000' },
      /** Phases left out, by comma. */
      without: { type: 'string', default: '' },
    },
  });
  const seconds = Number(values.seconds);
  const eps = Number(values.eps);
  const without = new Set(values.without.split(','));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-agent-bench-'));
  const say = (text: string): void => {
    if (!values.json) process.stdout.write(`${text}\n`);
  };
  const figures: Record<string, number> = {};
  const spreads: Record<string, Spread> = {};
  const note = (name: string, value: number, spread?: Spread): void => {
    figures[name] = Number(value.toFixed(3));
    if (spread !== undefined) spreads[name] = spread;
    const { max, min } = GOALS[name] ?? {};
    const goal =
      max === undefined ? (min === undefined ? '' : ` (goal: at least ${min})`) : ` (goal: at most ${max})`;
    const range =
      spread === undefined
        ? ''
        : `, ${spread.min.toFixed(2)} to ${spread.max.toFixed(2)} in ${spread.samples} samples`;
    say(`  ${name.padEnd(18)} ${value.toFixed(2)}${goal}${range}`);
  };
  const bundle = await bundleAgent(path.join(folder, 'bundle'));
  const bytes = bundle.files.reduce((sum, file) => sum + file.bytes, 0);
  say(`bundle: ${(bytes / 1_048_576).toFixed(2)} MiB in ${bundle.files.length} files`);
  const dataDir = path.join(folder, 'collector');
  const token = await prepareJoinToken(dataDir, 10);
  const collector = await startCollectorProcess({
    dataDir,
    listen: '127.0.0.1:0',
    env: { VONGGAC_LOG_LEVEL: 'warn' },
  });
  const agents: BundledAgent[] = [];
  const agent = async (name: string): Promise<BundledAgent> => {
    const stateDir = path.join(folder, name);
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const made = new BundledAgent(bundle.entry, stateDir);
    agents.push(made);
    await made.enrol(collector.url, token);
    return made;
  };
  try {
    if (!without.has('idle')) {
      say('at rest, with the default settings:');
      const idle = await measureIdle(await agent('idle'), seconds);
      note('idleRssMb', idle.rssMb.median, idle.rssMb);
      note('idleCpuPercent', idle.cpuPercent);
      if (values.memory) for (const part of MEMORY_PARTS) note(`idleMb.${part}`, idle.memory[part]);
    }
    if (!without.has('load')) {
      say(`under ${eps} lines a second:`);
      const load = await measureLoad(await agent('load'), { seconds, eps, folder });
      note('loadRssMb', load.rssMb.median, load.rssMb);
      note('loadCpuPercent', load.cpuPercent.median, load.cpuPercent);
      note('loadEventsPerSecond', load.eventsPerSecond);
    }
    if (!without.has('latency')) {
      say(`from a written line to the acknowledgement, ${eps} lines a second:`);
      const latency = await measureLatency(await agent('latency'), { seconds, eps, folder });
      note('lineToAckP50Ms', latency.p50Ms);
      note('lineToAckP99Ms', latency.p99Ms);
      note('lineToAckMaxMs', latency.maxMs);
    }
    if (!without.has('integrity')) {
      const files = Number(values.files);
      say(`${files} files:`);
      const root = path.join(folder, 'files');
      await mkdir(root);
      const integrity = await measureIntegrity({ files, root });
      note('baselineRatio', integrity.ratio);
      note('baselineCpuRatio', integrity.cpuRatio);
      note('baselineSeconds', integrity.baselineSeconds);
      note('floorSeconds', integrity.floorSeconds);
      const watched = await measureWatched(await agent('watched'), path.join(root, 'tree'));
      note('watchedRssMb', watched.rssMb.median, watched.rssMb);
      note('watchedBaselineSeconds', watched.baselineSeconds);
    }
  } finally {
    for (const each of agents) await each.stop();
    await collector.stop();
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ ...figures, bundleMb: bytes / 1_048_576, spreads })}\n`);
}
