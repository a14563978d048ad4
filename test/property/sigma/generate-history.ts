/** Generators for rules over stored events: every kind of predicate, and values that SQL and JavaScript may read differently. */
import * as fc from 'fast-check';

/** `y` and `__proto__` hold text only; every event has a `message`. */
export const TEXT_ONLY = ['y', '__proto__'];
const FIELDS = ['x', 'x', 'y', 'y', 'a.b', 'a.b', '__proto__', 'constructor', 'message'];

// prettier-ignore
const LETTERS = [
  'a', 'b', 'A', 'B', 's', 'S', 'ſ', 'k', 'K', '\u212a', 'é', 'É', 'σ', 'Σ', 'ς', 'ß', 'ẞ', 'i', 'I', 'ı', '\u0130',
  'đ', 'Đ', 'ậ', 'Ậ', 'e\u0301', 'µ', 'μ', '\u{1f600}', '\u{10400}', '\u{10428}', '\0', '\n', '\r', '\t', ' ', '\u2028', '\\', '\'', '"',
  '*', '?', '-', '/', '–', '.', ',', '%', '_', '[', ']', '{', '}', '(', ')', '^', '$', '|', '0', '1', 'null', 'true', ':',
];
const NASTY = [
  '',
  'null',
  '[]',
  '{}',
  '[null]',
  '["a"]',
  'true',
  'x\n\nDROP TABLE e;\n\nSELECT 1',
  "'; DROP TABLE e; -- \\' \\\\ \\N",
  '{p0:String} ${x} %s',
  '\\',
  '\\\\server\\Share\\a.EXE',
  'Straße ſtraße STRASSE',
  'Σίσυφος ΣΊΣΥΦΟΣ',
];
// prettier-ignore
const NUMBERS = [
  '0', '-0', '+5', '5.', '.5', '-.5', '5', '5.0', '05', '1e1', '1E+1', '10', '1e400', '-1e400', '1e-400', '0x10', ' 5', '5 ', '5\n',
  'inf', 'nan', 'Infinity', 'NaN', '1_0', '1,5', '٣', '9007199254740993', '0.1', '4.35', '1.7976931348623157e308', '1e', '.', '+', '--5',
  `${'0'.repeat(399)}5`, `${'0'.repeat(400)}5`, '123456789012345678901234567890',
];
// prettier-ignore
const ADDRESSES = [
  '10.0.0.1', '10.255.255.255', '11.0.0.0', '010.0.0.1', '10.0.0.256', '10.0.0', '10.0.0.1.', ' 10.0.0.1', '10.0.0.1\n', '0.0.0.0', '172.16.0.1',
  '172.31.255.255', '172.32.0.0', '192.168.1.77', '::1', '::', '::ffff:10.0.0.1', '::ffff:010.0.0.1', '1::2:3:4:5:6:7:8', '::2:3:4:5:6:7:8',
  'fe80::1%eth0', 'fe80::1%', 'fe80::%a%b', `fe80::1%${'é'.repeat(92)}`, `fe80::1%${'é'.repeat(93)}`, `fe80::1%${'\u{1f600}'.repeat(46)}`,
  `fe80::1%${'\u{1f600}'.repeat(47)}`, 'FE80::ABCD', 'febf::1', 'fec0::1', '1:2:3:4:5:6:10.0.0.1', '1:2:3:4:5:6:7:10.0.0.1', '1:2', ':::', '::1::',
  '12345::', 'fe80::1\n', '::1 ', '10.0.0.1:80', '1:2:3:4:5:6:7::', '0:0:0:0:0:0:0:1', '::10.0.0.1', '10.0.0.1::',
];
// prettier-ignore
const TIMES = [
  '2025-08-02T21:59:59Z', '2025/8/2 7:05', '2025-08-02', '\u3000 2025-08-02T21:59', '2025-13-02', '2025-08-02T24:00', '2025-08-02T21:591',
  '2025-08-021', '20250802', '1754171999', '1754171999000', '1754171999.5', '2024-12-30 00:00', '12345678', '2025-08-02T21:5',
];
const NETWORKS = [
  '10.0.0.0/8',
  '10.0.0.0/9',
  '172.16.0.0/12',
  '192.168.1.64/26',
  '10.0.0.1/32',
  '10.0.0.1',
  '0.0.0.0/0',
  '::1/128',
  '::/0',
  'fe80::/10',
  '::ffff:0:0/96',
  '1::/16',
];
const EXPRESSIONS = [
  'a+b',
  '^a',
  'b$',
  '(?i)ab|é',
  '(?i)ſ',
  '(?i)k',
  '[^a]+',
  '^[^a]$',
  'a.b',
  '^.$',
  '^..$',
  '(?s)^.$',
  '(?i)stra.e',
  '(?i)[a-c]+s',
  '\\bA\\b',
  '\\w\\W\\d*$',
  '^\\s*$',
  'a{2,3}',
  '(a|b)+$',
  '(?:a|)+',
  '^$',
  '',
  'null',
  '^\\[',
  '\\\\',
  '\\x41',
  'é',
  '[à-ü]',
  '[\\w.-]+',
  'DROP\\s+TABLE',
  '^-?0$',
  '(?m)^b$',
  '(?i:a)B',
  '(?P<n>a)b',
  '\\pL',
  '\\Ba',
  '[[:alpha:]]',
  'a|b|',
  '\\Aa\\z',
  '(?i)σ',
];

