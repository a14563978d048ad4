/**
 * Each condition of each rule matters: without one field of a selection, or with one selection that can never hold,
 * some case of the rule's test must come out differently. A mutant that survives is an untested or useless condition.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NormalEvent } from '../../collector/normalize/event.ts';
import { compile, parseRules, type ParsedRule } from '../../rules/sigma/index.ts';
import { buildRecord, parseRuleTest } from '../../rules/testing/rule-test-file.ts';
import { DETECTIONS, eventOf, matchedIds, ruleFiles, START_MS } from './pack.ts';

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

describe('every condition of', () => {
  const names = ruleFiles().filter(
    (name) => !/^correlation:/m.test(readFileSync(path.join(DETECTIONS, name), 'utf8')),
  );

  it.each(names)('%s', (name) => {
    const [rule] = parseRules(readFileSync(path.join(DETECTIONS, name), 'utf8'), { source: name }).rules;
    const source = name.replace(/\.yml$/, '.test.yml');
    const test = parseRuleTest(readFileSync(path.join(DETECTIONS, source), 'utf8'), source);
    const cases = 'match' in test ? [...test.match, ...test.near_miss] : [];
    const events = cases.map(({ record }) => eventOf(buildRecord(record, START_MS)));
    if (rule === undefined) throw new Error(`${name} holds no rule`);
    const want = outcomes(rule, events);
    expect(
      mutantsOf(rule)
        .filter((mutant) => outcomes(mutant.rule, events) === want)
        .map(({ name }) => name),
    ).toEqual([]);
  });
});
