import { describe, expect, it } from 'vitest';
import { explain, parsePipelines, parseRules } from '../../../rules/sigma/index.ts';
import type { Explanation, ExplainOptions, RuleExplanation, Step } from '../../../rules/sigma/index.ts';

const RULE = `
title: Tool
id: tool
logsource: {product: windows, category: process_creation}
detection:
  sel_image:
    - Image|endswith: ['\\a.exe', '\\b.exe']
    - Hash: x
  sel_args:
    CommandLine|contains|all: [one, two]
    User|re|neq: '^SYS'
  filter:
    Parent: null
  words: [whoami]
  condition: all of sel_* and not filter or words
`;

function ask(
  text: string | readonly string[],
  id: string,
  event: Record<string, unknown>,
  options?: ExplainOptions,
): Explanation {
  const texts = typeof text === 'string' ? [text] : text;
  return explain(
    texts.map((one, index) => parseRules(one, { source: `${String(index)}.yml` })),
    id,
    event,
    options,
  );
}

function askRule(...args: Parameters<typeof ask>): RuleExplanation {
  const explanation = ask(...args);
  if (explanation.kind !== 'rule') throw new Error(explanation.kind);
  return explanation;
}

/** `+` true, `-` false, `.` not reached. */
function draw(step: Step, depth = 0): string[] {
  const mark = step.reached ? (step.held ? '+' : '-') : '.';
  const { item } = step;
  const label =
    item === undefined
      ? [step.kind, step.label].filter(Boolean).join(' ')
      : [item.field, ...item.modifiers].join('|');
  return [`${' '.repeat(depth)}${mark} ${label}`, ...step.parts.flatMap((part) => draw(part, depth + 1))];
}

