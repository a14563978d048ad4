/** `vonggac hunt QUERY`: events that a query or a rule means, what they come to, or the query as a rule. */
import { FIELD_ALIASES } from '../../hunt/field-aliases.ts';
import { HuntQueryError } from '../../hunt/hunt-query.ts';
import { parseHunt } from '../../hunt/parse-hunt.ts';
import { ruleTextOf } from '../../hunt/hunt-rule.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { huntRun, huntSummary } from '../operations/hunt.ts';
import { printable } from '../printable.ts';
import { displayWidth, formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { exportHuntCommand } from './csv-export.ts';
import { readNamedText } from '../named-file.ts';

export interface HuntFlags {
  sigma?: string;
  rule?: string;
  from?: number;
  to?: number;
  limit?: number;
  seconds: number;
  summary?: boolean;
  asRule?: string;
  csv?: string;
  json?: boolean;
}

type Asked = { query: string } | { sigma: string } | { ruleId: string };

const DAY_MS = 86_400_000;
const LIMIT = 50;
const LIMIT_MAX = 10_000;
const MESSAGE_CHARS_MAX = 120;
const BAR_CHARS = 40;
const SILENT_SHOWN = 10;
/** Of the query, on both sides of what is wrong with it. */
const PLACE_CHARS = 50;

export async function askedOf(
  { m }: CommandContext,
  query: string | undefined,
  { sigma, rule }: Pick<HuntFlags, 'sigma' | 'rule'>,
): Promise<Asked> {
  const given = [query, sigma, rule].filter((one) => one !== undefined);
  if (given.length !== 1) throw new UsageError(m.hunt.oneAsked);
  if (query !== undefined) {
    checkQuery(m, query);
    return { query };
  }
  if (rule !== undefined) return { ruleId: rule };
  return { sigma: readNamedText({ m }, sigma ?? '') };
}

/** Before anybody is asked: what is wrong, and where. @throws UsageError */
function checkQuery(m: CommandContext['m'], query: string): void {
  try {
    parseHunt(query);
  } catch (error) {
    if (!(error instanceof HuntQueryError)) throw error;
    const { code, at, found } = error;
    const before = query.slice(Math.max(0, at - PLACE_CHARS), at);
    const place = `  ${printable(before + query.slice(at, at + PLACE_CHARS))}\n  ${' '.repeat(displayWidth(printable(before)))}^`;
    throw new UsageError(`${m.hunt.wrong(m.hunt.faults[code], at + 1, printable(found))}\n${place}`, {
      cause: error,
    });
  }
}

export async function huntCommand(
  context: CommandContext,
  query: string | undefined,
  flags: HuntFlags,
): Promise<ExitCode> {
  const asked = await askedOf(context, query, flags);
  if (flags.asRule !== undefined) return printRule(context, asked, flags.asRule);
  const toMs = flags.to ?? Date.now() + 1;
  const span = { asked, fromMs: flags.from ?? toMs - DAY_MS, toMs, secondsMax: flags.seconds };
  if (span.fromMs >= span.toMs) throw new UsageError(context.m.hunt.noSpan);
  if (flags.csv !== undefined) {
    await exportHuntCommand(context, span, { out: flags.csv, limit: flags.limit });
    return EXIT.ok;
  }
  return flags.summary === true ? printSummary(context, span, flags) : printEvents(context, span, flags);
}

function printRule({ m, print }: CommandContext, asked: Asked, title: string): ExitCode {
  if (!('query' in asked)) throw new UsageError(m.hunt.ruleOfQuery);
  print(ruleTextOf(asked.query, FIELD_ALIASES, { title }).trimEnd());
  return EXIT.ok;
}

interface Span {
  asked: Asked;
  fromMs: number;
  toMs: number;
  secondsMax: number;
}

async function printEvents(context: CommandContext, span: Span, flags: HuntFlags): Promise<ExitCode> {
  const { m, print, complain } = context;
  const found = await call(context, huntRun, { ...span, limit: Math.min(flags.limit ?? LIMIT, LIMIT_MAX) });
  if ('problem' in found) throw new UsageError(found.problem);
  if (flags.json === true) {
    for (const event of found.events) print(JSON.stringify(event));
    return EXIT.ok;
  }
  if (found.events.length === 0) {
    print(m.hunt.none(localTime(span.fromMs), localTime(span.toMs)));
    for (const { field, near } of found.unknownFields)
      print(m.hunt.unknownField(printable(field), near.map(printable).join(', ')));
  } else
    formatTable(found.events, [
      { title: m.hunt.columns.time, value: ({ timeMs }) => localTime(timeMs) },
      { title: m.hunt.columns.host, value: ({ hostname }) => hostname },
      { title: m.hunt.columns.channel, value: ({ channel }) => channel },
      { title: m.hunt.columns.message, value: ({ message }) => cut(message) },
    ]).forEach(print);
  if (found.hasMore) complain(m.hunt.more(found.events.length));
  return EXIT.ok;
}

const cut = (text: string): string =>
  text.length > MESSAGE_CHARS_MAX ? `${text.slice(0, MESSAGE_CHARS_MAX)}…` : text;

async function printSummary(context: CommandContext, span: Span, flags: HuntFlags): Promise<ExitCode> {
  const { m, print } = context;
  const told = await call(context, huntSummary, span);
  if ('problem' in told) throw new UsageError(told.problem);
  if (flags.json === true) {
    print(JSON.stringify(told, undefined, 2));
    return EXIT.ok;
  }
  print(told.exact ? m.hunt.count(told.count) : m.hunt.atMost(told.count));
  const most = Math.max(1, ...told.byTime.map(({ count }) => count));
  for (const { fromMs, count } of told.byTime)
    print(`${localTime(fromMs)}  ${'█'.repeat(Math.ceil((count / most) * BAR_CHARS))} ${count}`);
  for (const [field, values] of Object.entries(told.facets)) {
    if (values.length === 0) continue;
    print(`\n${field}`);
    for (const { value, count } of values) print(`  ${String(count).padStart(8)}  ${cut(printable(value))}`);
  }
  const { inScope, withEvents, silent } = told.hosts;
  print(`\n${m.hunt.hosts(inScope, withEvents)}`);
  for (const { hostname, lastSeenMs } of silent.slice(0, SILENT_SHOWN))
    print(m.hunt.silent(printable(hostname), lastSeenMs === null ? undefined : localTime(lastSeenMs)));
  const beyond = inScope - withEvents - Math.min(silent.length, SILENT_SHOWN);
  if (beyond > 0) print(m.hunt.silentMore(beyond));
  return EXIT.ok;
}
