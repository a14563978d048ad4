/**
 * `vonggac sigma match`: rules against events, one JSON object a line, without any collector. Lines count from 1,
 * blank ones included; what is not a JSON object is named on standard error and left out.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  compile,
  formatError,
  parseRules,
  type Engine,
  type LogSource,
  type ParsedRules,
} from '../../../rules/sigma/index.ts';
import { ruleFiles } from '../../detect/rule-files.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { eventTimeMs } from './event-time.ts';
import { expandGzip } from './expand-gzip.ts';
import { readLines } from './read-lines.ts';

const LINE_BYTES_MAX = 64 * 1_048_576;
/** Further bad lines are only counted: a file that is no NDJSON at all needs no million complaints. */
const BAD_LINES_SHOWN = 20;
/** Output is gathered up to this many characters, then written at once. */
const WRITE_CHARS = 65_536;

export interface SigmaMatchOptions {
  rules: readonly string[];
  events: string;
  route?: 'pipelines' | 'fields' | 'off';
  logsource?: string;
  stats?: boolean;
}

/** @returns undefined when `text` is not product/category/service. */
export function parseLogsource(text: string): LogSource | undefined {
  const parts = text.split('/').map((part) => part.trim());
  if (parts.length !== 3 || parts.every((part) => part === '' || part === '-')) return undefined;
  const [product, category, service] = parts.map((part) => (part === '' || part === '-' ? undefined : part));
  return { product, category, service };
}

async function loadRules(places: readonly string[]): Promise<ParsedRules[]> {
  const parsed: ParsedRules[] = [];
  for (const place of places) {
    for (const file of await ruleFiles(place)) {
      parsed.push(parseRules(await readFile(file, 'utf8'), { source: file }));
    }
  }
  return parsed;
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The event's own log source; undefined when it names none. */
function logsourceOf(event: Fields): LogSource | undefined {
  const product = text(event['product']);
  const category = text(event['category']);
  const service = text(event['service']);
  return product === undefined && category === undefined && service === undefined
    ? undefined
    : { product, category, service };
}

class Output {
  readonly #write: (text: string) => Promise<void>;
  #pending = '';

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  async line(value: unknown): Promise<void> {
    this.#pending += `${JSON.stringify(value)}\n`;
    if (this.#pending.length >= WRITE_CHARS) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await this.#write(text);
  }
}

interface Tally {
  events: number;
  hits: number;
  parseMs: number;
  matchMs: number;
}

function parseEvent(line: Buffer): Fields {
  const text = line.toString('utf8');
  // A file may begin with a byte order mark.
  const value: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError(Array.isArray(value) ? 'an array' : `a ${value === null ? 'null' : typeof value}`);
  }
  return value as Fields;
}

async function matchAll(
  engine: Engine,
  lines: AsyncIterable<{ number: number; line: Buffer | undefined }>,
  route: (event: Fields) => LogSource | undefined,
  output: Output,
  onBadLine: (number: number, reason: string | undefined) => void,
): Promise<Tally> {
  const tally: Tally = { events: 0, hits: 0, parseMs: 0, matchMs: 0 };
  const correlator = engine.rules.some(({ kind }) => kind === 'correlation')
    ? engine.correlator()
    : undefined;
  let lastMs = 0;
  for await (const { number, line } of lines) {
    if (line === undefined) {
      onBadLine(number, undefined);
      continue;
    }
    if (line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) continue;
    const beganMs = performance.now();
    let event: Fields;
    try {
      event = parseEvent(line);
    } catch (error) {
      onBadLine(number, error instanceof Error ? error.message : String(error));
      continue;
    }
    const parsedMs = performance.now();
    const matches = engine.match(event, route(event));
    tally.matchMs += performance.now() - parsedMs;
    tally.parseMs += parsedMs - beganMs;
    tally.events += 1;
    if (matches.length === 0) continue;
    tally.hits += matches.length;
    await output.line({ line: number, rules: [...new Set(matches.map(({ rule }) => rule.id))].toSorted() });
    if (correlator === undefined) continue;
    // An event without a time is taken to happen with the one before it.
    const timeMs = eventTimeMs(event) ?? lastMs;
    lastMs = timeMs;
    for (const match of matches) {
      for (const hit of correlator.push(match, event, timeMs)) {
        await output.line({ line: number, correlation: hit.rule.id, group: hit.group });
      }
    }
  }
  await output.flush();
  return tally;
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

export async function sigmaMatchCommand(
  context: Pick<CommandContext, 'm' | 'complain'>,
  options: SigmaMatchOptions,
  write: (text: string) => Promise<void> = writeOut,
  standardInput: AsyncIterable<Buffer> = process.stdin,
): Promise<ExitCode> {
  const { m, complain } = context;
  const fixed = options.logsource === undefined ? undefined : parseLogsource(options.logsource);
  if (options.logsource !== undefined && fixed === undefined) {
    complain(m.sigma.badLogsource(options.logsource));
    return EXIT.usage;
  }
  const how = options.route ?? (fixed === undefined ? 'pipelines' : 'off');
  if (how === 'pipelines') {
    complain(m.sigma.pipelinesLater);
    return EXIT.usage;
  }
  const route = how === 'fields' ? (event: Fields) => logsourceOf(event) ?? fixed : () => fixed;

  const beganMs = performance.now();
  let parsed: ParsedRules[];
  try {
    parsed = await loadRules(options.rules);
  } catch (error) {
    complain(
      m.sigma.cannotRead(options.rules.join(', '), error instanceof Error ? error.message : String(error)),
    );
    return EXIT.failure;
  }
  const engine = compile(parsed);
  const loadMs = performance.now() - beganMs;
  for (const error of engine.errors) complain(formatError(error));
  const loaded = engine.rules.filter(({ kind }) => kind !== 'filter').length;
  if (loaded === 0) {
    complain(engine.errors.length > 0 ? m.sigma.allRejected : m.sigma.noRules(options.rules.join(', ')));
    return EXIT.failure;
  }

  const output = new Output(write);
  const fromInput = options.events === '-';
  const name = fromInput ? '<stdin>' : options.events;
  const bytes: AsyncIterable<Buffer> = fromInput
    ? standardInput
    : createReadStream(options.events, { highWaterMark: 1_048_576 });
  let badLines = 0;
  let tally: Tally;
  try {
    tally = await matchAll(
      engine,
      readLines(expandGzip(bytes), LINE_BYTES_MAX),
      route,
      output,
      (number, reason) => {
        badLines += 1;
        if (badLines > BAD_LINES_SHOWN) return;
        complain(m.sigma.badLine(`${name}:${number}`, printable(reason ?? m.sigma.tooLong(LINE_BYTES_MAX))));
      },
    );
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EPIPE') return EXIT.ok; // whoever read our output has seen enough
    if (typeof code !== 'string' || !/^(?:E|Z_)[A-Z_]+$/.test(code)) throw error;
    complain(m.sigma.cannotRead(name, code));
    return EXIT.failure;
  }
  if (badLines > BAD_LINES_SHOWN) complain(m.sigma.moreBadLines(badLines - BAD_LINES_SHOWN));
  if (options.stats === true) {
    await output.line({
      rules: loaded,
      rejected: engine.errors.length,
      events: tally.events,
      hits: tally.hits,
      loadMs: rounded(loadMs),
      parseMs: rounded(tally.parseMs),
      matchMs: rounded(tally.matchMs),
      rssMb: rounded(process.memoryUsage.rss() / 1_048_576),
    });
    await output.flush();
  }
  return EXIT.ok;
}
