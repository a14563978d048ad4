/**
 * `npm run bench -- ingest`: what the collector costs per event, against bare pipelines over the same frames in the
 * same run. The first floor stores the very same rows without the work that makes them; the second the text alone.
 * Three cases: at a pace, as fast as acknowledged, and many agents with tiny frames (told without a floor's ratio).
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { FloorOptions, FloorResult } from './ingest-floor.ts';
import type { StagesOptions } from './ingest-stages.ts';
import { load, type LoadOptions, type LoadResult } from './ingest-load.ts';
import { makeFrames } from '../../collector/simulate/records.ts';
import { COLLECTOR_NODE_FLAGS } from '../../collector/node-flags.ts';
import { corpusFolder } from './sigma-lanes.ts';

interface Result extends LoadResult {
  case: string;
  /** Of the stored rows, how many in a thousand a rule hit. */
  hitsPerThousand: number;
  floorProcessMicrosPerEvent: number;
  floorEngineMicrosPerEvent: number;
  /** Collector and engine together, against the floor that stores the same rows. */
  ratioToFloor: number;
  textFloorMicrosPerEvent: number;
  ratioToTextFloor: number;
}

/** Makes a folder for `work` and removes it afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function floor(options: Omit<FloorOptions, 'dataDir'>): Promise<FloorResult> {
  return inFolder(async (dataDir) => {
    const script = path.join(import.meta.dirname, 'ingest-floor.ts');
    const child = spawn(process.execPath, [script, JSON.stringify({ ...options, dataDir })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the floor's process ended with ${code}`);
    return JSON.parse(output) as FloorResult;
  });
}

async function measure(
  name: string,
  options: Omit<LoadOptions, 'dataDir' | 'frames'>,
  nowMs: number,
): Promise<Result> {
  const frames = makeFrames(options.frameEvents, nowMs);
  const measured = await inFolder((dataDir) => load({ ...options, frames, dataDir }));
  const common = {
    frameEvents: options.frameEvents,
    agents: options.agents,
    rules: [...options.rules],
    nowMs,
  };
  const { events } = measured;
  const warmUpEvents = Math.round((events * options.warmUpSeconds) / options.seconds);
  const rows = await floor({ ...common, events, warmUpEvents, kind: 'rows' });
  const text = await floor({ ...common, events, warmUpEvents, kind: 'text' });
  const total = measured.collectorMicrosPerEvent + measured.engineMicrosPerEvent;
  const textMicros = text.processMicros + text.engineMicros;
  return {
    case: name,
    ...measured,
    hitsPerThousand: rows.hitsPerThousand,
    floorProcessMicrosPerEvent: rows.processMicros,
    floorEngineMicrosPerEvent: rows.engineMicros,
    ratioToFloor: total / (rows.processMicros + rows.engineMicros),
    textFloorMicrosPerEvent: textMicros,
    ratioToTextFloor: total / textMicros,
  };
}

function describe(r: Result): string {
  const pace =
    r.targetPerSecond === 0 ? 'as fast as acknowledged' : `${r.targetPerSecond} events/s asked for`;
  const fixed = (value: number): string => value.toFixed(1);
  const total = r.collectorMicrosPerEvent + r.engineMicrosPerEvent;
  const floorTotal = r.floorProcessMicrosPerEvent + r.floorEngineMicrosPerEvent;
  return [
    `ingest, ${r.case}: ${r.agents} agents, ${r.frameEvents} events a frame, ${pace}, ${r.seconds} s, ${r.rulesLoaded} rules loaded (${r.rulesRejected} rejected), ${fixed(r.hitsPerThousand)} of 1000 events hit`,
    `  ${r.eventsPerSecond} events/s stored and acknowledged, ${r.lost} lost; ack p50 ${r.ackP50Ms} ms, p99 ${r.ackP99Ms} ms`,
    `  event loop stood still at most ${r.loopMaxMs} ms; median of each second's longest ${r.loopP50Ms} ms`,
    `  CPU per event: collector ${fixed(r.collectorMicrosPerEvent)} + engine ${fixed(r.engineMicrosPerEvent)} = ${fixed(total)} µs`,
    `  floor, parse + Arrow + insert of the same rows: process ${fixed(r.floorProcessMicrosPerEvent)} + engine ${fixed(r.floorEngineMicrosPerEvent)} = ${fixed(floorTotal)} µs; ratio ${r.ratioToFloor.toFixed(2)}`,
    `  floor that stores the text alone: ${fixed(r.textFloorMicrosPerEvent)} µs; ratio ${r.ratioToTextFloor.toFixed(2)}`,
    `  memory: collector ${r.rssMb} MB, engine ${r.engineRssMb} MB`,
  ].join('\n');
}

/** Rules of the corpus, when it is there. */
function corpusRules(): string[] {
  const folder = path.join(corpusFolder(), 'sigma', 'rules');
  return existsSync(folder) ? [folder] : [];
}

/** In a process of its own, run as the collector is. */
function stages(options: StagesOptions, profileDir: string | undefined): void {
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const script = path.join(import.meta.dirname, 'ingest-stages.ts');
  const args = [...COLLECTOR_NODE_FLAGS, ...profile, script, JSON.stringify(options)];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      agents: { type: 'string', default: '50' },
      frame: { type: 'string', default: '100' },
      eps: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '15' },
      'warm-up': { type: 'string', default: '4' },
      case: { type: 'string', multiple: true, default: ['paced', 'unpaced', 'tiny'] },
      'tiny-agents': { type: 'string', default: '1000' },
      rules: { type: 'string', multiple: true },
      profile: { type: 'string' },
      stages: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '9' },
    },
  });
  const common = {
    agents: Number(values.agents),
    frameEvents: Number(values.frame),
    perSecond: Number(values.eps),
    seconds: Number(values.seconds),
    warmUpSeconds: Number(values['warm-up']),
    rules: (values.rules ?? corpusRules())
      .filter((rules) => rules !== 'none')
      .map((rules) => path.resolve(rules)),
    profileDir: values.profile,
  };
  if (values.stages) {
    const { frameEvents, agents, rules, profileDir } = common;
    const rounds = Number(values.rounds);
    stages({ frameEvents, agents, rounds, rules, nowMs: Date.now(), json: values.json }, profileDir);
    return;
  }
  const cases: Readonly<Record<string, Omit<LoadOptions, 'dataDir' | 'frames'>>> = {
    paced: common,
    unpaced: { ...common, perSecond: 0 },
    tiny: { ...common, agents: Number(values['tiny-agents']), frameEvents: 2 },
  };
  for (const name of values.case) {
    const options = cases[name];
    if (options === undefined) throw new Error(`there is no case ${name}: ${Object.keys(cases).join(', ')}`);
    const result = await measure(name, options, Date.now());
    process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  }
}
