/**
 * `vonggac rules test`: the events beside each rule, through the real normaliser and engine, without a collector. What
 * comes out otherwise than the test says is explained, line by line of the rule.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import {
  compile,
  explain,
  formatError,
  type ParsedRules,
  type RuleInfo,
} from '../../../rules/sigma/index.ts';
import { playRuleTest, type Played } from '../../../rules/testing/play-rule-test.ts';
import { templateLines } from '../../../rules/testing/write-rule.ts';
import { parseRuleTest, type RuleTest } from '../../../rules/testing/rule-test-file.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable, printableJson } from '../printable.ts';
import { explanationLines } from './explanation-view.ts';
import { paint } from './paint.ts';
import { readTestRecord } from './read-test-record.ts';
import { readRules, withInput } from './sigma-input.ts';

export interface RulesTestFlags {
  rules?: readonly string[];
  verbose?: boolean;
  json?: boolean;
}

interface Tested {
  file: string;
  id: string;
  title: string;
  /** Why its test could not be run. */
  fault?: string;
  played: readonly Played[];
  /** Lines that still say what the template of `rules new` says. */
  unwritten: readonly number[];
}

const COLUMNS_DEFAULT = 100;

/** @param places files or folders; rules beside a file are known to it, so that a correlation finds what it counts */
export function testRulesCommand(
  context: Pick<CommandContext, 'm' | 'print' | 'complain'>,
  places: readonly string[],
  flags: RulesTestFlags,
  {
    columns = COLUMNS_DEFAULT,
    isColoured = false,
  }: { columns?: number | undefined; isColoured?: boolean } = {},
): Promise<ExitCode> {
  return withInput(context.complain, async () => {
    const { print, complain } = context;
    const m = context.m.ruleAuthoring;
    const wanted = new Set(
      (await readRules(places, context.m.sigma)).flatMap(infosOf).map(({ source }) => source),
    );
    const around = await Promise.all(places.map(folderOf));
    const parsed = await readRules([...around, ...(flags.rules ?? [])], context.m.sigma);
    const engine = compile(parsed);
    const errors = engine.errors.filter(({ source }) => source !== undefined && isBelow(places, source));
    for (const error of errors) complain(printable(formatError(error)));
    const tested: Tested[] = [];
    for (const info of parsed.flatMap(infosOf)) {
      if (!wanted.has(info.source)) continue;
      const { source: file, id, title } = info;
      const found = await readTest(info, m);
      const about = { file, id, title, unwritten: templateLines(await readFile(file, 'utf8')) };
      if (typeof found === 'string') tested.push({ ...about, fault: found, played: [] });
      else tested.push({ ...about, ...play(() => playRuleTest(engine, found, readTestRecord), file) });
    }
    const all = tested.flatMap(({ played }) => played);
    const wrong = all.filter(({ isAsWanted }) => !isAsWanted).length;
    const faults = tested.filter(({ fault }) => fault !== undefined).length;
    if (flags.json === true) print(printableJson(tested.map(asData), 2));
    else {
      const view = { m: context.m.sigma, style: paint(isColoured), columns, way: m.byRecord };
      for (const one of tested)
        for (const line of linesOf(one, { parsed, m, view, isVerbose: flags.verbose === true })) print(line);
      for (const { file, unwritten } of tested)
        if (unwritten.length > 0) print(m.unwritten(printable(file), unwritten));
      print(m.tested(tested.length, all.length, wrong, faults));
    }
    return wrong + faults + errors.length > 0 ? EXIT.failure : EXIT.ok;
  });
}

const infosOf = ({ rules, correlations }: ParsedRules): RuleInfo[] =>
  [...rules, ...correlations].map(({ info }) => info);

async function folderOf(place: string): Promise<string> {
  return (await stat(place)).isFile() ? path.dirname(place) : place;
}

const isBelow = (places: readonly string[], file: string): boolean =>
  places.some(
    (place) => file === place || file.startsWith(place.endsWith(path.sep) ? place : place + path.sep),
  );

/** The test beside the rule, or why there is none to run. */
async function readTest(
  { source, id }: RuleInfo,
  m: CommandContext['m']['ruleAuthoring'],
): Promise<RuleTest | string> {
  const file = source.replace(/\.ya?ml$/, '.test.yml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return m.noTest(path.basename(file));
  }
  try {
    const test = parseRuleTest(text, path.basename(file));
    return test.rule === id ? test : m.otherRule(path.basename(file), test.rule);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function play(run: () => Played[], file: string): { played: Played[]; fault?: string } {
  try {
    return { played: run() };
  } catch (error) {
    // A record of the wrong form is named by what is wrong in it.
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { played: [], fault: `${path.basename(file)}: ${why}` };
  }
}

/** For programs: what the test said and what came out. */
function asData({ file, id, title, fault, played, unwritten }: Tested): unknown {
  return {
    file,
    id,
    title,
    ...(fault !== undefined && { fault }),
    ...(unwritten.length > 0 && { unwritten }),
    cases: played.map((one) =>
      one.kind === 'sequence'
        ? one
        : {
            kind: one.kind,
            name: one.name,
            matched: one.isMatched,
            understood: one.isUnderstood,
            ok: one.isAsWanted,
          },
    ),
  };
}

interface Telling {
  parsed: readonly ParsedRules[];
  m: CommandContext['m']['ruleAuthoring'];
  view: Parameters<typeof explanationLines>[1];
  isVerbose: boolean;
}

function linesOf({ file, id, title, fault, played }: Tested, telling: Telling): string[] {
  const { m, isVerbose } = telling;
  const isFine = fault === undefined && played.every(({ isAsWanted }) => isAsWanted);
  if (isFine && !isVerbose) return [];
  return [
    `${isFine ? '✓' : '✗'} ${printable(file)}: ${printable(title)}`,
    ...(fault === undefined
      ? []
      : printable(fault)
          .split('\n')
          .map((line) => `    ${line}`)),
    ...played.flatMap((one) => {
      const mark = one.isAsWanted ? '✓' : '✗';
      const head = `  ${mark} ${m.cases[one.kind]}: ${printable(one.name)}`;
      if (one.kind === 'sequence')
        return [one.isAsWanted ? head : `${head}: ${m.firedAt(one.fired.join(', '), one.wanted.join(', '))}`];
      const why = one.isAsWanted ? '' : `: ${one.isUnderstood ? m.came(one.isMatched) : m.notUnderstood}`;
      const explained = one.isAsWanted && !isVerbose ? [] : explanationOf(id, one, telling);
      return [head + why, ...explained.map((line) => (line === '' ? '' : `      ${line}`))];
    }),
  ];
}

function explanationOf(
  id: string,
  { event, logsources }: Extract<Played, { kind: 'match' | 'near_miss' }>,
  { parsed, view }: Telling,
): string[] {
  // Places stand on lines of their own.
  return explanationLines(explain(parsed, id, event, { logsource: logsources }), view).flatMap((line) =>
    line.split('\n'),
  );
}
