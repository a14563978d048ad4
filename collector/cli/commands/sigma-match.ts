/**
 * `vonggac sigma match`: rules against events, one JSON object a line, without any collector. Lines count from 1,
 * blank ones included; what is not a JSON object is named on standard error and left out. Lines come by the chunk and
 * go through in small steps: memory is bounded, and neither a wait nor a look at the clock is paid for every event.
 */
import {
  compile,
  formatError,
  type CorrelationHit,
  type Correlator,
  type Engine,
  type EventInput,
  type Match,
} from '../../../rules/sigma/index.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printableJson } from '../printable.ts';
import { eventTimeMs } from './event-time.ts';
import { BadLines, openLines, placeName, readFault, type Fields } from './event-stream.ts';
import { terminalProgress, type Progress } from './progress.ts';
import type { LineBatch } from './read-lines.ts';
import { logsourceFlag, readCompiling, readRules, withInput, type CompileFlags } from './sigma-input.ts';
import { routeBy, type Route, type RouteName } from './sigma-route.ts';

/** Output is gathered up to this many characters, then written at once. */
const WRITE_CHARS = 65_536;
/** Parsed, then matched, together: enough that the clock costs nothing, few enough to stay in the processor's cache. */
const STEP_LINES = 16;

export interface SigmaMatchOptions extends CompileFlags {
  rules: readonly string[];
  events: string;
  route?: RouteName;
  logsource?: string;
  stats?: boolean;
}

/** Where results, progress and events go and come from; for tests. */
export interface SigmaMatchPorts {
  write?: (text: string) => Promise<void>;
  standardInput?: AsyncIterable<Buffer>;
  progress?: Progress;
}

class Output {
  readonly #write: (text: string) => Promise<void>;
  #pending = '';

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  add(value: unknown): void {
    this.#pending += `${printableJson(value)}\n`;
  }

  /** Keeps memory bounded; waits for a reader that is slower than we are. */
  async settle(charsMax = WRITE_CHARS): Promise<void> {
    if (this.#pending.length <= charsMax) return;
    const text = this.#pending;
    this.#pending = '';
    await this.#write(text);
  }
}

interface Tally {
  events: number;
  hits: number;
  /** Events of which no log source is known, so that every rule was tried. */
  unrouted: number;
  parseMs: number;
  matchMs: number;
  late: number;
}

interface Hit {
  number: number;
  raw: Fields;
  event: EventInput;
  matches: readonly Match[];
}

class Matching {
  readonly tally: Tally = { events: 0, hits: 0, unrouted: 0, parseMs: 0, matchMs: 0, late: 0 };
  readonly #engine: Engine;
  readonly #route: Route;
  readonly #output: Output;
  readonly #correlator: Correlator | undefined;
  #lastLine = 0;
  #lastMs = 0;

  constructor(engine: Engine, route: Route, output: Output) {
    this.#engine = engine;
    this.#route = route;
    this.#output = output;
    if (engine.rules.some(({ kind }) => kind === 'correlation')) this.#correlator = engine.correlator();
  }

  batch({ first, lines }: LineBatch, badLines: BadLines): void {
    for (let from = 0; from < lines.length; from += STEP_LINES)
      this.#some(lines.slice(from, from + STEP_LINES), first + from, badLines);
  }

  #some(lines: LineBatch['lines'], first: number, badLines: BadLines): void {
    const { tally } = this;
    const beganMs = performance.now();
    const events = badLines.parse(lines, first);
    const parsedMs = performance.now();
    const hits: Hit[] = [];
    for (const { number, event: raw } of events) {
      const { event, logsource } = this.#route(raw);
      if (logsource === undefined) tally.unrouted += 1;
      const matches = this.#engine.match(event, logsource);
      if (matches.length > 0) hits.push({ number, raw, event, matches });
    }
    tally.matchMs += performance.now() - parsedMs;
    tally.parseMs += parsedMs - beganMs;
    tally.events += events.length;
    this.#lastLine = events.at(-1)?.number ?? this.#lastLine;
    for (const hit of hits) this.#tell(hit);
  }

