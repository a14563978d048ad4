/** Every rule of ours against its own test file, through the real normaliser and engine. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { playRuleTest } from '../../rules/testing/play-rule-test.ts';
import { parseRuleTest } from '../../rules/testing/rule-test-file.ts';
import { compilePack, CORPUS, DETECTIONS, eventOf, HAS_CORPUS, ruleFiles, view } from './pack.ts';

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

describe.skipIf(!HAS_CORPUS)('corpus', () => {
  const RECEIVED_MS = Date.UTC(2025, 11, 31);
  const WINDOW_S = 300;
  const THRESHOLD = 8;

  /** By hand, without normaliser or engine: addresses with enough failures inside of a window. */
  function expectedSources(lines: readonly string[]): string[] {
    const times = new Map<string, number[]>();
    for (const line of lines) {
      const words = line.trim().replace(/\]$/, '').split(/ +/);
      const failed = words.indexOf('Failed');
      if (failed === -1 || words[failed + 1] === 'none') continue;
      const [hours = 0, minutes = 0, seconds = 0] = (words[2] ?? '').split(':').map(Number);
      const address = words[words.lastIndexOf('from') + 1] ?? '';
      const time = Number(words[1]) * 86_400 + hours * 3600 + minutes * 60 + seconds;
      times.set(address, [...(times.get(address) ?? []), time]);
    }
    return [...times]
      .filter(([, list]) =>
        list.some((time, index) => (list[index + THRESHOLD - 1] ?? Infinity) - time <= WINDOW_S),
      )
      .map(([address]) => address)
      .sort();
  }

  it('openssh.log: the brute-force rule names exactly the addresses that a count by hand names', () => {
    const lines = readFileSync(path.join(CORPUS, 'logs', 'openssh.log'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const bruteForce = readTest('linux/ssh-brute-force.yml').rule;
    const correlator = engine.correlator();
    const found = new Set<string>();
    for (const text of lines) {
      const event = eventOf(
        { kind: 'log', at: RECEIVED_MS, channel: 'sshd', origin: 'openssh.log', text },
        RECEIVED_MS,
      );
      for (const match of engine.match(view(event), event.logsources)) {
        for (const hit of correlator.push(match, view(event), event.timeMs)) {
          if (hit.rule.id === bruteForce) found.add(hit.group['source.ip'] ?? '');
        }
      }
    }
    const want = expectedSources(lines);
    expect(want.length).toBeGreaterThan(3);
    expect([...found].sort()).toEqual(want);
  });
});
