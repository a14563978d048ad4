/** The index against the plain reading of what an indicator means; URLs against the standard's own parser. */
import * as fc from 'fast-check';
import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ShapedEvent } from '../../../rules/sigma/index.ts';
import { canonical } from '../../../collector/indicator/canonical.ts';
import { canonicalUrl, parsedUrl } from '../../../collector/indicator/canonical-url.ts';
import { IndicatorIndex } from '../../../collector/indicator/indicator-index.ts';
import type { IndicatorKind } from '../../../collector/indicator/indicator.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';

interface Listed {
  kind: IndicatorKind;
  value: string;
}

/** Few values of each kind, so that they meet. */
const v4 = fc
  .tuple(fc.constantFrom(23, 45), fc.constantFrom(0, 1), fc.nat(3), fc.nat(255))
  .map((parts) => parts.join('.'));
const v6 = fc
  .tuple(fc.constantFrom('2001:db8', '2400:cb00'), fc.nat(3), fc.nat(0xff_ff))
  .map(([head, middle, tail]) => `${head}:${middle}::${tail.toString(16)}`);
const label = fc.constantFrom('a', 'b', 'evil', 'xn--bcher-kva', 'a-b');
const domain = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
const url = fc
  .tuple(fc.constantFrom('http', 'https'), fc.oneof(domain, v4), fc.constantFrom('/', '/a', '/a?b=c', '/%41'))
  .map(([scheme, host, tail]) => `${scheme}://${host}${tail}`);
const hash = fc.constantFrom('0123456789abcdef', 'fedcba9876543210').map((half) => half + half);
const email = fc.tuple(fc.constantFrom('x', 'y.z'), domain).map((parts) => parts.join('@'));

const written = fc.oneof(
  fc.record({ kind: fc.constant('ip' as const), value: v4 }),
  fc.record({
    kind: fc.constant('ip' as const),
    value: fc.tuple(v4, fc.integer({ min: 8, max: 32 })).map((parts) => parts.join('/')),
  }),
  fc.record({
    kind: fc.constant('ip' as const),
    value: fc.tuple(v6, fc.integer({ min: 16, max: 128 })).map((parts) => parts.join('/')),
  }),
  fc.record({ kind: fc.constant('domain' as const), value: domain }),
  fc.record({ kind: fc.constant('url' as const), value: url }),
  fc.record({ kind: fc.constant('hash' as const), value: hash }),
  fc.record({ kind: fc.constant('email' as const), value: email }),
);
const listed = written.map(({ kind, value }): Listed => {
  const made = canonical(kind, value);
  return { kind, value: 'value' in made ? made.value : 'refused' };
});

const capitals = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.boolean()).map(([some, upper]) => (upper ? some.toUpperCase() : some));
const event = fc.record<Record<string, FieldValue>>(
  {
    'source.ip': fc.oneof(v4, v6, capitals(domain)),
    'dns.question.name': capitals(domain),
    'url.full': url,
    'file.hash.md5': capitals(hash),
    'email.from.address': capitals(email),
  },
  { requiredKeys: [] },
);

function isInNetwork(address: string, network: string): boolean {
  const list = new BlockList();
  const [base = '', prefix] = network.split('/');
  const family = (text: string): 'ipv4' | 'ipv6' => (text.includes(':') ? 'ipv6' : 'ipv4');
  if (family(address) !== family(base)) return false;
  if (prefix === undefined) list.addAddress(base, family(base));
  else list.addSubnet(base, Number(prefix), family(base));
  return list.check(address, family(address));
}

const isAddress = (text: string): boolean => /^[\d.]+$/.test(text) || text.includes(':');

function hostShows(host: string, { kind, value }: Listed): boolean {
  if (isAddress(host)) return kind === 'ip' && isInNetwork(host, value);
  return kind === 'domain' && `.${host.toLowerCase()}`.endsWith(`.${value}`);
}

/** One comparison after the other, as the words of the documentation say it. */
function shows(fields: Readonly<Record<string, FieldValue>>, indicator: Listed): boolean {
  const text = (name: string): string => String(fields[name] ?? '');
  const has = (name: string): boolean => fields[name] !== undefined;
  const { kind, value } = indicator;
  return (
    (has('source.ip') && hostShows(text('source.ip'), indicator)) ||
    (has('dns.question.name') && hostShows(text('dns.question.name'), indicator)) ||
    (has('url.full') && hostShows(new URL(text('url.full')).hostname, indicator)) ||
    (kind === 'url' && has('url.full') && new URL(text('url.full')).href === value) ||
    (kind === 'hash' && text('file.hash.md5').toLowerCase() === value) ||
    (kind === 'email' && text('email.from.address').toLowerCase() === value) ||
    (has('email.from.address') && hostShows(text('email.from.address').split('@')[1] ?? '', indicator))
  );
}

describe('the index of indicators', () => {
  it('finds what a comparison with each of them finds, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(listed, { maxLength: 12 }),
        fc.array(event, { minLength: 1, maxLength: 8 }),
        fc.integer(),
        (indicators, events, seed) => {
          const index = new IndicatorIndex(seed);
          const usable = indicators.filter(({ value }) => value !== 'refused');
          const distinct = [...new Map(usable.map((one) => [`${one.kind} ${one.value}`, one])).values()];
          for (const one of distinct) index.add({ ...one, source: 's', confidence: 1, validUntilMs: null });
          for (const fields of events) {
            const hits = index
              .match(ShapedEvent.from(fields), 0)
              .map(({ kind, value }) => `${kind} ${value}`);
            const expected = distinct.filter((one) => shows(fields, one));
            expect(hits.toSorted()).toEqual(expected.map(({ kind, value }) => `${kind} ${value}`).toSorted());
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it('finds each of many after it has grown', () => {
    const index = new IndicatorIndex(1);
    for (let number = 0; number < 20_000; number += 1)
      index.add({
        kind: 'domain',
        value: `d${number}.example`,
        source: 's',
        confidence: 1,
        validUntilMs: null,
      });
    for (let number = 0; number < 20_000; number += 7) {
      const hits = index.match(ShapedEvent.from<FieldValue>({ QueryName: `www.d${number}.example` }), 0);
      expect(hits).toHaveLength(1);
    }
    expect(index.match(ShapedEvent.from<FieldValue>({ QueryName: 'd20000.example' }), 0)).toEqual([]);
  });
});

describe('canonicalUrl', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '/',
      '?',
      '#',
      '.',
      '..',
      '%2e',
      '%41',
      ':',
      '@',
      '80',
      '443',
      '[',
      ']',
      ' ',
      '\t',
      "'",
      '|',
      '^',
    ),
    fc.constantFrom('\\', 'é', '&x=1', ';', '~', '{', '"', '<', 'A', '\u0000', '//', '0x7f', '1.2.3.4', '01'),
    fc.string({ maxLength: 3 }),
  );
  const text = fc
    .tuple(
      fc.constantFrom('http://', 'HTTPS://', 'ftp://', 'http:/', 'file://'),
      fc.constantFrom('a.example', 'A.Example', '1.2.3.4', '1.2.3', 'a.0x1', 'xn--a.b', '', 'a..b', 'a.'),
      fc.array(piece, { maxLength: 6 }),
    )
    .map(([scheme, host, pieces]) => `${scheme}${host}${pieces.join('')}`);

  it('is what the standard makes of it, found the short way or not', () => {
    fc.assert(
      fc.property(text, (some) => {
        expect(canonicalUrl(some)).toBe(parsedUrl(some));
      }),
      { numRuns: 20_000 },
    );
  });
});