describe('an explanation', () => {
  it('is a tree of the condition, the selections by name and their lines, with what was not reached', () => {
    const explanation = askRule(RULE, 'tool', {
      Image: 'C:\\a.exe',
      CommandLine: 'one',
      Parent: 'p',
      User: 'x',
    });
    expect(explanation.matches).toBe(false);
    expect(draw(explanation.detection)).toEqual([
      '- or',
      ' - and',
      '  - of all of sel_*',
      '   + selection sel_image',
      '    + or',
      '     + Image|endswith',
      '     . Hash',
      '   - selection sel_args',
      '    - CommandLine|contains|all',
      '    . User|re|neq',
      '  . not',
      '   . selection filter',
      '    . Parent',
      ' - selection words',
      '  - ',
    ]);
    expect(explanation.conditions).toEqual(['all of sel_* and not filter or words']);
  });

  it('names the line that failed first: its selection, its place, what was wanted and what was there', () => {
    const { failed } = askRule(RULE, 'tool', { Image: 'C:\\a.exe', CommandLine: ['one', 'x'], Parent: 'p' });
    expect(failed).toMatchObject({ selection: 'sel_args' });
    expect(failed?.step.item).toEqual({
      field: 'CommandLine',
      modifiers: ['contains', 'all'],
      wanted: [
        { text: 'one', held: true },
        { text: 'two', held: false },
      ],
      found: [{ field: 'CommandLine', present: true, values: ['one', 'x'], more: 0 }],
      at: { line: 10, column: 5 },
    });
  });

  it.each([
    [
      'a line within "not" that held',
      { Image: 'a\\a.exe', CommandLine: 'one two', User: 'x' },
      'filter',
      'Parent',
    ],
    ['the first of what could have held', {}, 'sel_image', 'Image'],
    [
      'what "neq" found',
      { Image: 'a\\b.exe', CommandLine: 'one two', User: 'SYSTEM', Parent: 1 },
      'sel_args',
      'User',
    ],
  ])('blames %s', (_what, event, selection, field) => {
    const { matches, failed } = askRule(RULE, 'tool', event);
    expect(matches).toBe(false);
    expect([failed?.selection, failed?.step.item?.field]).toEqual([selection, field]);
  });

  it('blames nothing where the rule matches', () => {
    const hit = { Image: 'a\\B.EXE', CommandLine: 'two one', User: 'x', Parent: 'p' };
    expect(askRule(RULE, 'tool', hit)).toMatchObject({ matches: true, routed: undefined, failed: undefined });
    const word = askRule(RULE, 'tool', { message: 'run WhoAmI now' });
    expect(word.matches).toBe(true);
    expect(word.detection.parts[1]?.parts[0]?.item?.found).toEqual([
      { field: undefined, present: true, values: ['run WhoAmI now'], more: 0 },
    ]);
  });

  it('tells what a value before "neq" found, and cuts long lists of the event', () => {
    const text = 'title: T\ndetection: {s: {a|neq: [x, y]}, condition: s}';
    const { matches, failed } = askRule(text, 'title:T', { a: ['x', 1, 2, 3, 4, 5, 6] });
    expect(matches).toBe(false);
    expect(failed?.step.item?.wanted.map(({ held }) => held)).toEqual([true, false]);
    expect(failed?.step.item?.found).toEqual([
      { field: 'a', present: true, values: ['x', '1', '2', '3', '4'], more: 2 },
    ]);
  });

  it('knows absent, null and empty apart', () => {
    const text = 'title: T\ndetection: {s: {a: v, b: v, c: v}, condition: 1 of s}';
    const { detection } = askRule(text, 'title:T', { b: null, c: '' });
    expect(detection.parts[0]?.parts.map((part) => part.item?.found[0])).toEqual([
      { field: 'a', present: false, values: [], more: 0 },
      { field: 'b', present: true, values: [], more: 0 },
      { field: 'c', present: true, values: [''], more: 0 },
    ]);
  });

  it('says whether the event is in the rule’s log source', () => {
    const event = { message: 'whoami' };
    const routed = (logsource: ExplainOptions['logsource']): (boolean | undefined)[] => {
      const { matches, routed: is } = askRule(RULE, 'tool', event, { logsource });
      return [is, matches];
    };
    expect(routed({ product: 'windows', category: 'process_creation' })).toEqual([true, true]);
    expect(routed([{ product: 'linux' }, { product: 'Windows', category: 'process_creation' }])).toEqual([
      true,
      true,
    ]);
    expect(routed({ product: 'windows' })).toEqual([false, false]);
    expect(routed([])).toEqual([false, false]);
    expect(routed(undefined)).toEqual([undefined, true]);
  });

  it('applies the filters of the rule and blames them by name', () => {
    const filters = [
      'title: Not ours\nlogsource: {product: windows}\nfilter: {rules: [tool], words: {Host: lab}, condition: not words}',
      'title: Other\nfilter: {rules: [other], s: {x: y}, condition: s}',
      'title: Broken\nfilter: {rules: any, s: {x|nonsense: y}, condition: s}',
    ];
    const of = (event: Record<string, unknown>): RuleExplanation =>
      askRule([RULE, ...filters], 'tool', event);
    const held = of({ message: 'whoami', Host: 'hq' });
    expect(held.matches).toBe(true);
    expect(held.filters.map(({ filter }) => filter.title)).toEqual(['Not ours']);
    const refused = of({ message: 'whoami', Host: 'lab' });
    expect(refused).toMatchObject({
      matches: false,
      failed: { selection: 'words', filter: { title: 'Not ours' } },
    });
    const both = of({ Host: 'lab' });
    expect(both.failed).toMatchObject({ selection: 'sel_image' });
    expect(both.failed?.filter).toBeUndefined();
    expect(both.filters[0]?.detection.reached).toBe(false);
  });

  it('shows the event’s own names of fields that pipelines map', () => {
    const { pipelines } = parsePipelines('name: p\nfields: {Image: [exe, process.path]}', { source: 'p' });
    const { failed } = askRule(RULE, 'tool', { exe: 'c.exe', Image: 'a\\a.exe' }, { pipelines });
    expect(failed?.step.item).toMatchObject({
      field: 'Image',
      found: [
        { field: 'exe', present: true, values: ['c.exe'] },
        { field: 'process.path', present: false },
      ],
    });
  });

  it('reads a filter as the pipelines of the rule say', () => {
    const { pipelines } = parsePipelines('name: p\nlogsource: {product: windows}\nfields: {Host: computer}', {
      source: 'p',
    });
    const filter = 'title: Lab\nfilter: {rules: any, s: {Host: lab}, condition: not s}';
    const matches = (event: Record<string, unknown>): boolean =>
      askRule([RULE, filter], 'tool', { message: 'whoami', ...event }, { pipelines }).matches;
    expect([matches({ Host: 'lab' }), matches({ computer: 'lab' })]).toEqual([true, false]);
  });

  it('uses placeholders, and says why a rule is rejected', () => {
    const text = 'title: T\nid: t\ndetection:\n  s: {a|expand: "%p%"}\n  condition: s';
    expect(askRule(text, 't', { a: 'v' }, { placeholders: { p: ['u', 'v'] } }).matches).toBe(true);
    expect(ask(text, 't', { a: 'v' })).toMatchObject({
      kind: 'rejected',
      errors: [{ line: 4, ruleId: 't' }],
    });
    expect(ask('title: T\nid: t\ndetection: 7', 't', {})).toMatchObject({ kind: 'rejected' });
    expect(ask(RULE, 'no such rule', {})).toEqual({ kind: 'unknown', ruleId: 'no such rule' });
  });
});

describe('an explanation of a correlation', () => {
  const TEXT = `
title: Failed
name: failed
detection: {s: {action: failed}, condition: s}
---
title: Many
id: many
correlation:
  type: value_count
  rules: [failed]
  group-by: [ip, host]
  timespan: 5m
  aliases: {ip: {failed: src}}
  condition: {field: user, gte: 3, lt: 10}
---
title: Chain
id: chain
correlation: {type: temporal, rules: [many, failed], timespan: 1h, condition: many and not failed}
`;

  it('says what it counts, whether the event counts, and of which group it is', () => {
    expect(ask(TEXT, 'many', { action: 'failed', src: '10.0.0.1' })).toMatchObject({
      kind: 'correlation',
      counts: true,
      type: 'value_count',
      timespanMs: 300_000,
      condition: 'gte 3 and lt 10',
      valueFields: ['user'],
      inputs: [
        {
          reference: 'failed',
          group: { ip: '10.0.0.1', host: null },
          explanation: { kind: 'rule', matches: true },
        },
      ],
    });
    expect(ask(TEXT, 'many', { action: 'ok' })).toMatchObject({ counts: false });
  });

  it('follows correlations over correlations, and ends at a rule that is not there', () => {
    expect(ask(TEXT, 'chain', { action: 'failed' })).toMatchObject({
      counts: true,
      condition: 'many and not failed',
      inputs: [{ explanation: { kind: 'correlation', counts: true } }, { explanation: { matches: true } }],
    });
    const circle = 'title: A\nid: a\ncorrelation: {type: temporal, rules: [a, b], timespan: 1h}';
    expect(ask(circle, 'a', {})).toMatchObject({ counts: false });
  });
});
