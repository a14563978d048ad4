/**
 * `npm run bench -- sigma`: how fast rules match, as ratios to JSON.parse of the same lines in the same run. Rounds go
 * over all lanes in turn, each round parses every line afresh (so no value's hash is known) and then matches it; medians
 * of the rounds are told, and the first round by itself: nothing is compiled or remembered then.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import type { Engine, ParsedRules } from '../../rules/sigma/index.ts';
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

/** One round: microseconds per event go to the lists. */
function round(contest: Contest): void {
  const { lane, engine, routed } = contest;
  const { lines, route } = lane;
  const parseFrom = performance.now();
  const events = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const matchFrom = performance.now();
  let hits = 0;
  for (const [index, event] of events.entries()) {
    hits += engine.match(event, routed ? route(event, index) : undefined).length;
  }
  const end = performance.now();
  contest.hits = hits;
  contest.parse.push(((matchFrom - parseFrom) * 1000) / lines.length);
  contest.match.push(((end - matchFrom) * 1000) / lines.length);
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

/** Rules loaded in a process of their own: what they take. */
function footprint(): { loadMs: number; heapMb: number; rssMb: number } {
  const script = `${import.meta.dirname}/sigma-footprint.ts`;
  const text = execFileSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' });
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
      rounds: { type: 'string', default: '9' },
      lane: { type: 'string' },
    },
  });
  const rounds = Math.max(2, Number(values.rounds) || 9);
  const say = (name: string, result: object, text: string): void => {
    process.stdout.write(values.json ? `${JSON.stringify({ bench: name, ...result })}\n` : `${text}\n`);
  };
  const print = footprint();
  say(
    'footprint',
    print,
    `rules: loaded in ${fixed(print.loadMs, 0)} ms; heap ${fixed(print.heapMb, 0)} MB, resident ${fixed(print.rssMb, 0)} MB`,
  );

  const texts = corpusRules();
  const parsed: ParsedRules[] = texts.map(({ text, source }) => parseRules(text, { source }));
  const engine = compile(parsed);
  const wanted = ({ name }: Lane): boolean => values.lane === undefined || values.lane === name;
  const known = lanes();
  const contests: Contest[] = [
    ...known.filter(wanted).flatMap((lane) => [true, false].map((routed) => contest(lane, engine, routed))),
    ...[unlabelled()].filter(wanted).map((lane) => contest(lane, engine, false)),
  ];
  for (let done = 0; done < rounds; done += 1) for (const one of contests) round(one);
  for (const one of contests) {
    const result = resultOf(one);
    say('match', result, describe(result));
  }

  const doubled = compile([...parsed, ...otherRules(parsed)]);
  for (const lane of known.slice(0, 1)) {
    const single = contest(lane, compile(parsed), true);
    const double = contest(lane, doubled, true);
    for (let done = 0; done < rounds * 2; done += 1) for (const one of [single, double]) round(one);
    const growth = median(
      double.match.slice(2).map((micros, index) => micros / (single.match[index + 2] ?? Number.NaN)),
    );
    const result = { lane: lane.name, rules: doubled.compiled.length, growth };
    say(
      'doubled',
      result,
      `${lane.name}, ${String(doubled.compiled.length)} rules instead of ${String(engine.compiled.length)}: match time x ${fixed(growth)}`,
    );
  }
}

function contest(lane: Lane, engine: Engine, routed: boolean): Contest {
  return { lane, engine, routed, hits: 0, parse: [], match: [] };
}
