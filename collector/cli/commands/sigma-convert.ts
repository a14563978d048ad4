/**
 * `vonggac sigma convert --to clickhouse`: rules as queries over stored events. Values are bound parameters and never
 * part of a query; where they are printed for a shell they are escaped for ClickHouse and quoted for the shell.
 */
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import {
  compile,
  formatError,
  toClickHouseSql,
  type ClickHouseQuery,
  type ClickHouseSchema,
  type RuleInfo,
} from '../../../rules/sigma/index.ts';
import { SIGMA_SCHEMA } from '../../store/sigma-schema.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';
import { printable, printableJson } from '../printable.ts';
import {
  readCompiling,
  readRules,
  readText,
  SigmaInputError,
  withInput,
  type CompileFlags,
} from './sigma-input.ts';
import { clientCommand } from './client-command.ts';

export interface SigmaConvertOptions extends CompileFlags {
  from?: string;
  until?: string;
  table?: string;
  schema?: string;
  shell?: boolean;
  json?: boolean;
}

const TABLE = 'events';
/** The collector's own table. */
const SCHEMA: ClickHouseSchema = {
  ...SIGMA_SCHEMA,
  select: ['time', 'agent_id', 'epoch', 'lane', 'seq', 'hostname', 'message'],
  orderBy: ['time', 'agent_id', 'epoch', 'lane', 'seq'],
};

const name = z.string().min(1);
const schemaFile = z.strictObject({
  time: name,
  select: z.array(name).min(1),
  orderBy: z.array(name).min(1).optional(),
  fields: name,
  jsonFields: name,
  textOnly: z.array(name).optional(),
  mixed: z.array(name).optional(),
  objects: z.boolean().optional(),
  columns: z.record(name, name).optional(),
  typed: z.strictObject({ names: name, columns: z.record(name, name) }).optional(),
  logsource: z.strictObject({ product: name, category: name, service: name }).optional(),
});

export function sigmaConvertCommand(
  context: Pick<CommandContext, 'm' | 'print' | 'complain'>,
  paths: readonly string[],
  options: SigmaConvertOptions,
  now: () => number = Date.now,
): Promise<ExitCode> {
  return withInput(context.complain, async () => {
    const { print, complain } = context;
    const m = context.m.sigma;
    const from = time('--from', options.from, 0, m);
    const to = time('--until', options.until, now(), m);
    if (from >= to) throw new SigmaInputError(m.convert.timesReversed, EXIT.usage);
    const table = options.table ?? TABLE;
    if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/.test(table))
      throw new SigmaInputError(m.convert.badTable(printable(table)), EXIT.usage);
    const schema = options.schema === undefined ? SCHEMA : await readSchema(options.schema, m);
    const { options: compiling } = await readCompiling(options, true, m);
    const engine = compile(await readRules(paths, m), compiling);
    for (const error of engine.errors) complain(formatError(error));
    const rules = engine.rules.filter(({ kind }) => kind !== 'filter');
    if (rules.length === 0) throw new SigmaInputError(m.allRejected, EXIT.failure);
    const tally = { queries: 0, exact: 0, refused: 0 };
    for (const rule of rules) {
      const made = convert(
        () => toClickHouseSql(rule.id, { engine, schema, table, from, to }),
        options.schema,
        m,
      );
      if (made.refused !== undefined) tally.refused += 1;
      else tally.queries += 1;
      if (made.exact) tally.exact += 1;
      if (options.json === true) print(toJson(rule, made));
      else for (const line of toLines(rule, made, options.shell === true, m)) print(line);
    }
    if (options.json !== true) complain(m.convert.summary(tally.queries, tally.exact, tally.refused));
    return tally.queries > 0 ? EXIT.ok : EXIT.failure;
  });
}

/** A column that is no identifier is a mistake in the schema file. */
function convert(
  make: () => ClickHouseQuery,
  file: string | undefined,
  m: Messages['sigma'],
): ClickHouseQuery {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TypeError) || file === undefined) throw error;
    throw new SigmaInputError(m.convert.badSchema(file, printable(error.message)), EXIT.usage, {
      cause: error,
    });
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Milliseconds since 1970; UTC where the text names no zone. @throws SigmaInputError */
function time(option: string, text: string | undefined, standard: number, m: Messages['sigma']): number {
  if (text === undefined) return standard;
  const [, zone] = TIME.exec(text) ?? [];
  const isDay = text.length === 10;
  const ms = TIME.test(text)
    ? Date.parse(zone !== undefined || isDay ? text : `${text.replace(' ', 'T')}Z`)
    : Number.NaN;
  if (Number.isNaN(ms)) throw new SigmaInputError(m.convert.badTime(option, printable(text)), EXIT.usage);
  return ms;
}

async function readSchema(file: string, m: Messages['sigma']): Promise<ClickHouseSchema> {
  const text = await readText(file, m);
  const refuse = (reason: string, cause: unknown): SigmaInputError =>
    new SigmaInputError(m.convert.badSchema(file, printable(reason)), EXIT.failure, { cause });
  let data: unknown;
  try {
    data = load(text);
  } catch (error) {
    if (error instanceof YAMLException) throw refuse(error.message, error);
    throw error;
  }
  const parsed = schemaFile.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.replace(/^: /, ''), parsed.error);
}

function toLines(rule: RuleInfo, made: ClickHouseQuery, isShell: boolean, m: Messages['sigma']): string[] {
  const note = isShell ? '#' : '--';
  const head = [
    `${note} ${printable(`${rule.title} (${rule.id})`)}`,
    `${note} ${printable(`${rule.source}:${String(rule.line)}`)}`,
  ];
  if (made.refused !== undefined)
    return [...head, `${note} ${printable(m.convert.refused(made.refused))}`, ''];
  if (made.wide.length > 0) head.push(`${note} ${printable(m.convert.wide(made.wide.join(', ')))}`);
  const { query, params, exact } = made;
  head.push(`${note} ${exact ? m.convert.exact : m.convert.candidates}`);
  if (isShell) return [...head, clientCommand(query, params), ''];
  const values = Object.entries(params).map(([key, value]) => `--   ${key} = ${printableJson(value)}`);
  return [...head, `${query};`, `-- ${m.convert.parameters}:`, ...values, ''];
}

function toJson({ id, title, source, line }: RuleInfo, made: ClickHouseQuery): string {
  return printableJson({ rule: id, title, file: source, line, ...made });
}
