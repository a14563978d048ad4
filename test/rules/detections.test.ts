/** Every rule of ours against its own test file, through the real normaliser and engine. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { playRuleTest } from '../../rules/testing/play-rule-test.ts';
import { parseRuleTest } from '../../rules/testing/rule-test-file.ts';
import { compilePack, DETECTIONS, eventOf, ruleFiles, view } from './pack.ts';

const engine = compilePack();
const files = ruleFiles();

function readTest(name: string) {
  const source = name.replace(/\.yml$/, '.test.yml');
  return parseRuleTest(readFileSync(path.join(DETECTIONS, source), 'utf8'), source);
}

it('the whole pack loads, and is not small', () => {
  expect(engine.errors).toEqual([]);
  expect(engine.rules.length).toBeGreaterThanOrEqual(20);
  expect(
    engine.rules
      .filter(({ warnings }) => warnings.length > 0)
      .map(({ source, warnings }) => ({ source, warnings })),
  ).toEqual([]);
});

describe('rules', () => {
  it.each(files)('%s', (name) => {
    const test = readTest(name);
    expect(engine.rules.find(({ id }) => id === test.rule)?.source).toBe(name);
    const played = playRuleTest(engine, test, (record) => {
      const event = eventOf(record);
      return { event: view(event), logsources: event.logsources, isUnderstood: event.parsed };
    });
    expect(played.filter(({ isAsWanted }) => !isAsWanted)).toEqual([]);
  });
});

describe('a malformed rule file', () => {
  const fixture = (name: string) => ({
    source: name,
    text: readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8'),
  });

  it('is named with line and reason, and the rest loads', () => {
    const { source, text } = fixture('malformed.yml');
    const mixed = compile([
      parseRules(text, { source }),
      ...files.map((name) => parseRules(readFileSync(path.join(DETECTIONS, name), 'utf8'), { source: name })),
    ]);
    expect(mixed.errors.map(({ source, line, ruleId }) => ({ source, line, ruleId }))).toEqual([
      { source, line: 20, ruleId: '0f3d2f60-6a14-4c0e-8d3c-5d2b1f5f6a02' },
      { source, line: 32, ruleId: '0f3d2f60-6a14-4c0e-8d3c-5d2b1f5f6a03' },
    ]);
    expect(mixed.errors[0]?.message).toContain('rhymeswith');
    expect(mixed.errors[1]?.message).toContain('selction');
    expect(mixed.rules.length).toBe(engine.rules.length + 2);
  });

  it('that is no YAML is named with its line', () => {
    const { source, text } = fixture('broken-yaml.yml.txt');
    const { errors } = parseRules(text, { source });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ source });
    expect(errors[0]?.line).toBeGreaterThanOrEqual(3);
  });
});
