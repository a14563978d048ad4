import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnBudget, Turns } from '../../../collector/api/turns.ts';

const LIMITS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 2 };

/** Work that ends when it is told to. */
function desk() {
  const turns = new Turns(LIMITS);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (name: string): Promise<string> =>
    turns.run(name.charAt(0), async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await turn();
  };
  return { turns, begun, ask, end };
}

test('one principal cannot take the turns of the others, and waits in order', async () => {
  const { begun, ask, end } = desk();
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1'].map((name) => ask(name));
  await turn();
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  await end('b1');
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
  await end('a1');
  await end('a2');
  expect(begun.slice(4)).toEqual(['a3', 'a4']);
  for (const name of ['c1', 'a3', 'a4']) await end(name);
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'c1']);
});

test('whoever asks for more than may wait is refused, and the others are not', async () => {
  const { begun, ask, end } = desk();
  const all = ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name));
  await expect(ask('a5')).rejects.toMatchObject({ code: 'too-many-requests' });
  all.push(ask('b1'));
  for (const name of ['a1', 'a2', 'b1', 'a3', 'a4']) await end(name);
  await Promise.all(all);
  expect(begun).toHaveLength(5);
});

test('work that fails gives its turn back', async () => {
  const { turns } = desk();
  for (let time = 0; time < 5; time += 1)
    await expect(turns.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.run('a', async () => 'yes')).toBe('yes');
});

/** Two kinds over one budget of three. */
function budgetOfThree() {
  const budget = new TurnBudget(3);
  const limits = { runningMax: 2, runningPerKeyMax: 2, waitingPerKeyMax: 4 };
  const kinds = { hunt: new Turns(limits, budget), search: new Turns(limits, budget) };
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (kind: keyof typeof kinds, name: string): Promise<void> =>
    kinds[kind].run(name.charAt(0), async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await turn();
  };
  return { begun, ask, end };
}

test('kinds that share a budget have it between them, each within its own limit', async () => {
  const { begun, ask, end } = budgetOfThree();
  const all = ['a1', 'a2', 'a3'].map((name) => ask('hunt', name));
  all.push(...['a4', 'a5'].map((name) => ask('search', name)));
  await turn();
  // Two hunts are all that hunts may have, and one search all that is left.
  expect(begun).toEqual(['a1', 'a2', 'a4']);
  await end('a4');
  expect(begun.slice(3)).toEqual(['a5']);
  await end('a5');
  // Hunts have their limit, whatever is free.
  expect(begun).toHaveLength(4);
  await end('a1');
  expect(begun.slice(4)).toEqual(['a3']);
  for (const name of ['a2', 'a3']) await end(name);
  await Promise.all(all);
});

test('a free turn goes to whoever has fewest, before those who wait longer', async () => {
  const { begun, ask, end } = budgetOfThree();
  const all = [ask('hunt', 'a1'), ask('hunt', 'a2'), ask('search', 'b1')];
  all.push(ask('search', 'a3'), ask('search', 'c1'), ask('search', 'b2'));
  await turn();
  await end('a1');
  expect(begun.slice(3)).toEqual(['c1']);
  await end('b1');
  expect(begun.slice(4)).toEqual(['b2']);
  await end('c1');
  expect(begun.slice(5)).toEqual(['a3']);
  for (const name of ['a2', 'a3', 'b2']) await end(name);
  await Promise.all(all);
});