const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.constantFrom(...LETTERS), { maxLength: 5 }).map((parts) => parts.join('')),
  },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
);
const scalar = fc.oneof(
  { weight: 10, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom(0, 5, -2, 1.5, 1e21) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\ude00', 'a\ud800', '*\ude00b*') },
);

function some<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> {
  return fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 5 }));
}

type Item = fc.Arbitrary<[string, unknown]>;

function item(modifiers: fc.Arbitrary<readonly string[]>, value: fc.Arbitrary<unknown>): Item {
  return fc
    .tuple(fc.constantFrom(...FIELDS), modifiers, value)
    .map(([field, list, found]) => [[field, ...list].join('|'), found]);
}

const comparison = fc.constantFrom(['gt'], ['gte'], ['lt'], ['lte'], ['gte', 'neq']);
const anyItem: Item = fc.oneof(
  {
    weight: 10,
    arbitrary: item(
      fc.subarray(['contains', 'startswith', 'endswith', 'cased', 'windash', 'neq', 'all'], { maxLength: 3 }),
      some(scalar),
    ),
  },
  { weight: 1, arbitrary: item(fc.constant([]), fc.constantFrom(null, '*', '?', '', '?*')) },
  { weight: 1, arbitrary: item(fc.constant(['exists']), fc.boolean()) },
  {
    weight: 4,
    arbitrary: item(
      fc.subarray(['i', 'm', 's']).map((flags) => ['re', ...flags]),
      some(fc.constantFrom(...EXPRESSIONS)),
    ),
  },
  { weight: 2, arbitrary: item(fc.constant(['cidr']), some(fc.constantFrom(...NETWORKS))) },
  {
    weight: 2,
    arbitrary: item(comparison, fc.constantFrom(0, 5, 0.1, 4.35, -2, 10, 1e300, 9007199254740992)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'year'), comparison)
      .chain(([part, list]) =>
        item(fc.constant([part, ...list]), fc.constantFrom(1, 2, 8, 21, 31, 59, 2025)),
      ),
  },
  {
    weight: 2,
    arbitrary: item(
      fc.constantFrom(
        ['fieldref'],
        ['fieldref', 'contains'],
        ['fieldref', 'endswith', 'cased'],
        ['fieldref', 'startswith'],
        ['fieldref', 'neq'],
      ),
      fc.constantFrom(...FIELDS),
    ),
  },
  {
    weight: 1,
    arbitrary: item(fc.constantFrom(['wide', 'base64offset', 'contains']), fc.constantFrom('ab')),
  },
);

