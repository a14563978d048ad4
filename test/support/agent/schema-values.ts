/** Values for a zod schema, drawn from what the schema says of itself: mostly right, in places nearly or not at all. */
import * as fc from 'fast-check';
import type { z } from 'zod';

type Def = Readonly<Record<string, unknown>>;

const JUNK = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    0,
    -1,
    1.5,
    true,
    [],
    {},
    Number.NaN,
    2 ** 53,
    '2026-01-02',
    '24:00',
  ),
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 5 }), fc.integer(), { maxKeys: 2 }),
);
const TEXTS = fc.constantFrom(
  '/var/log/x',
  '*.log',
  '08:30',
  'Asia/Ho_Chi_Minh',
  '192.0.2.7',
  '192.0.2.0/24',
  'https://a.example',
  ' https://a.example\n',
  '2026-02-29',
  '2028-02-29',
  '2026-01-02T03:04:05+07:00',
  '2026-01-02T03:04:05Z',
  'AAAA',
  'AAA=',
  '\u{1F600}'.repeat(3),
  '00000000-0000-0000-0000-000000000000',
);

const defOf = (schema: unknown): Def => (schema as z.core.$ZodType)._zod.def as unknown as Def;

export function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  return near(schema, 0);
}

/** Schemas lie inside each other many times over. */
const known = new WeakMap<object, fc.Arbitrary<unknown>>();

/** Now and then something else. */
function near(schema: unknown, depth: number): fc.Arbitrary<unknown> {
  const def = defOf(schema);
  const made = known.get(def);
  if (made !== undefined) return made;
  const arbitrary = fc.oneof(
    { weight: 40, arbitrary: right(def, depth + 1) },
    { weight: 1, arbitrary: JUNK },
  );
  known.set(def, arbitrary);
  return arbitrary;
}

function right(def: Def, depth: number): fc.Arbitrary<unknown> {
  const each = (schema: unknown): fc.Arbitrary<unknown> => near(schema, depth);
  const inner = (name: string): fc.Arbitrary<unknown> => each(def[name]);
  switch (def['type']) {
    case 'string':
      return texts(def);
    case 'number':
      return numbers(def);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'literal':
      return fc.constantFrom(...(def['values'] as unknown[]));
    case 'enum':
      return fc.constantFrom(...Object.values(def['entries'] as object));
    case 'optional':
      // The deeper, the seldomer: values of what lies inside itself stay small.
      return fc.oneof(
        { weight: depth * depth, arbitrary: fc.constant(undefined) },
        { weight: 8, arbitrary: inner('innerType') },
      );
    case 'default':
    case 'prefault':
      return fc.option(inner('innerType'), { nil: undefined, freq: 2 });
    case 'nullable':
      return fc.option(inner('innerType'), { nil: null });
    case 'pipe':
      return inner('out');
    case 'array':
      return fc.array(inner('element'), { maxLength: 2 });
    case 'tuple':
      return fc.tuple(...(def['items'] as unknown[]).map(each));
    case 'union':
      return fc.oneof(...(def['options'] as unknown[]).map(each));
    case 'record':
      return fc.dictionary(keys(inner('keyType')), inner('valueType'), { maxKeys: 3 });
    case 'object':
      return objects(def['shape'] as Readonly<Record<string, unknown>>, each);
    default:
      return JUNK;
  }
}

const keys = (key: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  key.map((key) => (typeof key === 'string' ? key : (JSON.stringify(key) ?? '')));

function objects(
  shape: Readonly<Record<string, unknown>>,
  each: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape);
  const values = fc.record(Object.fromEntries(fields.map(([key, schema]) => [key, each(schema)])));
  const left = fc.array(fc.nat({ max: Math.max(fields.length * 4, 8) }), { maxLength: 2 });
  const more = fc.oneof(
    { weight: 12, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom({ more: 1 }, { ['__proto__']: 2 }) },
  );
  return fc.tuple(values, left, more).map(([object, without, extra]) => {
    const gone = new Set(without.map((at) => fields[at]?.[0]));
    const there = Object.entries(object).filter(([key, value]) => !gone.has(key) && value !== undefined);
    return { ...Object.fromEntries(there), ...extra };
  });
}

function checksOf(def: Def): Def[] {
  return ((def['checks'] as unknown[] | undefined) ?? []).map(defOf);
}

function texts(def: Def): fc.Arbitrary<unknown> {
  const checks = checksOf(def);
  const numbersIn = checks.flatMap((check) =>
    ['minimum', 'maximum', 'length'].flatMap((name) =>
      typeof check[name] === 'number' ? [check[name]] : [],
    ),
  );
  const pattern = [def, ...checks].map((each) => each['pattern']).find((each) => each instanceof RegExp);
  const lengths = numbersIn.flatMap((length) => (length < 5_000 ? [length, length + 1] : []));
  const long = lengths.length === 0 ? TEXTS : fc.constantFrom(...lengths).map((length) => 'a'.repeat(length));
  const made =
    pattern === undefined ? fc.string({ maxLength: 8 }) : fc.stringMatching(new RegExp(pattern.source));
  return fc.oneof({ weight: 3, arbitrary: made }, TEXTS, long);
}

function numbers(def: Def): fc.Arbitrary<unknown> {
  const bounds = checksOf(def).flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  const near = bounds.flatMap((bound) => [bound, bound + 1, bound - 1]);
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: Math.min(0, ...bounds), max: Math.max(1_000, ...bounds) }) },
    fc.constantFrom(0, 1, 0.5, Number.MAX_SAFE_INTEGER, -(2 ** 60), ...near),
  );
}
