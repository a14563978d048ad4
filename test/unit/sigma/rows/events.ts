/** Odd and hostile events: `[selection, event, whether it matches]`. */
import type { EventAccessor } from '../../../../rules/sigma/index.ts';
import type { Row } from '../rule-text.ts';

const fields = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${String(index)}`, index]));
const long = 'a'.repeat(1_000_000);

function nested(depth: number, leaf: unknown): unknown {
  let value = leaf;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { deeper: value };
  return value;
}

const cyclic: Record<string, unknown> = { m: 'needle', x: 'a' };
cyclic.self = cyclic;
cyclic.list = [cyclic, [cyclic, cyclic]];

const accessor = (content: Record<string, unknown>): EventAccessor => ({
  get: (field) => content[field],
  has: (field) => Object.hasOwn(content, field),
  values: () => Object.values(content),
});

export const EVENT_ROWS: Record<string, readonly Row[]> = {
  'ten thousand fields': [
    ['f9999: 9999', many, true],
    ['f9999: 9998', many, false],
    ['f10000: null', many, true],
    ['f10000|exists: true', many, false],
    ["- '9999'", many, true],
    ['- needle', many, false],
    ['- needle', { ...many, last: 'a needle' }, true],
    ['f1: 1\nf2: 2\nf3|gt: 2', many, true],
  ],
  'a value of a million characters': [
    ['x|endswith: b', { x: `${long}b` }, true],
    ['x|contains: ab', { x: `${long}b` }, true],
    ['x|contains: ba', { x: `${long}b` }, false],
    ["x|re: 'b$'", { x: `${long}B` }, false],
    ["x|re|i: 'b$'", { x: `${long}B` }, true],
    ["x: '*a*b'", { x: `${long}b` }, true],
    ['x|cidr: 10.0.0.0/8', { x: long }, false],
    ['x|gt: 5', { x: '9'.repeat(1_000_000) }, false],
    ['x|hour: 5', { x: long }, false],
    ['x|fieldref: y', { x: long, y: long }, true],
    ['- b', { x: `${long}b` }, true],
  ],
  'nested objects and lists': [
    ['a.b.c.d.e: 1', { a: { b: { c: { d: { e: 1 } } } } }, true],
    ['a.b.c: 1', { a: [{ b: [{ c: 0 }, { c: 1 }] }] }, true],
    ['a.b|exists: true', { a: [{ c: 1 }, { b: null }] }, true],
    ['a.0: b', { a: ['b'] }, false],
    ['a.length: 1', { a: ['b'] }, false],
    ['a: b', { a: { b: 'b' } }, false],
    ['a: null', { a: { b: 1 } }, false],
    ['a|exists: true', { a: { b: 1 } }, true],
    ['a: b', { a: [[[['b']]]] }, true],
    ['a: b', { a: [{ x: 'b' }, 'b'] }, true],
    ['- needle', { a: { b: { c: [{ d: 'a needle' }] } } }, true],
    ['- needle', { m: nested(20, 'needle') }, true],
    ['- needle', { m: nested(60_000, 'needle') }, false],
    ['m: needle', { m: nested(60_000, 'needle') }, false],
    ['a.b: 1', { 'a.b': null, a: { b: 1 } }, false],
    ['a.b: null', { 'a.b': null, a: { b: 1 } }, true],
    ["'a..b': 1", { a: { '': { b: 1 } } }, true],
    ["'.a': 1", { '': { a: 1 } }, true],
    ["'a.': 1", { a: { '': 1 } }, true],
  ],
  'events that hold themselves': [
    ['- needle', cyclic, true],
    ['- other', cyclic, false],
    ['self.self.self.m: needle', cyclic, true],
    ['list.list.m: needle', cyclic, true],
    ['self: a', cyclic, false],
    ['list|exists: true', cyclic, true],
  ],
  'names that objects have': [
    ['__proto__: x', fields('{"__proto__": "x"}'), true],
    ['__proto__.y: x', fields('{"__proto__": {"y": "x"}}'), true],
    ['__proto__|exists: true', {}, false],
    ['constructor: x', { constructor: 'x' }, true],
    ['constructor.name|exists: true', {}, false],
    ['toString: x', { toString: 'x' }, true],
    ['toString|exists: true', {}, false],
    ['hasOwnProperty: 1', { hasOwnProperty: 1 }, true],
    ['valueOf: null', {}, true],
    ['x.__proto__|exists: true', { x: {} }, false],
    ['x.constructor.prototype|exists: true', { x: {} }, false],
    ['x: __proto__', { x: '__proto__' }, true],
    ['x: constructor', { x: 'constructor' }, true],
    ['x|fieldref: __proto__', { x: 'a' }, false],
    ['x|fieldref: toString', { x: 'a', toString: 'A' }, true],
    ['- constructor', { x: 'the constructor' }, true],
    ['- __proto__', { x: 1 }, false],
    ['length: 5', { length: 5 }, true],
  ],
  'values that are no JSON': [
    ['x: 5', { x: 5n }, true],
    ['x|gt: 5', { x: 6n }, true],
    ['x|gt: 5', { x: 2n ** 70n }, true],
    ['x: 1180591620717411303424', { x: 2n ** 70n }, true],
    ['x: nan', { x: Number.NaN }, true],
    ['x|gte: 0', { x: Number.NaN }, false],
    ['x: infinity', { x: Number.POSITIVE_INFINITY }, true],
    ['x: 0', { x: -0 }, true],
    ['x: 1e21', { x: 1e21 }, true],
    ['x: null', { x: undefined }, true],
    ['x|exists: true', { x: undefined }, false],
    ['x: null', { x: [undefined] }, true],
    // Dates, maps, functions and symbols have no text; the fields are there all the same.
    ['x|contains: 20', { x: new Date(0) }, false],
    ['x|exists: true', { x: new Date(0) }, true],
    ['x: null', { x: new Date(0) }, false],
    ['x|year: 1970', { x: new Date(0) }, false],
    ["x: '*'", { x: new Map([['k', 'v']]) }, false],
    ["x: '*'", { x: () => 'a' }, false],
    ["x: '*'", { x: Symbol('a') }, false],
    ["x: '*'", { x: /a/ }, false],
    ['- v', { x: new Map([['k', 'v']]) }, false],
    ['x: 1', { x: new Uint8Array([1, 2]) }, false],
    ['x: 1', Object.assign(Object.create(null) as Record<string, unknown>, { x: 1 }), true],
    ['x: 1', Object.create({ x: 1 }) as Record<string, unknown>, false],
    ['x: 1', Object.defineProperty({}, 'x', { value: 1, enumerable: false }), false],
    ['x: 1', Object.freeze({ x: 1 }), true],
  ],
  'texts that are hardly texts': [
    ["x: '?'", { x: '\ud800' }, true],
    ["x: '??'", { x: '\udc00\ud800' }, true],
    ["x: '?'", { x: '\ud83d\ude00' }, true],
    ['x|contains: evil', { x: '\ud800evil\udfff' }, true],
    ["x|re: 'evil$'", { x: '\ud800evil' }, true],
    ['x|contains: b', { x: 'a\u0000b' }, true],
    ['x: a', { x: 'a\u200b' }, false],
    ['x: e\u0301', { x: '\u00e9' }, false],
    ['x: e\u0301', { x: 'E\u0301' }, true],
    ["x: '\uFEFFa'", { x: 'a' }, false],
    ['x: ﬀ', { x: 'ff' }, false],
  ],
  accessors: [
    ['x: a', accessor({ x: 'A' }), true],
    ['x: a', accessor({ x: ['b', 'A'] }), true],
    ['x: null', accessor({}), true],
    ['x: null', accessor({ x: null }), true],
    ['x|exists: true', accessor({ x: null }), true],
    ['x|exists: true', accessor({ x: undefined }), false],
    ['a.b: 1', accessor({ a: { b: 1 } }), false],
    ['a.b: 1', accessor({ 'a.b': 1 }), true],
    ['- needle', accessor({ a: { b: ['a needle'] } }), true],
    ['x|fieldref: y', accessor({ x: 1, y: 1 }), true],
    ['x|neq: a', accessor({}), true],
    ['x|gt: 1', accessor({ x: '2' }), true],
    ['get: 1', { get: 1, has: 2, values: 3 }, true],
  ],
};
