/** Pipelines as statements about any table and event: rules mapped = events renamed, and no text or event does harm. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, createRouter, matchNaive, parsePipelines, parseRules } from '../../../rules/sigma/index.ts';
import type { Pipeline } from '../../../rules/sigma/index.ts';
import { fold } from '../../../rules/sigma/fold.ts';
import { restAfter, restBefore } from '../../../rules/sigma/pattern-rest.ts';
import { ANY_DASH, ANY_ONE, ANY_RUN, shapeOf, textTest } from '../../../rules/sigma/text.ts';
import type { Token, Tokens } from '../../../rules/sigma/text.ts';

const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 5_000);

/** Names of rules, and of events; none is both. */
const RULE_FIELDS = ['x', 'y', 'constructor'];
const EVENT_FIELDS = ['a', 'b', 'c.d', 'toString', 'e'];
const TEXTS = ['High', 'S-1', 'HKLM\\k', '\\R\\M\\k', 'k.lnk', 'k.url', 'é', '', 'k'];

const fields = fc
  .array(
    fc.tuple(
      fc.constantFrom(...RULE_FIELDS),
      fc.uniqueArray(fc.constantFrom(...EVENT_FIELDS), { minLength: 1, maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  // An event's name stands for one of the rule's: a table with two meanings for a name has none.
  .map((entries) => {
    const used = new Set<string>();
    const table = new Map<string, string[]>();
    for (const [name, to] of entries) {
      const free = to.filter((one) => !used.has(one));
      if (free.length === 0 || table.has(name)) continue;
      for (const one of free) used.add(one);
      table.set(name, free);
    }
    return Object.fromEntries(table);
  });

const values = fc
  .subarray([
    ['a', { map: { High: ['S-1', 'S-2'] } }],
    ['b', { prefix: { 'HKLM\\': '\\R\\M\\' } }],
    ['e', { suffix: { '.lnk': '.url' } }],
  ] as const)
  .map((entries) => Object.fromEntries(entries));

/** An event has at most one of the names that a field of the rule has. */
const event = fc.tuple(
  fc.record(
    Object.fromEntries(
      EVENT_FIELDS.map((name) => [
        name,
        fc.oneof(
          fc.constantFrom(...TEXTS),
          fc.constant(null),
          fc.integer({ min: 0, max: 9 }),
          fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }),
        ),
      ]),
    ),
    { requiredKeys: [] },
  ),
  fc.nat(2),
);

const value = fc.oneof(
  fc
    .constantFrom(...TEXTS, 'HKLM\\*', '*.lnk', 'h*', '?', 'HKLM\\?.lnk')
    .map((text) => JSON.stringify(text.replaceAll('\\', '\\\\'))),
  fc.integer({ min: 0, max: 9 }).map(String),
);
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('', '|neq', '|cased'), fc.array(value, { minLength: 1, maxLength: 3 }))
      .map(([modifier, list]) => [modifier, `[${list.join()}]`] as const),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(['', 'null'], ['|neq', 'null'], ['|exists', 'true'], ['|exists', 'false'])
      .map(([modifier = '', text = '']) => [modifier, text] as const),
  },
  { weight: 1, arbitrary: fc.constantFrom(...RULE_FIELDS).map((other) => ['|fieldref', other] as const) },
  { weight: 1, arbitrary: fc.constantFrom('5', '0').map((number) => ['|gt', number] as const) },
);
const rule = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...RULE_FIELDS), line), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('s0', 'not s0', '1 of them', 'all of them', 'not 1 of them'),
  )
  .map(
    ([lines, condition]) =>
      `title: t\nid: r\nlogsource: {}\ndetection:\n${lines
        .map(([field, [modifier, text]], index) => `  s${String(index)}: {${field}${modifier}: ${text}}\n`)
        .join('')}  condition: ${condition}\n`,
  );

