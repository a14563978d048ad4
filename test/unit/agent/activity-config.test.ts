/** What the agent looks at by itself: nothing that a log it reads says better. */
import { expect, test } from 'vitest';
import { activitySchema, chooseActivity } from '../../../agent/activity-config.ts';

const AUDIT = {
  path: '/var/log/audit/audit.log',
  channel: 'linux-audit',
  encoding: 'utf-8',
  startAt: 'end',
  optional: true,
} as const;
const AUTH = { ...AUDIT, path: '/var/log/auth.log', channel: 'auto' } as const;
const linux = { platform: 'linux', exists: () => true } as const;
const defaults = activitySchema().parse({});

test('without logs: processes and logons, too', () => {
  const parts = chooseActivity(defaults, { tails: [], journald: undefined }, linux);
  expect(parts).toMatchObject({ processes: true, network: true, logons: true, devices: true });
});

test("what auditd's log says is left to it", () => {
  const config = { tails: [AUDIT], journald: undefined };
  expect(chooseActivity(defaults, config, linux)).toMatchObject({ processes: false, logons: false });
  const absent = { platform: 'linux', exists: () => false } as const;
  expect(chooseActivity(defaults, config, absent)).toMatchObject({ processes: true, logons: true });
  expect(chooseActivity(activitySchema().parse({ processes: true }), config, linux)).toMatchObject({
    processes: true,
  });
});

test('what the authentication log or the journal says is left to it', () => {
  expect(chooseActivity(defaults, { tails: [AUTH], journald: undefined }, linux)).toMatchObject({
    processes: true,
    logons: false,
  });
  expect(chooseActivity(defaults, { tails: [], journald: {} }, linux)).toMatchObject({ logons: false });
});

test('nothing on other systems, and nothing when it is not asked for', () => {
  const config = { tails: [], journald: undefined };
  expect(chooseActivity(defaults, config, { platform: 'win32' })).toBeUndefined();
  expect(chooseActivity(activitySchema().parse({ enabled: false }), config, linux)).toBeUndefined();
});
