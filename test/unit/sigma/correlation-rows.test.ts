/** Rows of correlations: rules and events in, hits out, through matching and correlating as a host does it. */
import { describe, expect, test } from 'vitest';
import { matchNaive } from '../../../rules/sigma/index.ts';
import { BASE_RULES, CORRELATION_ROWS } from './rows/correlations.ts';
import type { TimedEvent, WantedHit } from './rows/correlations.ts';
import { goodEngine } from './rule-text.ts';

const END_MS = 1e13;

function run(text: string, events: readonly TimedEvent[]): WantedHit[] {
  const engine = goodEngine(`${BASE_RULES}---\n${text}`);
  const correlator = engine.correlator();
  const found: WantedHit[] = [];
  for (const [index, [second, event]] of events.entries()) {
    const matches = engine.match(event);
    expect(matches.map(({ rule }) => rule.id).toSorted()).toEqual(matchNaive(engine, event));
    for (const match of matches) {
      for (const { rule, group } of correlator.push(match, event, second * 1000))
        found.push([index, rule.id, { ...group }]);
    }
  }
  for (const { rule, group } of correlator.advance(END_MS)) found.push(['end', rule.id, { ...group }]);
  return found;
}

for (const [name, rows] of Object.entries(CORRELATION_ROWS)) {
  describe(`correlations: ${name}`, () => {
    test.each(rows)('%s', (_, correlations, events, want) => {
      // A row that says nothing of the group leaves it open.
      const found = run(correlations, events).map(([index, id, group], place): WantedHit =>
        want[place]?.[2] === undefined ? [index, id] : [index, id, group ?? {}],
      );
      expect(found).toEqual(want);
    });
  });
}