test(
  'rules mapped to the event’s names match as the event with the rule’s names',
  { timeout: 300_000 },
  () => {
    let matched = 0;
    let compared = 0;
    fc.assert(
      fc.property(
        fields,
        values,
        rule,
        fc.array(event, { minLength: 1, maxLength: 4 }),
        (table, tables, text, events) => {
          const base: Pipeline = {
            name: 'p',
            fields: table,
            values: tables,
            routes: [{ when: { id: 1 }, logsource: {} }],
          };
          const parsed = parseRules(text, { source: 'generated' });
          const mapped = compile([parsed], { pipelines: [base] });
          const plain = compile([parsed]);
          const router = createRouter([{ ...base, side: 'events' }]);
          // One that compares two fields of the rule with tables of their own is not asked: fields are compared as they are.
          if (text.includes('|fieldref') && Object.keys(tables).length > 0) return;
          for (const [raw, pick] of events) {
            const one: Record<string, unknown> = { id: 1, ...raw };
            for (const names of Object.values(table))
              for (const [index, name] of names.entries())
                if (index !== pick % names.length) delete one[name];
            const onRules = mapped.match(one).length;
            expect(matchNaive(mapped, one)).toHaveLength(onRules);
            expect(plain.match(router.prepare(one).event).length).toBe(onRules);
            matched += onRules;
            compared += 1;
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(matched).toBeGreaterThan(compared / 10);
    expect(matched).toBeLessThan(compared * 0.9);
  },
);

test('no text throws, and no pipeline it gives breaks compiling or routing', { timeout: 300_000 }, () => {
  const key = fc.constantFrom(
    'name',
    'order',
    'side',
    'logsource',
    'not',
    'fields',
    'values',
    'placeholders',
    'known',
    'routes',
    'when',
    'unless',
    'map',
    'from',
    'to',
    '__proto__',
    'product',
  );
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('p', 'events', 'rules', '*', '', 1, 3, true, null),
      fc.array(tie('data'), { maxLength: 3 }),
      fc.dictionary(key, tie('data'), { maxKeys: 5 }),
    ),
  }));
  // Some of them with what makes a pipeline whole.
  const whole = fc
    .tuple(fc.dictionary(key, data, { maxKeys: 4 }), fc.boolean())
    .map(([one, complete]) => (complete ? { ...one, name: 'p', known: ['a'] } : one));
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        whole.map((one) => JSON.stringify(one)),
        fc.string({ unit: 'binary', maxLength: 100 }),
      ),
      fc.dictionary(fc.string(), fc.anything()),
      (text, one) => {
        const { pipelines, errors } = parsePipelines(text, { source: 'x' });
        for (const { line: at, column, message } of errors) {
          expect(at).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toBe('');
        }
        accepted += pipelines.length;
        compile([], { pipelines });
        expect(() => createRouter(pipelines).prepare(one)).not.toThrow();
      },
    ),
    { numRuns: RUNS },
  );
  expect(accepted).toBeGreaterThan(RUNS / 50);
});

test('any event is routed without a throw, and the same way again', { timeout: 300_000 }, () => {
  const routes: Pipeline = {
    name: 'p',
    side: 'events',
    fields: { x: ['winlog.event_data.a', 'b'] },
    routes: ['Channel', 'EventID', 'event.code', 'a'].map((field) => ({
      when: { [field]: ['*'] },
      logsource: { service: field },
    })),
  };
  const router = createRouter([routes]);
  const name = fc.constantFrom(
    'Channel',
    'EventID',
    'Event',
    'System',
    'EventData',
    'UserData',
    'winlog',
    'event',
    'code',
    'event_data',
    'a',
    'b',
    '#text',
    '#attributes',
    'Data',
    '@Name',
    'product',
    '__proto__',
    'channel',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'medium' },
      fc.anything(),
      fc.string(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(name, tree, { maxKeys: 8 }), (one) => {
      const { logsources } = router.prepare(one);
      expect(router.route(one)).toBe(logsources);
      expect(router.prepare(one).logsources).toBe(logsources);
    }),
    { numRuns: RUNS },
  );
});

test(
  'what is left of a pattern behind a beginning, and before an end, is exact',
  { timeout: 300_000 },
  () => {
    const characters = ['a', 'b', 'B', 'é', '-', '\u{1f600}'];
    const text = fc.array(fc.constantFrom(...characters), { maxLength: 4 }).map((parts) => parts.join(''));
    const token = fc.oneof(text, fc.constantFrom<Token[]>(ANY_RUN, ANY_ONE, ANY_DASH));
    const fits = (tokens: Tokens, value: string, cased: boolean): boolean =>
      textTest(shapeOf(tokens, cased))(cased ? value : fold(value));
    let fitting = 0;
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 5 }),
        text,
        text,
        fc.boolean(),
        (tokens, given, rest, cased) => {
          const behind = fits(tokens, given + rest, cased);
          const before = fits(tokens, rest + given, cased);
          const open = fits(tokens, rest, cased);
          fitting += Number(behind);
          const units = tokens.filter((one) => one !== '');
          const after = restAfter(tokens, given, cased).some((left) => fits(left, rest, cased));
          expect(after || (units[0] === ANY_RUN && open)).toBe(behind);
          const until = restBefore(tokens, given, cased).some((left) => fits(left, rest, cased));
          expect(until || (units.at(-1) === ANY_RUN && open)).toBe(before);
        },
      ),
      { numRuns: RUNS },
    );
    expect(fitting).toBeGreaterThan(RUNS / 20);
  },
);
