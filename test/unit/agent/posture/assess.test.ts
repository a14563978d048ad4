import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { posturePolicySchema, type PostureExpression } from '#protocol/posture-policy.ts';
import type { PostureException } from '#protocol/posture-names.ts';
import { hostAt } from '../../../../agent/host/host.ts';
import { assess, type CheckResult } from '../../../../agent/posture/assess.ts';
import { shippedPolicy, shippedPolicyNames } from '../../../../agent/posture/shipped-policies.ts';
import { builtInPolicies } from '../../../../rules/posture/index.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'posture-'));
  fs.mkdirSync(path.join(root, 'etc'));
  write('etc/there', 'color = red\npassword = hunter2\n');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  fs.writeFileSync(path.join(root, file), text);
}

const there: PostureExpression = { file: { paths: ['/etc/there'], exists: true } };
const absent: PostureExpression = { file: { paths: ['/etc/absent'], exists: true } };
const unknown: PostureExpression = { command: { run: 'getenforce', matches: 'x' } };

async function result(
  of: PostureExpression,
  more: { when?: PostureExpression; exceptions?: PostureException[]; platforms?: string[] } = {},
): Promise<CheckResult> {
  const text = { vi: 'một', en: 'one' };
  const policy = posturePolicySchema.parse({
    policy: 'p',
    version: '1.0.0',
    title: text,
    platforms: more.platforms ?? ['linux'],
    conditions:
      more.when === undefined
        ? {}
        : { c: { holds: more.when, otherwise: { vi: 'không', en: 'it is not so' } } },
    checks: [
      {
        id: 'one',
        title: text,
        rationale: text,
        remediation: text,
        severity: 'low',
        controls: ['CF-01'],
        when: more.when === undefined ? [] : ['c'],
        assess: of,
      },
    ],
  });
  const { exceptions = [] } = more;
  for await (const run of assess({ host: hostAt(root), policies: [policy], exceptions, now: () => NOW })) {
    const [first] = run.results;
    if (first !== undefined) return first;
  }
  throw new Error('no result');
}

describe('a check', () => {
  test.each<[string, PostureExpression, CheckResult['result']]>([
    ['a test that holds', there, 'pass'],
    ['a test that does not', absent, 'fail'],
    ['a test that cannot be made', unknown, 'not-assessed'],
    ['all, with one that fails', { all: [unknown, absent] }, 'fail'],
    ['all, with one that is unknown', { all: [there, unknown] }, 'not-assessed'],
    ['any, with one that holds', { any: [unknown, there] }, 'pass'],
    ['any, with none that holds and one unknown', { any: [absent, unknown] }, 'not-assessed'],
    ['none, with one that holds', { none: [unknown, there] }, 'fail'],
    ['none, with none that holds', { none: [absent] }, 'pass'],
    ['none, with one unknown', { none: [absent, unknown] }, 'not-assessed'],
    ['inside each other', { all: [{ any: [absent, there] }, { none: [absent] }] }, 'pass'],
  ])('%s: %#', async (_what, expression, wanted) => {
    expect((await result(expression)).result).toBe(wanted);
  });

  test('what does not concern a host says why', async () => {
    expect(await result(there, { when: absent })).toMatchObject({
      result: 'not-applicable',
      reasonCode: 'condition:c',
      reason: { vi: 'không', en: 'it is not so' },
    });
    expect(await result(there, { platforms: ['plan9'] })).toMatchObject({
      result: 'not-applicable',
      reasonCode: 'platform',
      reason: { en: 'The policy is for plan9' },
    });
  });

  test('a condition that cannot be told is no reason to leave a check out', async () => {
    expect(await result(there, { when: unknown })).toMatchObject({
      result: 'not-assessed',
      reasonCode: 'command-absent',
    });
  });

  test('what could not be looked at says why', async () => {
    expect(await result(unknown)).toMatchObject({
      reasonCode: 'command-absent',
      reason: { en: 'getenforce is not installed' },
    });
    expect(
      await result({ setting: { files: ['/etc/shadow'], form: 'words', key: 'x', value: { is: 'y' } } }),
    ).toMatchObject({
      result: 'fail',
    });
    write('etc/shadow', 'root:$6$salt$hash:1:2:3');
    expect(await result({ file: { paths: ['/etc/shad*'], matches: 'root' } })).toMatchObject({
      result: 'not-assessed',
      reasonCode: 'forbidden',
    });
    fs.symlinkSync('shadow', path.join(root, 'etc/innocent'));
    expect(await result({ file: { paths: ['/etc/innocent'], matches: 'root' } })).toMatchObject({
      reasonCode: 'forbidden',
    });
    fs.mkdirSync(path.join(root, 'etc/folder'));
    expect(
      await result({ setting: { files: ['/etc/folder'], form: 'words', key: 'x', value: { is: 'y' } } }),
    ).toMatchObject({ reasonCode: 'unreadable' });
  });

  test('evidence is the value found beside the one expected, secrets masked', async () => {
    const setting = { files: ['/etc/there'], form: 'equals', key: 'color', value: { is: 'blue' } } as const;
    expect(await result({ setting: { ...setting, files: ['/etc/there'] } })).toMatchObject({
      observed: 'color = red (/etc/there:1)',
      expected: 'color = blue',
    });
    const { observed } = await result({ file: { paths: ['/etc/there'], matches: 'password' } });
    expect(observed).toContain('password = ***');
    expect(observed).not.toContain('hunter2');
  });

  test('lines of a file that not everybody reads are pointed at, not quoted', async () => {
    fs.chmodSync(path.join(root, 'etc/there'), 0o640);
    expect(await result({ file: { paths: ['/etc/there'], matches: 'red' } })).toMatchObject({
      observed: '/etc/there:1',
    });
  });

  test('an exception turns a failure, and nothing else, until its end', async () => {
    const exception = { check: 'one', by: 'Lan', reason: 'thay trong tháng 12', until: '2026-12-01' };
    expect(await result(absent, { exceptions: [exception] })).toMatchObject({
      result: 'excepted',
      exception: { by: 'Lan', untilMs: Date.parse('2026-12-02T00:00:00Z') },
      observed: '/etc/absent: absent',
    });
    expect((await result(there, { exceptions: [exception] })).result).toBe('pass');
    expect((await result(unknown, { exceptions: [exception] })).result).toBe('not-assessed');
    for (const over of [
      { until: '2026-11-25' },
      { until: '2026-11-26T07:59:59Z' },
      { check: 'two' },
      { policy: 'q' },
    ])
      expect((await result(absent, { exceptions: [{ ...exception, ...over }] })).result).toBe('fail');
  });
});

test('the policies that come with the agent are those of rules/posture', () => {
  const { policies } = builtInPolicies();
  expect(shippedPolicyNames()).toEqual(policies.map(({ policy }) => policy).toSorted());
  for (const policy of policies) expect(shippedPolicy(policy.policy)).toEqual(policy);
});
