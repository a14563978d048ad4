/**
 * The correlator alone: pushes per second of CPU time, bytes per in-window entry and per small group.
 * `npx node --expose-gc scripts/bench/correlation.ts [--json]`; each lane is measured in this one process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import type { Correlator, Engine } from '../../rules/sigma/index.ts';
import { corpusFolder } from './sigma-lanes.ts';

/** One line of the bench. What a lane does not measure is left out. */
export interface CorrelationLane {
  name: string;
  pushes: number;
  pushesPerSecond?: number;
  bytesPerEntry?: number;
  bytesPerGroup?: number;
}

export interface CorrelationBenchOptions {
  /** Folder with `correlation.yml` and `correlation.ndjson.gz`; its lane is left out where it is absent. */
  lanes?: string | undefined;
  /** Pushes of a timed lane. */
  pushes?: number | undefined;
  /** Entries held by a memory lane. */
  entries?: number | undefined;
}

interface Push {
  match: { rule: { id: string } };
  event: Readonly<Record<string, unknown>>;
}

const DISTINCT = 1_800;
/** Few enough that reading them is not what is measured: in life an event was parsed a moment ago. */
const EVENTS = 20_000;
const START_MS = 1_700_000_000_000;

/** [type, what stands in its condition beside the default] */
const TYPES: readonly (readonly [type: string, condition: string])[] = [
  ['event_count', '{gte: 4}'],
  ['value_count', '{field: SourceIP, gte: 10}'],
  ['value_sum', '{field: BytesOut, gt: 50000}'],
  ['value_percentile', '{field: BytesOut, percentile: 95, gt: 5000}'],
  ['regular_count', '{spread: 25, gte: 12}'],
  ['temporal', '{gte: 2}'],
  ['temporal_ordered', '{gte: 2}'],
];

function engineOf(type: string, condition: string): Engine {
  const rules = type.startsWith('temporal') ? 'failure, success' : 'failure';
  const text = ['failure', 'success']
    .map((id) => `title: ${id}\nid: ${id}\ndetection: {s: {k: ${id}}, condition: s}\n---\n`)
    .join('');
  const body = `{type: ${type}, rules: [${rules}], group-by: [User], timespan: 5m, condition: ${condition}}`;
  return compile([
    parseRules(`${text}title: K\nid: k\ncorrelation: ${body}\n`, { source: 'correlation bench' }),
  ]);
}

/** Numbers in [0, below) that are the same in every run. */
function generator(): (below: number) => number {
  let state = 0x9e3779b9;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Parsed afresh, so that equal texts are not one object, as in life. */
function generated(count: number, groups: number): Push[] {
  const next = generator();
  return Array.from({ length: count }, (): Push => {
    const address = next(DISTINCT);
    const event = {
      EventType: 'authentication_failure',
      User: `user-${String(next(groups)).padStart(6, '0')}`,
      SourceIP: `198.51.${String(address >> 8)}.${String(address & 255)}`,
      Computer: `auth-${String(next(20)).padStart(2, '0')}`,
      BytesOut: 500 + next(4_000),
      product: 'windows',
      category: 'authentication',
    };
    return {
      match: { rule: { id: next(10) === 0 ? 'success' : 'failure' } },
      event: JSON.parse(JSON.stringify(event)) as Push['event'],
    };
  });
}

/** How the event's name grows in a collector: agent, epoch, lane, sequence number. */
function refOf(index: number): string {
  const agent = index % 500;
  return `agent-0000-4000-8000-00000000${String(agent).padStart(4, '0')}/0123456789abcdef/0/${String(1_000_000 + index)}`;
}

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** How the pushes of a lane differ from each other, by their number. */
interface Variation {
  /** Milliseconds behind the steady clock. */
  offset?: (index: number) => number;
  ref?: (index: number) => string | undefined;
}

function pushAll(
  correlator: Correlator,
  list: readonly Push[],
  stepMs: number,
  rounds: number,
  { offset = () => 0, ref = () => undefined }: Variation = {},
): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, { match, event }] of list.entries()) {
      const index = round * list.length + at;
      correlator.push(match, event, START_MS + index * stepMs - offset(index), ref(index));
    }
  }
}

function timed(
  name: string,
  engine: Engine,
  list: readonly Push[],
  stepMs: number,
  pushes: number,
  variation?: Variation,
): CorrelationLane {
  const rounds = Math.max(1, Math.round(pushes / list.length));
  // The first run warms up.
  pushAll(engine.correlator(), list, stepMs, Math.max(1, rounds >> 1), variation);
  const seconds = cpuSeconds(() => pushAll(engine.correlator(), list, stepMs, rounds, variation));
  return { name, pushes: rounds * list.length, pushesPerSecond: (rounds * list.length) / seconds };
}

