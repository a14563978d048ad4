import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, matchNaive, parseRules } from '../../../rules/sigma/index.ts';
import { event, logsources, ruleText } from './generate.ts';

const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 10_000);

test('the fast matcher answers as a naive scan of all rules', { timeout: 300_000 }, () => {
  let compiled = 0;
  let matched = 0;
  fc.assert(
    fc.property(
      ruleText,
      fc.array(event, { minLength: 1, maxLength: 4 }),
      logsources,
      (text, events, source) => {
        const engine = compile([parseRules(text, { source: 'generated' })]);
        compiled += engine.rules.length;
        for (const one of events) {
          const fast = engine.match(one, source).map(({ rule }) => rule.id);
          matched += fast.length;
          expect(fast.toSorted()).toEqual(matchNaive(engine, one, source));
        }
      },
    ),
    { numRuns: RUNS },
  );
  // The generator must not degenerate into rules that are rejected or never match.
  expect(compiled).toBeGreaterThan(RUNS);
  expect(matched).toBeGreaterThan(RUNS);
});

test('parsing never throws: arbitrary text', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const parsed = parseRules(text, { source: 'x' });
      for (const { line, column, message } of parsed.errors) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(message).not.toBe('');
      }
      compile([parsed]);
    }),
    { numRuns: 3000 },
  );
});

test('parsing never throws: arbitrary bytes read as UTF-8', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = Buffer.from(bytes).toString('utf8');
      expect(() => compile([parseRules(text, { source: 'x' })])).not.toThrow();
    }),
    { numRuns: 3000 },
  );
});

test('parsing never throws: a rule with any characters put in anywhere', { timeout: 300_000 }, () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('\n', '---\n', '- ', ': ', '&a ', '*a', '|', '{', '[', '"', "'", '!!', '%', '\t'),
  );
  fc.assert(
    fc.property(
      ruleText,
      fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { maxLength: 4 }),
      event,
      (text, edits, one) => {
        let edited = text;
        for (const [at, cut, insert] of edits) {
          const place = at % (edited.length + 1);
          edited = edited.slice(0, place) + insert + edited.slice(place + cut);
        }
        expect(() => compile([parseRules(edited, { source: 'x' })]).match(one)).not.toThrow();
      },
    ),
    { numRuns: 3000 },
  );
});

test('matching never throws on any JSON', { timeout: 300_000 }, () => {
  const engine = compile([
    parseRules('title: t\ndetection: {a: {x|contains: a}, b: [a], c: {a.b: null}, condition: 1 of them}', {
      source: 'x',
    }),
  ]);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (one) => {
      expect(engine.match(one).length > 0).toBe(matchNaive(engine, one).length > 0);
    }),
    { numRuns: 3000 },
  );
});
