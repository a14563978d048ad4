import { expect, test } from 'vitest';
import { AgentBudget } from '../../../collector/ingest/agent-budget.ts';

test('an agent that spent its minute is refused, the others and the next minute are not', () => {
  let nowMs = 1_760_000_000_000;
  const budget = new AgentBudget(3, () => nowMs);
  expect([1, 2, 3, 4].map(() => budget.take('a'))).toEqual([true, true, true, false]);
  expect(budget.take('b')).toBe(true);
  nowMs += 60_000;
  expect(budget.take('a')).toBe(true);
});
