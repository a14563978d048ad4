/**
 * Each condition of each rule matters: without one field of a selection, or with one selection that can never hold, some
 * case of the rule's test must come out differently; of a correlation without one rule or group, with another number, half
 * the time or ten times of it, some sequence. A mutant that survives is an untested or useless condition.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { NormalEvent } from '../../collector/normalize/event.ts';
import { compile, parseRules, type ParsedRule } from '../../rules/sigma/index.ts';
import { buildRecord } from '../../rules/testing/rule-test-file.ts';
import { correlationMutants, firing, isCorrelation, readTest, textOf } from './correlation-mutants.ts';
import { eventOf, matchedIds, ruleFiles, START_MS } from './pack.ts';

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

const tally = { rules: 0, ruleMutants: 0, correlations: 0, correlationMutants: 0 };

/** Mutants that no sequence of records can show, by file, each with why. */
const SPARED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'integrity/mass-change.yml': {
    'not by host.name': 'what integrity sends names no host: it is the session’s, and a test has one',
  },
};

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
    tally.correlationMutants += judged.length;
    // A reason for a mutant that makes a difference is refused, too.
    expect(judged.filter(({ survives }) => survives).map((mutant) => mutant.name)).toEqual(
      Object.keys(SPARED[name] ?? {}),
    );
  });
});

afterAll(() => {
  const { rules, ruleMutants, correlations, correlationMutants } = tally;
  const spared = Object.values(SPARED).reduce((sum, own) => sum + Object.keys(own).length, 0);
  process.stdout.write(
    `mutants: all ${ruleMutants} of ${rules} rules and ${correlationMutants - spared} of ${correlationMutants} of ${correlations} correlations make a difference; ${spared} are spared with a reason; ${ruleFiles().length} files\n`,
  );
});
