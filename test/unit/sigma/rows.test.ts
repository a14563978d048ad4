/**
 * The engine's own suite: tables of rows, each asked of the fast and of the naive matcher (`asks` compares them). It
 * needs no public rules. Correlations and rejected inputs have runners of their own; all are counted here.
 */
import { describe, expect, test } from 'vitest';
import { CONDITION_ROWS, SELECTIONS } from './rows/conditions.ts';
import { CORRELATION_ROWS } from './rows/correlations.ts';
import { EVENT_ROWS } from './rows/events.ts';
import { MODIFIER_ROWS, PLACEHOLDERS } from './rows/modifiers.ts';
import { REJECTED_ROWS } from './rows/rejected.ts';
import { TEXT_ROWS } from './rows/text.ts';
import { VALUE_ROWS } from './rows/values.ts';
import { WARNING_ROWS } from './rows/warnings.ts';
import { asks, goodEngine, ruleOf, ruleWith } from './rule-text.ts';
import type { Row } from './rule-text.ts';

const options = { placeholders: PLACEHOLDERS };
const tables: Record<string, Record<string, readonly Row[]>> = {
  text: TEXT_ROWS,
  modifiers: MODIFIER_ROWS,
  values: VALUE_ROWS,
  events: EVENT_ROWS,
};

/** Some events are too large, too deep or too round to be written. */
function shown(value: unknown): string {
  try {
    return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 80);
  } catch {
    return 'an event that is no JSON';
  }
}

for (const [table, groups] of Object.entries(tables)) {
  for (const [name, rows] of Object.entries(groups)) {
    describe(`${table}: ${name}`, () => {
      for (const [selection, event, want] of rows) {
        test(`${shown(selection)} on ${shown(event)}: ${String(want)}`, () => {
          expect(asks(goodEngine(ruleOf(selection), options), event)).toBe(want);
        });
      }
    });
  }
}

describe('conditions', () => {
  test.each(CONDITION_ROWS)('%s with %s set: %s', (condition, fields, want) => {
    const engine = goodEngine(ruleWith(`${SELECTIONS}\ncondition: ${condition.replaceAll('\n', ' ')}`));
    const event = Object.fromEntries(Array.from(fields, (field) => [field, 1]));
    expect(asks(engine, event)).toBe(want);
  });
});

test('the suite has its size', () => {
  const count = (groups: Record<string, readonly unknown[]>): number =>
    Object.values(groups).reduce((sum, rows) => sum + rows.length, 0);
  const detection = Object.values(tables).reduce((sum, groups) => sum + count(groups), 0);
  const sizes = {
    detection,
    conditions: CONDITION_ROWS.length,
    correlations: count(CORRELATION_ROWS),
    rejected: count(REJECTED_ROWS),
    warnings: count(WARNING_ROWS),
  };
  expect(sizes.detection).toBeGreaterThanOrEqual(700);
  expect(sizes.conditions).toBeGreaterThanOrEqual(100);
  expect(sizes.correlations).toBeGreaterThanOrEqual(100);
  expect(sizes.rejected).toBeGreaterThanOrEqual(250);
  expect(sizes.warnings).toBeGreaterThanOrEqual(50);
});

test('every modifier has rows', async () => {
  const { MODIFIERS } = await import('../../../rules/sigma/modifiers/table.ts');
  const used = Object.values(tables)
    .flatMap((groups) => Object.values(groups).flat())
    .flatMap(([selection]) => [...selection.matchAll(/\|([a-z0-9]+)/g)].map(([, name]) => name));
  const missing = [...MODIFIERS.keys()].filter((name) => used.filter((one) => one === name).length < 5);
  expect(missing).toEqual([]);
});