function heldBytes(): number {
  // Twice: what the first frees may hold buffers that only the second gives back.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

function held(
  fill: (correlator: Correlator) => void,
  engine: Engine,
): { bytes: number; entries: number; groups: number } {
  const before = heldBytes();
  const correlator = engine.correlator({ entriesTotalMax: 100_000_000, groupsMax: 10_000_000 });
  fill(correlator);
  const after = heldBytes();
  const { entries, groups } = correlator.stats();
  return { bytes: after - before, entries, groups };
}

function memoryLane(
  name: string,
  type: string,
  condition: string,
  entries: number,
  ref: (index: number) => string | undefined,
  change: (index: number) => object = () => ({}),
): CorrelationLane {
  const list = generated(EVENTS, 100);
  const { bytes, entries: kept } = held(
    (correlator) => {
      // Parsed per push, so that what is kept is not the list's.
      for (let index = 0; index < entries; index += 1) {
        const { match, event } = list[index % list.length] ?? { match: { rule: { id: '' } }, event: {} };
        const own = JSON.parse(JSON.stringify({ ...event, ...change(index) })) as Push['event'];
        correlator.push(match, own, START_MS + index * 0.1, ref(index));
      }
    },
    engineOf(type, condition),
  );
  return { name: `memory ${name}`, pushes: entries, bytesPerEntry: bytes / kept };
}

function groupLane(type: string, condition: string): CorrelationLane {
  const groups = 10_000;
  const { bytes, groups: kept } = held(
    (correlator) => {
      for (let index = 0; index < groups * 3; index += 1) {
        const user = `user-${String(index % groups).padStart(6, '0')}`;
        const event = { User: user, SourceIP: `198.51.100.${String(index % 250)}`, BytesOut: index };
        const own = JSON.parse(JSON.stringify(event)) as Push['event'];
        correlator.push({ rule: { id: 'failure' } }, own, START_MS + index * 5);
      }
    },
    engineOf(type, condition),
  );
  return { name: `10,000 groups of 3, ${type}`, pushes: groups * 3, bytesPerGroup: bytes / kept };
}

/** The public rules and events of the same name, when they are there. */
function publicLane(folder: string, pushes: number): CorrelationLane[] {
  const rules = `${folder}/correlation.yml`;
  const events = `${folder}/correlation.ndjson.gz`;
  if (!existsSync(rules) || !existsSync(events)) return [];
  const engine = compile([parseRules(readFileSync(rules, 'utf8'), { source: rules })]);
  const list = gunzipSync(readFileSync(events))
    .toString('utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const event = JSON.parse(line) as Push['event'];
      return engine.match(event, { category: 'authentication' }).map((match): Push => ({ match, event }));
    });
  return [timed('public lane, four correlations', engine, list, 30, pushes)];
}

/** Measures every lane; memory only where the process may collect garbage (`--expose-gc`). */
export function* correlationLanes({
  lanes,
  pushes = 1_000_000,
  entries = 1_000_000,
}: CorrelationBenchOptions = {}): Generator<CorrelationLane> {
  if (lanes !== undefined) yield* publicLane(lanes, pushes);
  for (const [type, condition] of TYPES) {
    for (const [groups, stepMs] of [
      [1, 100],
      [100, 10],
      [10_000, 1],
    ] as const) {
      const list = generated(EVENTS, groups);
      yield timed(`${type}, ${String(groups)} groups`, engineOf(type, condition), list, stepMs, pushes);
    }
  }
  const next = generator();
  const list = generated(EVENTS, 100);
  for (const [type, condition] of TYPES.slice(0, 2))
    yield timed(`${type}, 100 groups, with refs`, engineOf(type, condition), list, 10, pushes, {
      ref: refOf,
    });
  for (const [type, condition] of TYPES) {
    // Every second event comes up to two seconds late.
    const offset = (index: number): number => (index % 2 === 0 ? 0 : next(2_000));
    yield timed(`${type}, 100 groups, out of order`, engineOf(type, condition), list, 10, pushes, { offset });
  }
  const one = generated(EVENTS, 1);
  for (const [type, condition] of TYPES.slice(0, 2)) {
    const storm = (): number => next(250_000);
    yield timed(
      `${type}, 1 group of 10,000, all out of order`,
      engineOf(type, condition),
      one,
      10,
      pushes / 20,
      { offset: storm },
    );
  }
  if (globalThis.gc === undefined) return;
  for (const [type, condition] of TYPES) yield memoryLane(type, type, condition, entries, () => undefined);
  for (const [type, condition] of TYPES)
    yield memoryLane(`${type} with refs`, type, condition, entries, refOf);
  for (const [type, condition] of TYPES.slice(1, 2)) {
    const change = (index: number): object => ({ SourceIP: `host-${String(index)}` });
    yield memoryLane(`${type}, no value twice`, type, condition, entries, () => undefined, change);
  }
  for (const [type, condition] of TYPES.slice(0, 1)) {
    const random = (index: number): string => `${refOf(index)}/${String(index)}-`;
    yield memoryLane(`${type}, refs without a number behind`, type, condition, entries, random);
  }
  for (const [type, condition] of TYPES) yield groupLane(type, condition);
}

/** One line, for people. */
export function formatLane({
  name,
  pushes,
  pushesPerSecond,
  bytesPerEntry,
  bytesPerGroup,
}: CorrelationLane): string {
  const figures = [
    pushesPerSecond === undefined ? [] : [`${Math.round(pushesPerSecond).toLocaleString('en')} pushes/s`],
    bytesPerEntry === undefined ? [] : [`${bytesPerEntry.toFixed(1)} bytes per in-window entry`],
    bytesPerGroup === undefined ? [] : [`${bytesPerGroup.toFixed(0)} bytes per group`],
  ].flat();
  return `${name.padEnd(44)} ${String(pushes).padStart(9)} pushes  ${figures.join(', ')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const json = process.argv.includes('--json');
  const lanes = join(corpusFolder(), 'events/lanes');
  for (const lane of correlationLanes({ lanes }))
    process.stdout.write(`${json ? JSON.stringify(lane) : formatLane(lane)}\n`);
}
