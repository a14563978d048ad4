import { describe, expect, test } from 'vitest';
import { formatError, parseRules } from '../../../rules/sigma/index.ts';
import { asks, engineOf, errorsOf, goodEngine, ruleOf } from './rule-text.ts';

describe('a rejected document', () => {
  test('is named, and its neighbours load', () => {
    const text = [
      ruleOf('x: a'),
      'title: Bad\nid: bad\ndetection:\n  s:\n    x|nosuch: a\n  condition: s\n',
      ruleOf('x: b').replace('id: r', 'id: r2'),
    ];
    const engine = engineOf(text.join('---\n'));
    expect(engine.rules.map(({ id }) => id)).toEqual(['r', 'r2']);
    expect(engine.errors).toEqual([
      {
        source: 'test.yml',
        line: 13,
        column: 7,
        message: expect.stringContaining('nosuch') as string,
        ruleId: 'bad',
        title: 'Bad',
      },
    ]);
  });

  test('a document that is no YAML does not spoil the ones around it; lines count through the file', () => {
    const engine = engineOf(
      `${ruleOf('x: a')}---\ntitle: [\n---\n${ruleOf('x: [}').replace('id: r', 'id: r2')}---\n${ruleOf('x: c').replace('id: r', 'id: r3')}`,
    );
    expect(engine.rules.map(({ id }) => id)).toEqual(['r', 'r3']);
    expect(engine.errors.map(({ line }) => line)).toEqual([10, 16]);
  });

  test('the same id twice: the second is rejected and told where the first is', () => {
    const errors = errorsOf(`${ruleOf('x: a')}---\n${ruleOf('x: b')}`);
    expect(errors).toEqual([expect.stringMatching(/^test\.yml:9:1: the id "r" is taken by test\.yml:1/)]);
  });
});

