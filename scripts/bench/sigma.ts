/**
 * `npm run bench -- sigma`: how fast rules match, as ratios to JSON.parse of the same lines in the same process. Lines are
 * parsed afresh in each round (so no value's hash is known) and matched a few hundred at a time; medians of the rounds are
 * told, and the first round by itself: nothing is compiled or remembered then.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import type { Engine, ParsedRules } from '../../rules/sigma/index.ts';
import { COLLECTOR_NODE_FLAGS } from '../../collector/node-flags.ts';
import { percentile } from './cpu.ts';
import { otherRules } from './sigma-doubled.ts';
import { corpusRules, lanes, unlabelled } from './sigma-lanes.ts';
import type { Lane } from './sigma-lanes.ts';

interface LaneResult {
  lane: string;
  routed: boolean;
  events: number;
  bytesPerEvent: number;
  hits: number;
  /** Medians of the rounds, microseconds per event. */
  parseMicros: number;
  matchMicros: number;
  /** Median of the rounds' ratios. */
  ratio: number;
  firstRatio: number;
}

interface Contest {
  lane: Lane;
  engine: Engine;
  routed: boolean;
  hits: number;
  parse: number[];
  match: number[];
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Lines parsed, then matched, then dropped: as events come and go in a stream. */
const CHUNK = 250;

/** One round: microseconds per event go to the lists. */
function round(contest: Contest): void {
  const { lane, engine, routed } = contest;
  const { lines, route } = lane;
  let hits = 0;
  let parseMs = 0;
  let matchMs = 0;
  for (let from = 0; from < lines.length; from += CHUNK) {
    const parseFrom = performance.now();
    const events = lines
      .slice(from, from + CHUNK)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const matchFrom = performance.now();
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index] ?? {};
      hits += engine.match(event, routed ? route(event, from + index) : undefined).length;
    }
    matchMs += performance.now() - matchFrom;
    parseMs += matchFrom - parseFrom;
  }
  contest.hits = hits;
  contest.parse.push((parseMs * 1000) / lines.length);
  contest.match.push((matchMs * 1000) / lines.length);
}

function resultOf({ lane, routed, hits, parse, match }: Contest): LaneResult {
  const ratios = match.map((micros, index) => micros / (parse[index] ?? Number.NaN));
  const bytes = lane.lines.reduce((sum, line) => sum + line.length, 0);
  return {
    lane: lane.name,
    routed,
    events: lane.lines.length,
    bytesPerEvent: Math.round(bytes / lane.lines.length),
    hits,
    parseMicros: median(parse.slice(1)),
    matchMicros: median(match.slice(1)),
    ratio: median(ratios.slice(1)),
    firstRatio: ratios[0] ?? Number.NaN,
  };
}