  #tell({ number, raw, event, matches }: Hit): void {
    this.tally.hits += matches.length;
    this.#output.add({ line: number, rules: [...new Set(matches.map(({ rule }) => rule.id))].toSorted() });
    if (this.#correlator === undefined) return;
    // An event without a time is taken to happen with the one before it.
    const timeMs = eventTimeMs(raw) ?? eventTimeMs(event) ?? this.#lastMs;
    this.#lastMs = timeMs;
    for (const match of matches) this.#tellCorrelated(this.#correlator.push(match, event, timeMs), number);
  }

  /** The input is over: what waited for the absence of an event has its answer, on the line of the last event. */
  end(): void {
    if (this.#correlator === undefined) return;
    this.#tellCorrelated(this.#correlator.advance(Number.POSITIVE_INFINITY), this.#lastLine);
    this.tally.late = this.#correlator.stats().late;
  }

  #tellCorrelated(hits: readonly CorrelationHit[], line: number): void {
    for (const { rule, group } of hits) this.#output.add({ line, correlation: rule.id, group });
  }
}

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

export function sigmaMatchCommand(
  context: Pick<CommandContext, 'm' | 'complain'>,
  options: SigmaMatchOptions,
  ports: SigmaMatchPorts = {},
): Promise<ExitCode> {
  return withInput(context.complain, () => match(context, options, ports));
}

async function match(
  { m, complain }: Pick<CommandContext, 'm' | 'complain'>,
  options: SigmaMatchOptions,
  { write = writeOut, standardInput = process.stdin, progress = terminalProgress() }: SigmaMatchPorts,
): Promise<ExitCode> {
  const fixed = logsourceFlag(options.logsource, m.sigma);
  const how = options.route ?? (fixed === undefined ? 'pipelines' : 'off');
  const beganMs = performance.now();
  const compiling = await readCompiling(options, how === 'pipelines', m.sigma);
  const engine = compile(await readRules(options.rules, m.sigma), compiling.options);
  const loadMs = performance.now() - beganMs;
  for (const error of engine.errors) complain(formatError(error));
  const loaded = engine.rules.filter(({ kind }) => kind !== 'filter').length;
  if (loaded === 0) {
    complain(engine.errors.length > 0 ? m.sigma.allRejected : m.sigma.noRules(options.rules.join(', ')));
    return EXIT.failure;
  }

  const output = new Output(write);
  const matching = new Matching(engine, routeBy(how, compiling.pipelines, fixed), output);
  const { tally } = matching;
  const say = (line: string): void => {
    progress.clear();
    complain(line);
  };
  const badLines = new BadLines(options.events, m.sigma, say);
  try {
    for await (const batch of openLines(options.events, standardInput)) {
      matching.batch(batch, badLines);
      await output.settle();
      progress.tick(() => m.sigma.progress(batch.first + batch.lines.length - 1, tally.hits));
    }
    matching.end();
    await output.settle(0);
  } catch (error) {
    const fault = readFault(error);
    if (fault === undefined) throw error;
    if (fault === 'EPIPE') return EXIT.ok; // whoever read our output has seen enough
    say(m.sigma.cannotRead(placeName(options.events), fault));
    return EXIT.failure;
  } finally {
    progress.clear();
  }
  badLines.end();
  if (how === 'pipelines' && tally.unrouted > 0) say(m.sigma.unrouted(tally.unrouted, tally.events));
  if (tally.late > 0) say(m.sigma.late(tally.late));
  if (options.stats === true) {
    output.add({
      rules: loaded,
      rejected: engine.errors.length,
      events: tally.events,
      hits: tally.hits,
      loadMs: rounded(loadMs),
      parseMs: rounded(tally.parseMs),
      matchMs: rounded(tally.matchMs),
      rssMb: rounded(process.memoryUsage.rss() / 1_048_576),
    });
    await output.settle(0);
  }
  return EXIT.ok;
}
