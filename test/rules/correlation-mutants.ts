/** What can be taken away from or changed about a correlation, and when it then fires on the sequences of its test. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  compile,
  parseRules,
  type ParsedCorrelation,
  type ParsedRule,
  type ParsedRules,
} from '../../rules/sigma/index.ts';
import { buildSequence, parseRuleTest, type RuleTestSequence } from '../../rules/testing/rule-test-file.ts';
import { DETECTIONS, eventOf, ruleFiles, START_MS, view } from './pack.ts';

export const textOf = (name: string): string => readFileSync(path.join(DETECTIONS, name), 'utf8');
export const isCorrelation = (name: string): boolean => /^correlation:/m.test(textOf(name));

export function readTest(name: string) {
  const source = name.replace(/\.yml$/, '.test.yml');
  return parseRuleTest(readFileSync(path.join(DETECTIONS, source), 'utf8'), source);
}

export interface CorrelationMutant {
  name: string;
  correlation: ParsedCorrelation;
}

export function correlationMutants(correlation: ParsedCorrelation): CorrelationMutant[] {
  const { rules, groupBy, tests, timespanMs, valueFields, spread } = correlation;
  const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, other) => other !== index);
  const changed = (name: string, change: Partial<ParsedCorrelation>) => ({
    name,
    correlation: { ...correlation, ...change },
  });
  return [
    ...(rules.length < 2
      ? []
      : rules.map((rule, index) => changed(`without ${rule}`, { rules: without(rules, index) }))),
    ...groupBy.map((field, index) => changed(`not by ${field}`, { groupBy: without(groupBy, index) })),
    ...tests.flatMap((test, index) =>
      [-1, 1].map((by) =>
        changed(`${test.op} ${test.value + by}`, {
          tests: tests.map((one, other) => (other === index ? { ...one, value: one.value + by } : one)),
        }),
      ),
    ),
    ...(spread === undefined
      ? []
      : [spread / 5, 100].map((other) => changed(`a spread of ${other}`, { spread: other }))),
    ...(timespanMs === undefined
      ? []
      : [
          changed('half the time', { timespanMs: timespanMs / 2 }),
          changed('ten times the time', { timespanMs: timespanMs * 10 }),
        ]),
    ...(valueFields.length < 2
      ? []
      : valueFields.map((field, index) =>
          changed(`values without ${field}`, { valueFields: without(valueFields, index) }),
        )),
  ];
}

/** The whole pack, since a correlation is made of rules in other files. */
const PACK: readonly ParsedRules[] = ruleFiles().map((name) => parseRules(textOf(name), { source: name }));

/** What a correlation is made of, and that of those in turn: a few rules, so that a mutant compiles at once. */
function partsOf({ rules }: ParsedCorrelation): { rules: ParsedRule[]; correlations: ParsedCorrelation[] } {
  const found = { rules: new Set<ParsedRule>(), correlations: new Set<ParsedCorrelation>() };
  const walk = (names: readonly string[]): void => {
    for (const { rules: all, correlations } of PACK) {
      for (const rule of all) if (names.some((name) => isCalled(rule, name))) found.rules.add(rule);
      for (const one of correlations) {
        if (found.correlations.has(one) || !names.some((name) => isCalled(one, name))) continue;
        found.correlations.add(one);
        walk(one.rules);
      }
    }
  };
  walk(rules);
  return { rules: [...found.rules], correlations: [...found.correlations] };
}

const isCalled = ({ info }: ParsedRule | ParsedCorrelation, name: string): boolean =>
  info.id === name || info.name === name;

/** @returns undefined for what is no correlation any more */
export function firing(
  correlation: ParsedCorrelation,
  sequences: readonly RuleTestSequence[],
): string | undefined {
  const parts = partsOf(correlation);
  const engine = compile([
    { ...parts, correlations: [...parts.correlations, correlation], filters: [], errors: [] },
  ]);
  if (engine.errors.length > 0) return undefined;
  return sequences
    .map((sequence) => {
      const correlator = engine.correlator();
      return buildSequence(sequence, START_MS)
        .flatMap(({ timeMs, record }) => {
          const event = eventOf(record);
          return engine
            .match(view(event), event.logsources)
            .flatMap((match) => correlator.push(match, view(event), timeMs))
            .filter(({ rule }) => rule.id === correlation.info.id)
            .map((hit) => (hit.timeMs - START_MS) / 1_000);
        })
        .join(',');
    })
    .join(';');
}
