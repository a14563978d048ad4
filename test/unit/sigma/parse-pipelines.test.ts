/** The YAML form of pipelines: what is read, and every way to be wrong with its place. */
import { describe, expect, test } from 'vitest';
import { formatError, parsePipelines } from '../../../rules/sigma/index.ts';

const parse = (text: string) => parsePipelines(text, { source: 'p.yml' });
const errors = (text: string): string[] => parse(text).errors.map(formatError);

describe('a pipeline', () => {
  test('is read with everything it may say', () => {
    const { pipelines, errors: wrong } = parse(`
name: everything
description: all keys
order: 7
side: events
logsource: { product: windows, category: process_creation }
not: [{ service: sysmon }, { product: linux }]
fields:
  Image: NewProcessName
  User: [SubjectUserName, TargetUserName, SubjectUserName]
values:
  MandatoryLabel:
    map: { High: S-1-16-12288, Medium: [S-1-16-8192, S-1-16-8448] }
    prefix: { 'HKLM\\': '\\REGISTRY\\MACHINE\\' }
    suffix: { .exe: .EXE }
placeholders:
  Admins: [root, admin]
  Limit: 5
known: [a, [b, [c]], a]
routes:
  - when: { Channel: Security, EventID: [4688, { from: 1, to: 3 }], on: true }
    unless: { EventType: '*' }
    logsource: { product: windows, service: security }
  - when: { type|cased: PATH }
    logsource: [{ category: a }, { service: b }]
`);
    expect(wrong).toEqual([]);
    expect(structuredClone(pipelines)).toEqual([
      {
        name: 'everything',
        description: 'all keys',
        order: 7,
        side: 'events',
        logsource: [{ product: 'windows', category: 'process_creation' }],
        not: [{ service: 'sysmon' }, { product: 'linux' }],
        fields: { Image: ['NewProcessName'], User: ['SubjectUserName', 'TargetUserName'] },
        values: {
          MandatoryLabel: {
            map: { High: ['S-1-16-12288'], Medium: ['S-1-16-8192', 'S-1-16-8448'] },
            prefix: { 'HKLM\\': '\\REGISTRY\\MACHINE\\' },
            suffix: { '.exe': '.EXE' },
          },
        },
        placeholders: { Admins: ['root', 'admin'], Limit: [5] },
        known: ['a', 'b', 'c'],
        routes: [
          {
            when: { Channel: ['Security'], EventID: [4688, { from: 1, to: 3 }], on: [true] },
            unless: { EventType: ['*'] },
            logsource: [{ product: 'windows', service: 'security' }],
          },
          {
            when: { 'type|cased': ['PATH'] },
            unless: undefined,
            logsource: [{ category: 'a' }, { service: 'b' }],
          },
        ],
      },
    ]);
  });

  test('stands alone in a document or in a list, with anchors; empty documents are nothing', () => {
    const { pipelines, errors: wrong } = parse(
      '- name: a\n  known: &k [x]\n- name: b\n  known: [*k, [y]]\n---\n---\nname: c\nknown: [z]\n',
    );
    expect(wrong).toEqual([]);
    expect(pipelines.map(({ name, known }) => [name, known])).toEqual([
      ['a', ['x']],
      ['b', ['x', 'y']],
      ['c', ['z']],
    ]);
  });

  test('has names as they are, whatever objects have of themselves', () => {
    const [pipeline] = parse('name: p\nfields: {__proto__: a, constructor: b}').pipelines;
    expect(Object.entries(pipeline?.fields ?? {})).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ]);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('that is wrong is left out, its neighbours stay', () => {
    const text = '- name: a\n  known: [x]\n- name: b\n  colour: red\n- name: c\n  known: [z]\n---\nname: [\n';
    expect(parse(text).pipelines.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(parse(text).errors.map(({ line }) => line)).toEqual([4, 9]);
  });
});

const ROUTE = 'name: p\nroutes:\n  - ';

describe('refused, with place, what was expected and what there is', () => {
  test.each([
    ['no YAML', 'name: [', 'p.yml:1:8: not valid YAML'],
    ['no mapping', '5', 'p.yml:1:1: a pipeline must be a mapping with name, description, order'],
    ['no mapping in a list', '- 5', 'p.yml:1:3: a pipeline must be a mapping'],
    [
      'an unknown key',
      'name: p\nfeilds: {a: b}',
      'p.yml:2:1: unknown key "feilds" in a pipeline; known are: name, ',
    ],
    ['no name', 'known: [a]', 'p.yml:1:1: a pipeline needs a "name"'],
    ['an empty name', "name: ''\nknown: [a]", 'p.yml:1:7: "name" must be text'],
    ['a name that is a list', 'name: [a]\nknown: [a]', 'p.yml:1:7: "name" must be text'],
    ['a name twice', '- {name: p, known: [a]}\n- {name: p, known: [a]}', 'p.yml:2:3: the name "p" is taken'],
    ['nothing in it', 'name: p\norder: 3', 'p.yml:1:1: a pipeline needs at least one of fields, values, '],
    ['an order in words', 'name: p\norder: first\nknown: [a]', 'p.yml:2:8: "order" must be a whole number'],
    ['half an order', 'name: p\norder: 1.5\nknown: [a]', 'p.yml:2:8: "order" must be a whole number'],
    ['an unknown side', 'name: p\nside: left\nknown: [a]', 'p.yml:2:7: "side" must be "rules" or "events"'],
    [
      'events without routes',
      'name: p\nside: events\nfields: {a: b}',
      'p.yml:1:1: a pipeline with "side: events" needs "routes"',
    ],
    [
      'a log source in words',
      'name: p\nlogsource: windows\nknown: [a]',
      'p.yml:2:12: "logsource" must be a mapping of {product, category, service}',
    ],
    [
      'an empty log source',
      'name: p\nlogsource: {}\nknown: [a]',
      'p.yml:2:12: "logsource" must be a mapping',
    ],
    ['no log source in a list', 'name: p\nnot: []\nknown: [a]', 'p.yml:2:6: "not" is an empty list'],
    [
      'an unknown part',
      'name: p\nlogsource: {produkt: x}\nknown: [a]',
      'p.yml:2:13: unknown key "produkt" in "logsource"; known are: product, category, service',
    ],
    [
      'an empty part',
      'name: p\nlogsource: {product: }\nknown: [a]',
      'p.yml:2:13: "product" in "logsource" must be text',
    ],
    [
      'fields in a list',
      'name: p\nfields: [a]',
      'p.yml:2:9: "fields" must be a mapping of rule field: event field',
    ],
    ['no field', 'name: p\nfields: {}', 'p.yml:2:9: "fields" must be a mapping'],
    ['a field for nothing', 'name: p\nfields: {a: }', 'p.yml:2:10: "a" in "fields" must be text'],
    ['a field for no name', 'name: p\nfields: {a: []}', 'p.yml:2:13: "a" in "fields" is an empty list'],
    ['a field for a mapping', 'name: p\nfields: {a: {b: c}}', 'p.yml:2:13: "a" in "fields" must be text'],
    [
      'values in words',
      'name: p\nvalues: {a: b}',
      'p.yml:2:13: "a" in "values" must be a mapping of map, prefix, suffix',
    ],
    [
      'an unknown table of values',
      'name: p\nvalues: {a: {infix: {b: c}}}',
      'p.yml:2:14: unknown key "infix" in "a" in "values"; known are: map, prefix, suffix',
    ],
    [
      'a value for null',
      'name: p\nvalues: {a: {map: {b: null}}}',
      'p.yml:2:23: "b" in "map" of "a" in "values" must be text, a number or true or false',
    ],
    [
      'an empty prefix',
      "name: p\nvalues: {a: {prefix: {'': c}}}",
      'p.yml:2:23: "prefix" of "a" in "values" cannot replace the empty text',
    ],
    ['a prefix for a list', 'name: p\nvalues: {a: {prefix: {b: [c]}}}', 'must be text'],
    [
      'a placeholder for a mapping',
      'name: p\nplaceholders: {a: {b: c}}',
      'p.yml:2:19: "a" in "placeholders" must be text, a number',
    ],
    ['known fields in words', 'name: p\nknown: a', 'p.yml:2:8: "known" must be a list of field names'],
    ['a known field that is none', 'name: p\nknown: [{a: b}]', 'p.yml:2:9: "known" must be text'],
    ['routes in words', 'name: p\nroutes: a', 'p.yml:2:9: "routes" must be a list of routes'],
    ['a route in words', `${ROUTE}a`, 'p.yml:3:5: a route must be a mapping of when, unless, logsource'],
    [
      'an unknown key of a route',
      `${ROUTE}{if: {a: b}}`,
      'p.yml:3:6: unknown key "if" in a route; known are: when, unless, logsource',
    ],
    ['a route without conditions', `${ROUTE}{logsource: {service: s}}`, 'p.yml:3:5: a route needs "when"'],
    [
      'a route with no condition',
      `${ROUTE}{when: {}, logsource: {service: s}}`,
      'p.yml:3:12: "when" must be a mapping of event field',
    ],
    ['a route to nowhere', `${ROUTE}{when: {a: b}}`, 'p.yml:3:5: a route needs "logsource"'],
    [
      'a condition for null',
      `${ROUTE}{when: {a: null}, logsource: {service: s}}`,
      'p.yml:3:16: "a" in "when" must be text, a number',
    ],
    [
      'a range without end',
      `${ROUTE}{when: {a: {from: 1}}, logsource: {service: s}}`,
      'p.yml:3:16: the range of "a" in "when" needs "from" and "to"',
    ],
    [
      'a range with more',
      `${ROUTE}{when: {a: {from: 1, to: 2, by: 3}}, logsource: {service: s}}`,
      'unknown key "by" in the range of "a" in "when"; known are: from, to',
    ],
    [
      'a range in words',
      `${ROUTE}{when: {a: {from: x, to: 2}}, logsource: {service: s}}`,
      '"from" of "a" in "when" must be a whole number',
    ],
    [
      'a range backwards',
      `${ROUTE}{when: {a: {from: 3, to: 2}}, logsource: {service: s}}`,
      'p.yml:3:6: a range goes from a whole number up to one that is not smaller',
    ],
    [
      'a range without bounds',
      `${ROUTE}{when: {a: {from: 0, to: 99999999}}, logsource: {service: s}}`,
      'over at most 10000 numbers',
    ],
    [
      'values that multiply',
      `${ROUTE}{when: {a: {from: 1, to: 999}, b: {from: 1, to: 999}}, logsource: {service: s}}`,
      'multiply to 998001 combinations, at most 10000: split the route',
    ],
    [
      'a bomb',
      `a: &a [x,x,x,x,x,x,x,x]\n${'bcdefg'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array(9)
              .fill(`*${'abcdefg'[index] ?? ''}`)
              .join(',')}]`,
        )
        .join('\n')}`,
      'the document grows beyond',
    ],
  ])('%s', (_what, text, want) => {
    expect(errors(text)).toEqual([expect.stringContaining(want)]);
    expect(parse(text).pipelines.filter(({ name }) => name !== 'p')).toEqual([]);
  });
});
