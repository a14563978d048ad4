/** The agent's own program as the process that looks at the host's configuration. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { lookInChild } from '../../agent/posture/look-in-child.ts';
import type { PostureFacts, PostureQuestion } from '../../agent/posture/posture-look.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');

async function looked(
  program: readonly string[],
  question: PostureQuestion,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ facts: PostureFacts[]; unknown: string[] }> {
  const answer = { facts: [] as PostureFacts[], unknown: [] as string[] };
  const look = lookInChild(
    program,
    question,
  )({
    now: Date.now,
    signal,
    turn: () => Promise.resolve(),
    onUnknown: (name) => answer.unknown.push(name),
  });
  for await (const facts of look) answer.facts.push(...facts);
  return answer;
}

const check = (id: string, paths: readonly string[]): object => ({
  id,
  title: { vi: id, en: id },
  rationale: { vi: id, en: id },
  remediation: { vi: id, en: id },
  severity: 'low',
  controls: ['CF-01'],
  references: [],
  when: [],
  assess: { file: { paths, exists: true } },
});

test('answers for policies of the agent and for whole ones, and says which it does not know', async () => {
  const { posturePolicySchema } = await import('#protocol/posture-policy.ts');
  const own = posturePolicySchema.parse({
    policy: 'own',
    version: '1.0.0',
    title: { vi: 'own', en: 'own' },
    platforms: ['linux'],
    checks: [check('there', ['/proc/self/stat']), check('not-there', ['/nowhere/at/all'])],
  });
  const until = '2999-12-31';
  const exceptions = [{ check: 'not-there', by: 'An', reason: 'chưa cần', until }];
  const question = { policies: ['sshd', 'none-of-this-name', own], exceptions };
  const { facts, unknown } = await looked([process.execPath, CLI], question);
  expect(unknown).toEqual(['none-of-this-name']);
  expect(facts.filter(({ policy }) => policy === 'sshd').length).toBeGreaterThan(10);
  expect(
    facts
      .filter(({ policy }) => policy === 'own')
      .map(({ check, result, exceptedBy }) => [check, result, exceptedBy]),
  ).toEqual([
    ['there', 'pass', undefined],
    ['not-there', 'excepted', 'An'],
  ]);
});

test.each([
  ['a program that fails', [process.execPath, '-e', 'process.exit(3)'], /ended with 3/],
  ['one that answers something else', [process.execPath, '-e', 'console.log("{}")'], /policies/],
  ['one that is not there', ['/nowhere/node'], /not installed/],
])('%s is an error that says why', async (_, program, why) => {
  await expect(looked(program, { exceptions: [] })).rejects.toThrow(why);
});

test('a stop ends it', async () => {
  const stopping = new AbortController();
  const look = looked(
    [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
    { exceptions: [] },
    stopping.signal,
  );
  setImmediate(() => stopping.abort());
  await expect(look).rejects.toThrow('the agent is stopping');
});