describe('metadata', () => {
  const TEXT = `title: Máy trạm lạ
id: 5f1abf38-0000-0000-0000-000000000000
name: strange
related:
  - id: abc
    type: derived
status: test
description: |
  Two
  lines
license: MIT
references: [https://a.example, https://b.example]
author: An
date: 2026-01-02
modified: 2026-01-03
logsource: {product: windows, category: process_creation, definition: needs 4688}
detection: {s: {x: a}, condition: s}
fields: [x, y]
falsepositives:
  - Admins
level: high
tags: [attack.t1059]
scope: server
agency: {level: 3, list: [1, null]}
__proto__: {polluted: true}
`;
  test('is complete, and other keys are kept as data', () => {
    const [rule] = goodEngine(TEXT).rules;
    expect(rule).toMatchObject({
      kind: 'rule',
      id: '5f1abf38-0000-0000-0000-000000000000',
      name: 'strange',
      title: 'Máy trạm lạ',
      level: 'high',
      status: 'test',
      description: 'Two\nlines\n',
      license: 'MIT',
      author: 'An',
      date: '2026-01-02',
      modified: '2026-01-03',
      references: ['https://a.example', 'https://b.example'],
      falsepositives: ['Admins'],
      fields: ['x', 'y'],
      tags: ['attack.t1059'],
      scope: ['server'],
      related: [{ id: 'abc', type: 'derived' }],
      logsource: {
        product: 'windows',
        category: 'process_creation',
        service: undefined,
        definition: 'needs 4688',
      },
      source: 'test.yml',
      line: 1,
      column: 1,
    });
    expect(rule?.custom.agency).toEqual({ level: 3, list: [1, null] });
    expect(Object.keys(rule?.custom ?? {})).toEqual(['agency', '__proto__']);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test('without id the rule is known by its title, without both by its place', () => {
    const engine = engineOf(
      'title: A\ndetection: {s: {x: a}, condition: s}\n---\ndetection: {s: {x: a}, condition: s}',
    );
    expect(engine.rules.map(({ id }) => id)).toEqual(['title:A', 'test.yml:4']);
    expect(engine.rules[1]?.warnings).toContain('the rule has no title');
  });

  test('"all" on one value is accepted with a warning', () => {
    const [rule] = goodEngine(ruleOf('x|contains|all: a')).rules;
    expect(rule?.warnings).toContain('"all" on a single value changes nothing');
  });
});

describe('documents', () => {
  test('several global documents add up; correlations and filters stay out of it', () => {
    const engine = goodEngine(`action: global
title: G
---
action: global
logsource: {product: windows}
---
title: own
id: one
name: one
detection: {s: {x: 1}, condition: s}
---
title: C
correlation: {type: event_count, rules: [one], timespan: 5m, condition: {gte: 1}}
---
title: F
filter: {rules: [one], s: {y: 1}, condition: not s}
---
action: repeat
id: two
name: two
`);
    expect(engine.rules.map(({ title, logsource }) => [title, logsource.product])).toEqual([
      ['own', 'windows'],
      ['own', 'windows'],
      ['C', undefined],
      ['F', undefined],
    ]);
    expect(engine.match({ x: 1, y: 1 }).map(({ rule }) => rule.id)).toEqual(['two']);
  });

  test('empty documents, comments and a byte order mark are skipped', () => {
    expect(goodEngine(`\uFEFF# comment\n---\n---\n${ruleOf('x: a')}---\n...\n`).rules).toHaveLength(1);
    expect(parseRules('', { source: 'x' })).toEqual({ rules: [], correlations: [], filters: [], errors: [] });
  });

  test('Windows line ends', () => {
    expect(asks(goodEngine(ruleOf('x: a').replaceAll('\n', '\r\n')), { x: 'a' })).toBe(true);
  });

  test('anchors and merge keys', () => {
    const engine = goodEngine(
      'title: t\ndetection:\n  a: &a {x: 1}\n  b: {<<: *a, y: 1}\n  c: {<<: [*a], x: 2}\n  condition: b or c',
    );
    expect(asks(engine, { x: 1, y: 1 })).toBe(true);
    expect(asks(engine, { y: 1 })).toBe(false);
    expect(asks(engine, { x: 2 })).toBe(true);
  });

  test('explicit tags of the core schema', () => {
    const [rule] = goodEngine(ruleOf("x: !!str 5\ny: !!int '7'")).compiled;
    expect(JSON.stringify(rule?.expr)).toContain('"7"');
  });

  test('action: global, repeat and reset of old collections', () => {
    const text = `action: global
title: G
logsource: {product: windows}
level: high
---
id: one
detection: {s: {x: 1}, condition: s}
---
action: repeat
id: two
detection: {s: {x: 2}}
---
action: reset
---
title: alone
id: three
detection: {s: {x: 3}, condition: s}
`;
    const engine = goodEngine(text);
    expect(engine.rules.map(({ id, title, level }) => [id, title, level])).toEqual([
      ['one', 'G', 'high'],
      ['two', 'G', 'high'],
      ['three', 'alone', undefined],
    ]);
    expect(engine.match({ x: 2 }).map(({ rule }) => rule.id)).toEqual(['two']);
  });
});

describe('hostile YAML', () => {
  test('an alias bomb is refused at once', () => {
    const levels = Array.from(
      { length: 30 },
      (_, index) => `a${String(index + 1)}: &a${String(index + 1)} [${`*a${String(index)},`.repeat(9)}]`,
    );
    const errors = errorsOf(`a0: &a0 [x]\n${levels.join('\n')}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/grows beyond \d+ values|nested deeper/);
  });

  test('deep nesting is refused', () => {
    expect(errorsOf(`x: ${'['.repeat(5000)}${']'.repeat(5000)}`)[0]).toMatch(
      /not valid YAML: nesting|exceeded|depth/i,
    );
  });

  test('deep nesting through aliases is refused', () => {
    const levels = Array.from(
      { length: 200 },
      (_, index) => `a${String(index + 1)}: &a${String(index + 1)} [[*a${String(index)}]]`,
    );
    expect(errorsOf(`a0: &a0 [x]\n${levels.join('\n')}`)[0]).toMatch(/nested deeper than 32 levels/);
  });

  test('a text of 10 MB is refused with its size', () => {
    expect(errorsOf(`title: ${'x'.repeat(10_000_000)}`)[0]).toMatch(
      /10000007 characters; at most 4194304 are read: split the file/,
    );
  });

  test('a condition that names a large selection again and again is refused', () => {
    const values = JSON.stringify(Array.from({ length: 5000 }, (_, index) => `v${String(index)}`));
    const text = `title: t\ndetection:\n  a: {x: ${values}}\n  condition: ${Array.from({ length: 5000 }, () => 'a').join(' or ')}`;
    expect(errorsOf(text)[0]).toMatch(
      /^test\.yml:4:214: the condition grows to more than 200000 comparisons/,
    );
  });

  test('ten thousand selections and a hundred thousand values are a rule like others', () => {
    const selections = Array.from(
      { length: 10_000 },
      (_, index) => `  s${String(index)}: {x: ${String(index)}}`,
    );
    const many = goodEngine(`title: t\ndetection:\n${selections.join('\n')}\n  condition: 1 of s*`);
    expect(asks(many, { x: 9999 })).toBe(true);
    expect(asks(many, { x: 10_000 })).toBe(false);
    const values = Array.from({ length: 100_000 }, (_, index) => `v${String(index)}`).join();
    const long = goodEngine(`title: t\ndetection: {s: {x: [${values}]}, condition: s}`);
    expect(asks(long, { x: 'V99999' })).toBe(true);
    expect(asks(long, { x: 'v100000' })).toBe(false);
  });

  test('a condition over a hundred thousand lines has its places at once', () => {
    const condition = Array.from({ length: 100_000 }, () => 's').join(' or\n    ');
    expect(errorsOf(`title: t\ndetection:\n  s: {x: a}\n  condition: ${condition} or t`)[0]).toMatch(
      /^test\.yml:100003:10: the condition names "t"/,
    );
  });

  test('dashes under an encoding do not multiply a long text', () => {
    expect(errorsOf(ruleOf(`x|windash|wide: '${' -a'.repeat(5)}${'b'.repeat(300_000)}'`))[0]).toMatch(
      /^test\.yml:6:21: the line expands to more than 10000 texts or 1000000 characters/,
    );
  });

  test('twenty thousand broken documents take time in proportion', () => {
    const parsed = parseRules('---\n[\n'.repeat(20_000), { source: 'x' });
    expect(parsed.errors).toHaveLength(20_000);
    expect(parsed.errors.at(-1)?.line).toBe(40_001);
  });

  test('large documents of the old action form merge in proportion', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `k${String(index)}: 1`).join('\n');
    const parsed = parseRules(`action: global\n${keys}\n---\ndetection: {s: {x: 1}, condition: s}\n${keys}`, {
      source: 'x',
    });
    expect(parsed.rules).toHaveLength(1);
  });

  test('NUL bytes and lone surrogates are errors, not crashes', () => {
    expect(errorsOf('title: a\u0000b')[0]).toMatch(/^test\.yml:1:\d+: not valid YAML/);
    expect(errorsOf(`title: "a\ud800"`)).toHaveLength(1);
  });
});

test('formatError is what editors understand', () => {
  expect(formatError({ source: 'a/b.yml', line: 3, column: 7, message: 'wrong' })).toBe('a/b.yml:3:7: wrong');
});
