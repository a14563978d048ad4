/**
 * `vonggac sigma explain`: why a rule matches an event, or which of its lines failed first. The rule is a file (with
 * `#id` or `#title` where it holds several) or `--id` among `--rules`; further rules bring filters and base rules.
 */
import { stat } from 'node:fs/promises';
import { explain, formatError, type ParsedRules, type RuleInfo } from '../../../rules/sigma/index.ts';
import { ruleFiles } from '../../detect/rule-files.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';
import { printable, printableJson } from '../printable.ts';
import { explanationLines } from './explanation-view.ts';
import { readEvent } from './one-event.ts';
import { paint } from './paint.ts';
import {
  logsourceFlag,
  readCompiling,
  readRules,
  SigmaInputError,
  withInput,
  type CompileFlags,
} from './sigma-input.ts';
import { routeBy, type RouteName } from './sigma-route.ts';

export interface SigmaExplainOptions extends CompileFlags {
  rules?: readonly string[];
  id?: string;
  route?: RouteName;
  logsource?: string;
  json?: boolean;
}

/** Of the terminal, where there is one; for tests. */
export interface SigmaExplainPorts {
  columns?: number | undefined;
  isColoured?: boolean;
  standardInput?: AsyncIterable<Buffer>;
}

const COLUMNS_DEFAULT = 100;

/** @param operands RULE and EVENT; with `--id` only EVENT */
export function sigmaExplainCommand(
  context: Pick<CommandContext, 'm' | 'print' | 'complain'>,
  operands: readonly string[],
  options: SigmaExplainOptions,
  { columns = COLUMNS_DEFAULT, isColoured = false, standardInput = process.stdin }: SigmaExplainPorts = {},
): Promise<ExitCode> {
  return withInput(context.complain, async () => {
    const { print, complain } = context;
    const m = context.m.sigma;
    const fixed = logsourceFlag(options.logsource, m);
    const how = options.route ?? (fixed === undefined ? 'pipelines' : 'off');
    const { place, id, eventPlace } = await readOperands(operands, options, m);
    const { options: compiling, pipelines } = await readCompiling(options, how === 'pipelines', m);
    const places = [...(place === undefined ? [] : [place]), ...(options.rules ?? [])];
    const parsed = await readRules(places, m);
    const own = new Set(place === undefined ? [] : await ruleFiles(place));
    const rule = choose(parsed, { place, id, own, places }, m);
    const raw = await readEvent(eventPlace, m, standardInput);
    const { event, logsource } = routeBy(how, pipelines, fixed)(raw);
    const explanation = explain(parsed, rule.id, event, { ...compiling, logsource });
    if (explanation.kind === 'rejected' || explanation.kind === 'unknown') {
      complain(m.explain.rejected);
      if (explanation.kind === 'rejected')
        for (const error of explanation.errors) complain(printable(formatError(error)));
      return EXIT.failure;
    }
    if (options.json === true) print(printableJson(explanation, 2));
    else {
      const view = { m, style: paint(isColoured), columns, way: m.explain.ways[how] };
      for (const line of explanationLines(explanation, view)) print(line);
    }
    return EXIT.ok;
  });
}

interface Operands {
  place: string | undefined;
  id: string | undefined;
  eventPlace: string;
}

async function readOperands(
  operands: readonly string[],
  { id, rules }: SigmaExplainOptions,
  m: Messages['sigma'],
): Promise<Operands> {
  if (id !== undefined && rules !== undefined) {
    const [eventPlace] = operands;
    if (eventPlace === undefined || operands.length > 1)
      throw new SigmaInputError(m.explain.needsEvent, EXIT.usage);
    return { place: undefined, id, eventPlace };
  }
  const [rule, eventPlace] = operands;
  if (rule === undefined) throw new SigmaInputError(m.explain.needsRule, EXIT.usage);
  if (eventPlace === undefined) throw new SigmaInputError(m.explain.needsEvent, EXIT.usage);
  // A file's own name may hold "#".
  const hash = (await isThere(rule)) ? -1 : rule.indexOf('#');
  if (hash === -1) return { place: rule, id, eventPlace };
  return { place: rule.slice(0, hash), id: rule.slice(hash + 1), eventPlace };
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

interface Choice extends Pick<Operands, 'place' | 'id'> {
  /** The files of `place`. */
  own: ReadonlySet<string>;
  places: readonly string[];
}

/** @throws SigmaInputError naming what there is to choose from, or why the rule was rejected */
function choose(
  parsed: readonly ParsedRules[],
  { place, id, own: files, places }: Choice,
  m: Messages['sigma'],
): RuleInfo {
  const infos = parsed.flatMap(({ rules, correlations }) =>
    [...rules, ...correlations].map(({ info }) => info),
  );
  if (id !== undefined) {
    const found = infos.find((info) => info.id === id || info.title === id || info.name === id);
    if (found !== undefined) return found;
    const errors = parsed
      .flatMap((file) => file.errors)
      .filter(({ ruleId, title }) => ruleId === id || title === id);
    if (errors.length > 0) throw rejected(errors.map(formatError), m);
    throw new SigmaInputError(m.explain.unknown(printable(id), places.join(', ')), EXIT.failure);
  }
  const own = infos.filter(({ source }) => files.has(source));
  const [only, second] = own;
  if (only === undefined) {
    const errors = parsed.flatMap((file) => file.errors);
    if (errors.length > 0) throw rejected(errors.map(formatError), m);
    throw new SigmaInputError(m.noRules(places.join(', ')), EXIT.failure);
  }
  if (second === undefined) return only;
  const ids = own.slice(0, 10).map((info) => `#${info.id}`);
  const list = printable(own.length > ids.length ? `${ids.join(', ')}...` : ids.join(', '));
  throw new SigmaInputError(m.explain.chooseRule(place ?? '', list), EXIT.usage);
}

function rejected(errors: readonly string[], m: Messages['sigma']): SigmaInputError {
  return new SigmaInputError([m.explain.rejected, ...errors.map(printable)].join('\n'), EXIT.failure);
}
