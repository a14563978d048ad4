import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../../collector/api/turns.ts';

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
