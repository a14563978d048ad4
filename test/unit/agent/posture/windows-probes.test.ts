/** What cannot be looked at on Windows is not assessed; over a stand-in for its programs, not over Windows itself. */
import { expect, test } from 'vitest';
import type { PosturePolicy } from '#protocol/posture-policy.ts';
import { assess, type CheckResult } from '../../../../agent/posture/assess.ts';
import { shippedPolicy } from '../../../../agent/posture/shipped-policies.ts';
import type { Host } from '../../../../agent/host/host.ts';
import { WindowsStandIn } from '../../../support/agent/windows-stand-in.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const LSA = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa';

function bareWindows(product: string): WindowsStandIn {
  const windows = new WindowsStandIn();
  windows.setState('HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\CurrentBuildNumber', 'text 26100');
  windows.setState(
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions\\ProductType',
    `text ${product}`,
  );
  return windows;
}

async function run(host: Host, policy: string | PosturePolicy): Promise<Map<string, CheckResult>> {
  const found = new Map<string, CheckResult>();
  for await (const { results } of assess({ host, policies: [policy], now: () => NOW }))
    for (const result of results) found.set(result.check.id, result);
  return found;
}

test('where programs say nothing, what they would tell is not assessed and says why', async () => {
  const windows = bareWindows('WinNT');
  for (const name of ['secedit', 'auditpol', 'wevtutil', 'powershell'])
    windows.programs.set(name, () => ({ kind: 'absent' }));
  const results = await run(windows.host, 'windows-client');
  expect([...results.values()].filter(({ reasonCode }) => reasonCode === 'defect')).toEqual([]);
  for (const id of ['win-password-length', 'win-audit-logon', 'win-log-size', 'win-bitlocker', 'win-guest'])
    expect(results.get(id)).toMatchObject({
      check: { id },
      result: 'not-assessed',
      reasonCode: 'command-failed',
      reason: { en: expect.stringMatching(/is not installed/) as unknown },
    });
  // What Windows does when nothing is set counts where a key is not there.
  expect(results.get('win-wdigest')?.result).toBe('pass');
  expect(results.get('win-lsa-protection')?.result).toBe('fail');
});

test('a section that fails says so, and a key that may not be read is not taken for its default', async () => {
  const windows = bareWindows('ServerNT');
  windows.setState(`${LSA}\\LimitBlankPasswordUse`, 'dword 0');
  windows.forbidden.add('hkey_local_machine\\system\\currentcontrolset\\control\\lsa');
  const results = await run(windows.host, 'windows-server');
  expect(results.get('win-guest')).toMatchObject({
    result: 'not-assessed',
    reason: { en: 'users: Không tìm thấy lớp' },
  });
  expect(results.get('win-lm-hash')).toMatchObject({ result: 'not-assessed', reasonCode: 'command-failed' });
  expect(results.get('win-blank-passwords')).toMatchObject({ result: 'not-assessed' });
  expect(results.get('win-dc-spooler')).toMatchObject({ result: 'not-applicable' });
});

test('policies are for the kind of Windows they name, and for no other system', async () => {
  expect((await run(bareWindows('LanmanNT').host, 'windows-client')).get('win-uac')).toMatchObject({
    result: 'not-applicable',
    reasonCode: 'platform',
  });
  const named: string[] = [];
  for await (const { policy, left } of assess({ host: bareWindows('WinNT').host, now: () => NOW }))
    if (left === undefined) named.push(policy.policy);
  expect(named).toEqual(['windows-client']);
});

test('no policy is shown what holds a password, nor other hives', async () => {
  const windows = bareWindows('WinNT');
  const winlogon = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon';
  windows.setState(`${winlogon}\\DefaultPassword`, 'text bimat123');
  const client = shippedPolicy('windows-client');
  const [first] = client?.checks ?? [];
  if (client === undefined || first === undefined) throw new Error('the policy is not shipped');
  const asking: PosturePolicy = {
    ...client,
    checks: [
      { ...first, assess: { registry: { key: winlogon, name: 'DefaultPassword', value: { isNot: '' } } } },
    ],
  };
  const [result] = (await run(windows.host, asking)).values();
  expect(result).toMatchObject({ result: 'not-assessed', reasonCode: 'forbidden' });
  const autologon = (await run(windows.host, 'windows-client')).get('win-autologon');
  expect(autologon).toMatchObject({ result: 'fail' });
  expect(JSON.stringify([result, autologon])).not.toContain('bimat123');
});
