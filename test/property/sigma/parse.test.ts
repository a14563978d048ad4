/**
 * Whatever a text holds, parsing, compiling, matching and correlating it throw nothing, and every error has a place
 * inside the text. The texts are bytes, strings, and the rows of the unit tests after a few blind edits.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, formatError, matchNaive, parseRules, warningsOf } from '../../../rules/sigma/index.ts';
import { BASE_RULES, CORRELATION_ROWS } from '../../unit/sigma/rows/correlations.ts';
import { MODIFIER_ROWS, PLACEHOLDERS } from '../../unit/sigma/rows/modifiers.ts';
import { REJECTED_ROWS } from '../../unit/sigma/rows/rejected.ts';
import { VALUE_ROWS } from '../../unit/sigma/rows/values.ts';
import { WARNING_ROWS } from '../../unit/sigma/rows/warnings.ts';
import { ruleOf } from '../../unit/sigma/rule-text.ts';
import { event } from './generate.ts';

const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 10_000);
const TEXT_MAX = 5000;

const VALID: readonly string[] = [
  ...[MODIFIER_ROWS, VALUE_ROWS].flatMap((groups) =>
    Object.values(groups).flatMap((rows) => rows.map(([selection]) => ruleOf(selection))),
  ),
  ...Object.values(CORRELATION_ROWS).flatMap((rows) =>
    rows.map(([, correlations]) => `${BASE_RULES}---\n${correlations}`),
  ),
  ...Object.values(WARNING_ROWS).flatMap((rows) => rows.map(([, text]) => text)),
  ...Object.values(REJECTED_ROWS).flatMap((rows) => rows.map(([, text]) => text)),
].filter((text) => text.length < TEXT_MAX);

/** Words and signs that mean something somewhere. */
const PIECES = [
  '\n',
  '\r\n',
  '\r',
  '\t',
  '  ',
  ' #',
  ': ',
  '- ',
  '? ',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '|',
  '|-\n',
  '>',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '<<: *a',
  '!!str ',
  '!x ',
  '"',
  "'",
  '\\',
  '@',
  '`',
  '%',
  '\uFEFF',
  'null',
  '~',
  'true',
  '0x',
  '1e999',
  '-',
  '.inf',
  '99999999999999999999',
  '(',
  ')',
  'not ',
  ' and ',
  'of ',
  '1 of ',
  'them',
  '|contains',
  '|re',
  '|re|i',
  '|cidr',
  '|all',
  '|base64offset',
  '|expand',
  '|fieldref',
  '*',
  '?',
  '%one%',
  'condition',
  'detection:',
  'correlation:',
  'filter:',
  'action: global\n',
  'title: ',
  'action: repeat\n',
  'timespan: 5m',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  'é',
  '\u2028',
];

type Edit = (text: string, at: number, other: number, piece: string) => string;

const lines = (text: string, change: (all: string[]) => void): string => {
  const all = text.split('\n');
  change(all);
  return all.join('\n');
};
const EDITS: Record<string, Edit> = {
  insert: (text, at, _, piece) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + piece + text.slice(place);
  },
  overwrite: (text, at, other, piece) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + piece + text.slice(place + (other % 8));
  },
  cut: (text, at, other) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + text.slice(place + (other % 40));
  },
  end: (text, at) => text.slice(0, at % (text.length + 1)),
  'delete line': (text, at) => lines(text, (all) => all.splice(at % all.length, 1)),
  'double line': (text, at) =>
    lines(text, (all) => all.splice(at % all.length, 0, all[at % all.length] ?? '')),
  'swap lines': (text, at, other) =>
    lines(text, (all) => {
      const [left, right] = [at % all.length, other % all.length];
      [all[left], all[right]] = [all[right] ?? '', all[left] ?? ''];
    }),
  indent: (text, at, other) =>
    lines(text, (all) => {
      const line = all[at % all.length] ?? '';
      all[at % all.length] = other % 2 === 0 ? ` ${line}` : line.replace(/^ {1,2}/, '');
    }),
  bytes: (text, at, other) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[at % bytes.length] = other & 0xff;
    return bytes.toString('utf8');
  },
};

const edited = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(
      fc.tuple(fc.constantFrom(...Object.values(EDITS)), fc.nat(), fc.nat(), fc.constantFrom(...PIECES)),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([text, edits]) => edits.reduce((now, [edit, at, other, piece]) => edit(now, at, other, piece), text));

interface Outcome {
  /** Something of the text was accepted. */
  accepted: boolean;
  /** Errors and warnings whose place is not in the text. */
  misplaced: readonly string[];
  /** Events on which the two matchers disagree. */
  disputed: readonly Record<string, unknown>[];
}

const FINE = { misplaced: [], disputed: [] };

/** The whole way of a text: parsed, compiled, asked about events, correlated. */
function goThrough(text: string, some: readonly Record<string, unknown>[]): Outcome {
  const parsed = parseRules(text, { source: 'x' });
  const engine = compile([parsed], { placeholders: PLACEHOLDERS });
  const lineCount = text.split(/\r\n|\r|\n/).length;
  const misplaced = [...engine.errors, ...engine.rules.flatMap(warningsOf)].filter(
    ({ line, column, message }) =>
      line < 1 || line > lineCount || column < 1 || column > text.length + 1 || message === '',
  );
  const correlator = engine.correlator();
  const disputed = some.filter((one) => {
    const matches = engine.match(one);
    for (const match of matches) correlator.push(match, one, 0);
    const fast = matches.map(({ rule }) => rule.id).toSorted();
    return fast.join('\n') !== matchNaive(engine, one).join('\n');
  });
  correlator.advance(1e13);
  return { accepted: engine.rules.length > 0, misplaced: misplaced.map(formatError), disputed };
}

const events = fc.array(event, { minLength: 1, maxLength: 2 });

test('arbitrary bytes', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), events, (bytes, some) => {
      expect(goThrough(Buffer.from(bytes).toString('utf8'), some)).toMatchObject(FINE);
      expect(goThrough(Buffer.from(bytes).toString('latin1'), some)).toMatchObject(FINE);
    }),
    { numRuns: RUNS / 5 },
  );
});

test('arbitrary strings, and strings of meaningful pieces', { timeout: 300_000 }, () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, events, (one, some) => {
      expect(goThrough(one, some)).toMatchObject(FINE);
    }),
    { numRuns: RUNS / 5 },
  );
});

test('rules after blind edits', { timeout: 300_000 }, () => {
  let accepted = 0;
  fc.assert(
    fc.property(edited, events, (text, some) => {
      const outcome = goThrough(text, some);
      expect(outcome).toMatchObject(FINE);
      if (outcome.accepted) accepted += 1;
    }),
    { numRuns: (RUNS * 3) / 5 },
  );
  // Edits must leave enough rules alive to go the whole way, and break enough.
  expect(accepted).toBeGreaterThan(RUNS / 10);
  expect(accepted).toBeLessThan((RUNS * 3) / 5);
});
