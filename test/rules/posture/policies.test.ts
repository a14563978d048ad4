/**
 * Every check of every policy: it passes on the good host beside it, and each of its cases makes it, and only with what
 * it is about, fail. So there is no check that cannot fail, and none that cannot pass.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assess, type CheckResult } from '../../../agent/posture/assess.ts';
import { hostAt, type Host } from '../../../agent/host/host.ts';
import { builtInPolicies } from '../../../rules/posture/index.ts';
import type { PosturePolicy } from '#protocol/posture-policy.ts';
import { change, makeHost, restore, readTestFile, testFiles } from './fixture.ts';

/** The hosts' accounts last logged in shortly before this. */
const NOW = Date.parse('2026-11-26T08:00:00Z');

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'posture-host-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

async function results(policy: PosturePolicy, host: Host): Promise<Map<string, CheckResult>> {
  const found = new Map<string, CheckResult>();
  for await (const run of assess({ host, policies: [policy], now: () => NOW }))
    for (const result of run.results) found.set(result.check.id, result);
  return found;
}

const { policies } = builtInPolicies();

test('every policy has its tests', () => {
  expect(testFiles().toSorted()).toEqual(policies.map(({ policy }) => policy).toSorted());
});

describe.each(policies.map((policy) => [policy.policy, policy] as const))('%s', (name, policy) => {
  const { good, fails } = readTestFile(name);

  test('every check has cases in which it fails', () => {
    expect(Object.keys(fails).toSorted()).toEqual(policy.checks.map(({ id }) => id).toSorted());
  });

  test('every check passes on the good host, or says why it does not concern it', async () => {
    const found = await results(policy, makeHost(root, good));
    const bad = [...found.values()].filter(({ result }) => result !== 'pass' && result !== 'not-applicable');
    expect(
      bad.map(
        ({ check, result, observed, reason }) => `${check.id}: ${result}: ${observed} ${reason?.en ?? ''}`,
      ),
    ).toEqual([]);
  });

  test('each case makes its check fail', async () => {
    const wrong: string[] = [];
    const host = makeHost(root, good);
    for (const [id, cases] of Object.entries(fails))
      for (const [index, changes] of cases.entries()) {
        const single = { ...policy, checks: policy.checks.filter((check) => check.id === id) };
        const found = (await results(single, change(host, good, changes))).get(id);
        if (found?.result !== 'fail')
          wrong.push(
            `${id} [${index}]: ${found?.result}: ${found?.observed ?? ''} ${found?.reason?.en ?? ''}`,
          );
        restore(host, good, changes);
      }
    expect(wrong).toEqual([]);
  });

  test('on a host that has nothing no check has a defect', async () => {
    const found = await results(policy, hostAt(root));
    expect([...found.values()].filter(({ reasonCode }) => reasonCode === 'defect')).toEqual([]);
  });
});
