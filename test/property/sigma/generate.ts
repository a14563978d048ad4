/** Generators of rules and events over a small alphabet, so that matches and near misses are common. */
import * as fc from 'fast-check';

const FIELDS = ['x', 'y', 'a.b', '__proto__', 'constructor'];
const ALPHABET = [
  'a',
  'b',
  'A',
  'B',
  '*',
  '?',
  '\\',
  '-',
  '/',
  ' ',
  'é',
  'É',
  'Σ',
  'ς',
  'ſ',
  's',
  '\u212a',
  'k',
  '\u0130',
  '\u{1f600}',
  '\n',
  '1',
  '.',
];

const text = fc.array(fc.constantFrom(...ALPHABET), { maxLength: 6 }).map((parts) => parts.join(''));
const scalar = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 12 }) },
  { weight: 1, arbitrary: fc.boolean() },
);
const affixes = fc.subarray(['contains', 'startswith', 'endswith', 'cased', 'windash', 'neq', 'all'], {
  maxLength: 3,
});

function values<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> {
  return fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 4 }));
}

const item: fc.Arbitrary<[string, unknown]> = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(key(affixes), values(scalar)) },
  { weight: 2, arbitrary: fc.tuple(key(fc.constant([])), fc.constant(null)) },
  { weight: 1, arbitrary: fc.tuple(key(fc.constant(['exists'])), fc.boolean()) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      key(fc.subarray(['re', 'i', 's'], { minLength: 1 }).filter(([first]) => first === 're')),
      values(fc.constantFrom('a+b', '^a', 'b$', '(?i)ab|é', '[^a]+', 'a.b', 'abab')),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      key(fc.constantFrom(['gt'], ['lte'], ['gte', 'neq'])),
      fc.integer({ min: -2, max: 12 }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      key(fc.constantFrom(['fieldref'], ['fieldref', 'contains'], ['fieldref', 'neq'])),
      fc.constantFrom(...FIELDS),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      key(fc.constantFrom(['base64offset', 'contains'], ['wide', 'base64'])),
      fc.constantFrom('ab', 'é', 'abc'),
    ),
  },
);

function key(modifiers: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...FIELDS), modifiers).map(([field, list]) => [field, ...list].join('|'));
}

const mapping = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => {
  const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of items) map[name] = value;
  return map;
});
const keyword = text.filter((word) => word !== '');
const selection = fc.oneof(
  { weight: 6, arbitrary: mapping },
  { weight: 2, arbitrary: fc.array(mapping, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(keyword, { minLength: 1, maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.array(keyword, { minLength: 1, maxLength: 3 }).map((words) => ({ '|all': words })),
  },
);

const condition: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('sel_a', 'sel_b', 'other', '1 of sel_*', 'all of sel_*', '1 of them', 'all of them'),
    fc
      .tuple(tie('tree'), fc.constantFrom('and', 'or', 'and not', 'or not'), tie('tree'))
      .map(([left, word, right]) => `(${left}) ${word} (${right})`),
    tie('tree').map((inner) => `not (${inner})`),
  ),
})).tree;

const logsource = fc.record(
  { product: fc.constantFrom('p', 'q'), category: fc.constantFrom('c', 'd') },
  { requiredKeys: [] },
);

/** A text of several rules; JSON is YAML, and keeps every character. */
export const ruleText: fc.Arbitrary<string> = fc
  .array(fc.record({ sel_a: selection, sel_b: selection, other: selection, condition, logsource }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((rules) =>
    rules
      .map(({ logsource: source, ...detection }, index) =>
        JSON.stringify({ title: `r${String(index)}`, logsource: source, detection }),
      )
      .join('\n---\n'),
  );

const eventValue = fc.oneof(
  { weight: 10, arbitrary: text },
  { weight: 2, arbitrary: fc.integer({ min: -2, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, '', 'YWI=', 'eWFi') },
  { weight: 2, arbitrary: fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('b', 'c'), text) },
);

export const event: fc.Arbitrary<Record<string, unknown>> = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS, 'a', 'z'), eventValue), { maxLength: 5 })
  .map((fields) => {
    const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of fields) map[name] = value;
    return map;
  });

export const logsources = fc.option(fc.array(logsource, { maxLength: 2 }), { nil: undefined });