/** Rules loaded in a process of their own, run as the collector is: what they take. */
function footprint(): { loadMs: number; heapMb: number; rssMb: number } {
  const script = `${import.meta.dirname}/sigma-footprint.ts`;
  const text = execFileSync(process.execPath, [...COLLECTOR_NODE_FLAGS, '--expose-gc', script], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as { loadMs: number; heapMb: number; rssMb: number };
}

const fixed = (value: number, digits = 2): string => value.toFixed(digits);

function describe(result: LaneResult): string {
  const { lane, routed, events, bytesPerEvent, hits, parseMicros, matchMicros, ratio, firstRatio } = result;
  return [
    `${lane}${routed ? '' : ' (no routing)'}`.padEnd(34),
    `${String(events).padStart(7)} events of ${String(bytesPerEvent).padStart(4)} bytes`,
    `${String(hits).padStart(6)} hits`,
    `parse ${fixed(parseMicros)} us`,
    `match ${fixed(matchMicros)} us`,
    `match/parse ${fixed(ratio)}`,
    `(first round ${fixed(firstRatio)})`,
  ].join('  ');
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '15' },
      lane: { type: 'string' },
    },
  });
  const { json, lane } = values;
  const rounds = Math.max(2, Number(values.rounds) || 15);
  const say = (name: string, result: object, text: string): void => {
    process.stdout.write(json ? `${JSON.stringify({ bench: name, ...result })}\n` : `${text}\n`);
  };
  if (lane === 'doubled') {
    const result = doubling(must(lanes()[0]), parseCorpus(), rounds);
    say(
      'doubled',
      result,
      `${result.lane}, ${String(result.rules)} rules more: match time x ${fixed(result.growth)}; ` +
        `with the ${String(result.matching)} copies that match too, x ${fixed(result.growthWithHits)}`,
    );
  } else if (lane !== undefined) {
    const found = [...lanes(), unlabelled()].find(({ name }) => name === lane);
    if (found === undefined) throw new Error(`no lane "${lane}"; there are: ${laneNames().join(', ')}`);
    const engine = compile(parseCorpus());
    for (const routed of [true, false]) {
      const one = contest(found, engine, routed);
      for (let done = 0; done < rounds; done += 1) round(one);
      const result = resultOf(one);
      say('match', result, describe(result));
    }
  } else {
    const print = footprint();
    say(
      'footprint',
      print,
      `rules: loaded in ${fixed(print.loadMs, 0)} ms; heap ${fixed(print.heapMb, 0)} MB, resident ${fixed(print.rssMb, 0)} MB`,
    );
    // Each lane in a process of its own: what another left behind is not measured.
    const further = ['--rounds', String(rounds), ...(json ? ['--json'] : [])];
    for (const name of laneNames()) inherit('main.ts', ['sigma', '--lane', name, ...further]);
    inherit('correlation.ts', json ? ['--json'] : []);
  }
}

/** Lanes of events, and the one with as many rules again. */
function laneNames(): string[] {
  return [...lanes(), unlabelled()].map(({ name }) => name).concat('doubled');
}

function parseCorpus(): ParsedRules[] {
  return corpusRules().map(({ text, source }) => parseRules(text, { source }));
}

/** Another script of this folder, in a process of its own that writes where this one does. */
function inherit(script: string, args: readonly string[]): void {
  const node = [...COLLECTOR_NODE_FLAGS, '--expose-gc', `${import.meta.dirname}/${script}`];
  execFileSync(process.execPath, [...node, ...args], { stdio: 'inherit' });
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no lane');
  return value;
}

interface Doubling {
  lane: string;
  rules: number;
  growth: number;
  /** Copies that match events of the lane: each hit is work of its own, so they are left out of `growth`. */
  matching: number;
  growthWithHits: number;
}

/** The same lane with the rules once and with as many again that look for other things, in turns. */
function doubling(lane: Lane, parsed: readonly ParsedRules[], rounds: number): Doubling {
  const copies = otherRules(parsed);
  const alone = compile(copies);
  const matching = new Set<string>();
  for (const [index, line] of lane.lines.entries()) {
    const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
    for (const { rule } of alone.match(event, lane.route(event, index))) matching.add(rule.id);
  }
  const silent = copies.map((file) => ({
    ...file,
    rules: file.rules.filter(({ info }) => !matching.has(info.id)),
  }));
  const single = contest(lane, compile(parsed), true);
  const double = contest(lane, compile([...parsed, ...silent]), true);
  const all = contest(lane, compile([...parsed, ...copies]), true);
  // Whoever comes first in a round pays for what the one before left behind.
  const order = [single, double, all];
  for (let done = 0; done < rounds * 2; done += 1) {
    for (const one of order) round(one);
    order.push(...order.splice(0, 1));
  }
  const settled = ({ match }: Contest): number => median(match.slice(3));
  return {
    lane: lane.name,
    rules: double.engine.compiled.length - single.engine.compiled.length,
    growth: settled(double) / settled(single),
    matching: matching.size,
    growthWithHits: settled(all) / settled(single),
  };
}

function contest(lane: Lane, engine: Engine, routed: boolean): Contest {
  return { lane, engine, routed, hits: 0, parse: [], match: [] };
}