const mapping = fc.array(anyItem, { minLength: 1, maxLength: 2 }).map((items) => {
  const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of items) map[name] = value;
  return map;
});
const word = text.filter((one) => one !== '');
const selection = fc.oneof(
  { weight: 8, arbitrary: mapping },
  { weight: 2, arbitrary: fc.array(mapping, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(word, { minLength: 1, maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.record({ '|all': fc.array(word, { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ '|re': fc.constantFrom(...EXPRESSIONS) }) },
);
const condition = fc.constantFrom(
  'one',
  'one',
  'not one',
  'one and not two',
  'one or two',
  'not (one and two)',
  'not (one or not two)',
);
export const logsource = fc.record(
  { product: fc.constantFrom('p', 'Q', 'K'), category: fc.constantFrom('c', 'D') },
  { requiredKeys: [] },
);

/** A text of several rules; JSON is YAML, and keeps every character. */
export const ruleText: fc.Arbitrary<string> = fc
  .array(fc.record({ one: selection, two: selection, condition, logsource }), { minLength: 4, maxLength: 8 })
  .map((rules) =>
    rules
      .map(({ logsource: source, ...detection }, index) =>
        JSON.stringify({ title: `r${String(index)}`, logsource: source, detection }),
      )
      .join('\n---\n'),
  );

const stored = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom(...ADDRESSES) },
  { weight: 2, arbitrary: fc.constantFrom(...TIMES) },
);
const scalars = fc.oneof(
  stored,
  fc.constantFrom(null, true, false, 0, -0, 5, 1.5, -2, 1e21, 1e-7, 1754171999),
);
const nestedObject = fc.dictionary(
  fc.constantFrom('b', 'c', 'x'),
  fc.oneof(scalars, fc.array(scalars, { maxLength: 2 })),
  {
    maxKeys: 2,
  },
);
const value = fc.oneof(
  { weight: 8, arbitrary: scalars },
  { weight: 2, arbitrary: fc.array(scalars, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.array(scalars, { maxLength: 2 }), { maxLength: 2 }) },
  { weight: 1, arbitrary: nestedObject },
  { weight: 1, arbitrary: fc.array(nestedObject, { minLength: 1, maxLength: 2 }) },
);

export type Fields = Record<string, unknown>;

/** Fields of an event as the store takes them. */
export const event: fc.Arbitrary<Fields> = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS, 'a', 'a', 'z'), value, stored), { maxLength: 5 })
  .map((fields) => {
    const map: Fields = Object.create(null) as Fields;
    for (const [name, any, plain] of fields) map[name] = TEXT_ONLY.includes(name) ? plain : any;
    return map;
  });

export { stored as message };

/** Texts that are nearly numbers, addresses or matches of the expressions below. */
export const nearText: fc.Arbitrary<string> = fc.oneof(
  stored,
  fc
    .array(fc.constantFrom('+', '-', '.', 'e', 'E', '0', '1', '5', '9'), { maxLength: 7 })
    .map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom('0', '1', '9', '10', '01', '255', '256', '.'), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom('::', ':', 'a', 'F0', '1', '00fe', '12345', '%z', '10.0.0.1', '01.2.3.4'), {
      maxLength: 9,
    })
    .map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom('::', ...['1:', 'fe80:', '0:'].flatMap((group) => [group, group, group])), {
      maxLength: 9,
    })
    .map((parts) => `${parts.join('')}1`),
);

const atom: fc.Arbitrary<string> = fc.letrec<{ one: string; many: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      'K',
      's',
      'é',
      '.',
      '\\.',
      '\\d',
      '\\D',
      '\\w',
      '\\W',
      '\\s',
      '\\S',
      '[ab]',
      '[^a]',
      '[a-kS]',
      '[^\\W]',
      '[\\w.-]',
      '\\n',
      '\\x41',
      '\\\\',
      '/',
      ' ',
    ),
    fc.constantFrom('^', '$', '\\b', '\\A', '\\z'),
    fc
      .tuple(tie('one'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '+?'))
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?i:', '(?s:', '(?-s:'), tie('many'))
      .map((parts) => `${parts.join('')})`),
  ),
  many: fc.oneof(
    { weight: 4, arbitrary: fc.array(tie('one'), { maxLength: 4 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.tuple(tie('one'), tie('many')).map((parts) => parts.join('|')) },
  ),
})).many;

/** One line of a selection over the field `y`: what SQL decides by itself where `y` holds text only. */
export const decidable: Item = fc
  .oneof(
    fc.tuple(
      fc.constant('y|cidr'),
      some(
        fc.oneof(
          fc.constantFrom(...NETWORKS),
          fc.nat({ max: 128 }).map((bits) => `::/${String(bits)}`),
        ),
      ),
    ),
    fc.tuple(
      comparison.map((list) => ['y', ...list].join('|')),
      fc.oneof(fc.constantFrom(0, 5, 0.1, 4.35, 1e300), fc.double({ noNaN: true, noDefaultInfinity: true })),
    ),
    fc.tuple(
      fc.constantFrom('y', 'y|contains', 'y|startswith', 'y|endswith', 'y|cased', 'y|windash'),
      some(text),
    ),
    fc.tuple(
      fc.constantFrom('y|fieldref', 'y|fieldref|contains', 'y|fieldref|startswith', 'y|fieldref|endswith'),
      fc.constant('__proto__'),
    ),
  )
  .map(([name, found]): [string, unknown] => [name, found]);

/** A regular expression, with its flags as modifiers. */
export const expression: Item = fc
  .tuple(fc.subarray(['i', 'm', 's']), atom)
  .map(([flags, pattern]): [string, unknown] => [['y', 're', ...flags].join('|'), pattern]);
