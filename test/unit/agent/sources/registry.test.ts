import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../../agent/config.ts';
import { makeKey } from '../../../../agent/identity.ts';
import { createSources } from '../../../../agent/sources/registry.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let folder: string;

beforeEach(() => {
  folder = makeFolder();
});

afterEach(() => removeFolder(folder));

async function sourcesOf(settings: unknown): Promise<unknown[]> {
  fs.writeFileSync(path.join(folder, 'agent.json'), JSON.stringify(settings));
  const environment = {
    platform: 'linux',
    env: {},
    homeDir: '/',
    privileged: false,
    workingDir: folder,
  } as const;
  const sources = await createSources(loadConfig({ stateDir: folder }, environment), {
    identity: { ...makeKey(), enrolledAt: 0 },
  });
  return sources.map(({ source, lane, canWait }) => [source.name, lane, canWait]);
}

const NOTHING = {
  tails: [],
  watch: [],
  inventory: { enabled: false },
  posture: { enabled: false },
  activity: { enabled: false },
};

test('nothing asked for, nothing made', async () => {
  expect(await sourcesOf(NOTHING)).toEqual([]);
});

test('the journal has records of several lanes', async () => {
  expect(await sourcesOf({ ...NOTHING, journald: { enabled: true } })).toEqual([
    ['journald', undefined, true],
  ]);
});

test('each log of Windows is a source of its own, in the lane of its channel or its own', async () => {
  const channels = [{ channel: 'Security' }, { channel: 'Application', lane: 'bulk' }];
  expect(await sourcesOf({ ...NOTHING, windowsEventLog: { enabled: true, channels } })).toEqual([
    ['windows-event-log:Security', 'security', true],
    ['windows-event-log:Application', 'bulk', true],
  ]);
});

test('rules know the logs of Windows that are read by default', async () => {
  const { windowsPlace } = await import('../../../../collector/normalize/windows-logsource.ts');
  const { logsOf } = await import('../../../../agent/sources/windows-event-log/default-logs.ts');
  const names = logsOf({ channels: undefined }).map(({ channel }) => channel);
  expect(names).toHaveLength(27);
  // What it holds keeps the logs of where it happened.
  const unknown = names.filter((name) => windowsPlace(name, -1, '').service === undefined);
  expect(unknown).toEqual(['ForwardedEvents']);
});

test("auditd's log is a source of its own, however it was named", async () => {
  const audit = [['audit', undefined, true]];
  expect(await sourcesOf({ ...NOTHING, audit: { enabled: true } })).toEqual(audit);
  expect(await sourcesOf({ ...NOTHING, tails: [{ path: '/var/log/audit/audit.log' }] })).toEqual(audit);
  const other = { path: '/srv/a.log', channel: 'linux-audit' };
  expect(await sourcesOf({ ...NOTHING, tails: [other, { path: '/srv/b.log' }] })).toEqual([
    ['file', undefined, true],
    ...audit,
  ]);
});

test('each syslog listener is a source of its own, in the lane it asks for or that of its channel', async () => {
  const listener = { protocol: 'udp', port: 514, allow: ['10.0.0.0/8'] };
  const listeners = [
    listener,
    { ...listener, protocol: 'tcp', lane: 'bulk' },
    { ...listener, address: '192.0.2.1', channel: 'sshd' },
  ];
  const lanes = { 'log/linux-syslog': 'security' };
  expect(await sourcesOf({ ...NOTHING, lanes, syslog: { listeners } })).toEqual([
    ['syslog udp 514', 'security', true],
    ['syslog tcp 514', 'bulk', true],
    ['syslog udp 192.0.2.1 514', 'security', true],
  ]);
});

test('what the agent sees happen by itself has a source, but on other systems', async () => {
  expect(await sourcesOf({ ...NOTHING, activity: {} })).toEqual([['activity', 'security', false]]);
});

test.skipIf(process.platform !== 'linux')('a whole posture policy is checked before it is used', async () => {
  const named = { ...NOTHING, posture: { policies: ['sshd'] } };
  expect(await sourcesOf(named)).toEqual([['posture', 'standard', true]]);
  const wrong = { ...NOTHING, posture: { policies: ['sshd', { policy: 'own', version: 'new' }] } };
  await expect(sourcesOf(wrong)).rejects.toThrow(/posture\.policies: 1\.version/);
});
