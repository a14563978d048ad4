/**
 * Each condition of each rule matters: without one field of a selection, or with one selection that can never hold, some
 * case of the rule's test must come out differently; of a correlation without one rule or with another
 * number, some sequence. A mutant that survives is an untested or useless condition. Of times and of what correlations are
 * grouped by the share that sequences show is only told.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { NormalEvent } from '../../collector/normalize/event.ts';
import {
  compile,
  parseRules,
  type ParsedCorrelation,
  type ParsedRule,
  type ParsedRules,
} from '../../rules/sigma/index.ts';
import {
  buildRecord,
  buildSequence,
  parseRuleTest,
  type RuleTestSequence,
} from '../../rules/testing/rule-test-file.ts';
import { DETECTIONS, eventOf, matchedIds, ruleFiles, START_MS, view } from './pack.ts';

type Detection = ParsedRule['detection']['selections'] extends ReadonlyMap<string, infer T> ? T : never;

interface Mutant {
  name: string;
  rule: ParsedRule;
}

const NEVER: Detection = {
  kind: 'item',
  item: {
    field: 'no.such.field',
    modifiers: [],
    values: [{ value: 'never', raw: 'never', at: { line: 1, column: 1 } }],
    at: { line: 1, column: 1 },
  },
};

function withSelection(rule: ParsedRule, name: string, detection: Detection): ParsedRule {
  const selections = new Map(rule.detection.selections).set(name, detection);
  return { ...rule, detection: { ...rule.detection, selections } };
}

function mutantsOf(rule: ParsedRule): Mutant[] {
  return [...rule.detection.selections].flatMap(([name, detection]): Mutant[] => {
    const never = { name: `${name} never holds`, rule: withSelection(rule, name, NEVER) };
    if (detection.kind === 'any') {
      const without = detection.of.map((_, index) => ({
        name: `${name} without alternative ${index + 1}`,
        rule: withSelection(rule, name, {
          kind: 'any',
          of: detection.of.filter((_, other) => other !== index),
        }),
      }));
      return [never, ...(detection.of.length > 1 ? without : [])];
    }
    if (detection.kind !== 'all' || detection.items.length < 2) return [never];
    const without = detection.items.map(({ field }, index) => ({
      name: `${name} without ${field ?? 'keywords'}`,
      rule: withSelection(rule, name, {
        kind: 'all',
        items: detection.items.filter((_, other) => other !== index),
      }),
    }));
    return [never, ...without];
  });
}

function outcomes(rule: ParsedRule, events: readonly NormalEvent[]): string {
  const engine = compile([{ rules: [rule], correlations: [], filters: [], errors: [] }]);
  expect(engine.errors).toEqual([]);
  return events.map((event) => (matchedIds(engine, event).includes(rule.info.id) ? '1' : '0')).join('');
}

/** Names of the files of each kind; together all there are. */
const textOf = (name: string): string => readFileSync(path.join(DETECTIONS, name), 'utf8');
const isCorrelation = (name: string): boolean => /^correlation:/m.test(textOf(name));
const tally = { rules: 0, ruleMutants: 0, correlations: 0, strict: 0, told: 0, toldKilled: 0 };

describe('every condition of', () => {
  const names = ruleFiles().filter((name) => !isCorrelation(name));

  it.each(names)('%s', (name) => {
    const [rule] = parseRules(textOf(name), { source: name }).rules;
    const test = readTest(name);
    const cases = 'match' in test ? [...test.match, ...test.near_miss] : [];
    const events = cases.map(({ record }) => eventOf(buildRecord(record, START_MS)));
    if (rule === undefined) throw new Error(`${name} holds no rule`);
    const want = outcomes(rule, events);
    const mutants = mutantsOf(rule);
    tally.rules += 1;
    tally.ruleMutants += mutants.length;
    expect(mutants.length).toBeGreaterThan(0);
    expect(
      mutants.filter((mutant) => outcomes(mutant.rule, events) === want).map((mutant) => mutant.name),
    ).toEqual([]);
  });
});

function readTest(name: string) {
  const source = name.replace(/\.yml$/, '.test.yml');
  return parseRuleTest(readFileSync(path.join(DETECTIONS, source), 'utf8'), source);
}

interface CorrelationMutant {
  name: string;
  /** It has to make a difference; of others the share is told. */
  isStrict: boolean;
  correlation: ParsedCorrelation;
}

function correlationMutants(correlation: ParsedCorrelation): CorrelationMutant[] {
  const { rules, groupBy, tests, timespanMs, valueFields, spread } = correlation;
  const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, other) => other !== index);
  const changed = (name: string, change: Partial<ParsedCorrelation>, isStrict = false) => ({
    name,
    isStrict,
    correlation: { ...correlation, ...change },
  });
  return [
    ...(rules.length < 2
      ? []
      : rules.map((rule, index) => changed(`without ${rule}`, { rules: without(rules, index) }, true))),
    ...groupBy.map((field, index) => changed(`not by ${field}`, { groupBy: without(groupBy, index) })),
    ...tests.flatMap((test, index) =>
      [-1, 1].map((by) =>
        changed(
          `${test.op} ${test.value + by}`,
          {
            tests: tests.map((one, other) => (other === index ? { ...one, value: one.value + by } : one)),
          },
          true,
        ),
      ),
    ),
    ...(spread === undefined
      ? []
      : [spread / 5, 100].map((other) => changed(`a spread of ${other}`, { spread: other }, true))),
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
function firing(correlation: ParsedCorrelation, sequences: readonly RuleTestSequence[]): string | undefined {
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

describe('every part of the correlation', () => {
  it.each(ruleFiles().filter(isCorrelation))('%s', (name) => {
    const [correlation] = parseRules(textOf(name), { source: name }).correlations;
    if (correlation === undefined) throw new Error(`${name} holds no correlation`);
    const test = readTest(name);
    const sequences = 'sequences' in test ? test.sequences : [];
    // One that only feeds another fires where it is asked to by itself.
    const own = { ...correlation, generate: true };
    const want = firing(own, sequences);
    expect(want).toBeDefined();
    const judged = correlationMutants(own).flatMap((mutant) => {
      const got = firing(mutant.correlation, sequences);
      return got === undefined ? [] : [{ ...mutant, survives: got === want }];
    });
    tally.correlations += 1;
    for (const { isStrict, survives } of judged) {
      if (isStrict) tally.strict += 1;
      else tally.told += 1;
      if (!isStrict && !survives) tally.toldKilled += 1;
    }
    expect(
      judged.filter(({ isStrict, survives }) => isStrict && survives).map((mutant) => mutant.name),
    ).toEqual([]);
  });
});

afterAll(() => {
  const { rules, ruleMutants, correlations, strict, told, toldKilled } = tally;
  process.stdout.write(
    `mutants: all ${ruleMutants} of ${rules} rules and all ${strict} of rules and numbers in ${correlations} correlations make a difference; of their times and groups ${toldKilled} of ${told}; ${ruleFiles().length} files\n`,
  );
});
