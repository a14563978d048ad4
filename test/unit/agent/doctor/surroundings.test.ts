/** What the doctor says of rights, limits, folders and refusals, on hosts made of files. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../agent/config.ts';
import { checkLimits } from '../../../../agent/doctor/check-limits.ts';
import { checkPlace } from '../../../../agent/doctor/check-place.ts';
import { checkProbes } from '../../../../agent/doctor/check-probe.ts';
import { checkRights } from '../../../../agent/doctor/check-rights.ts';
import { checkRunning } from '../../../../agent/doctor/check-running.ts';
import { checkAccessControl, checkTime, checkWay } from '../../../../agent/doctor/check-surroundings.ts';
import type { Check } from '../../../../agent/doctor/check.ts';
import { formatChecks } from '../../../../agent/doctor/doctor.ts';
import { hostAt } from '../../../../agent/host/host.ts';
import type { Host } from '../../../../agent/host/host.ts';
import { en } from '../../../../agent/messages/en.ts';
import { screenOf } from '../../../../agent/paint.ts';
import { probeSchema } from '../../../../agent/probe-config.ts';
import { NO_PROXY, proxySettings } from '../../../../agent/transport/proxy.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let root: string;
let host: Host;

beforeEach(() => {
  root = fs.realpathSync(makeFolder());
  host = hostAt(root);
});

afterEach(() => {
  removeFolder(root);
});

function write(file: string, text: string): void {
  const place = path.join(root, file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, text);
}

const levels = (checks: readonly Check[]): string[] => checks.map(({ level }) => level);
const config = loadConfig(
  { stateDir: '/nowhere' },
  {
    platform: 'linux',
    env: {},
    homeDir: '/nowhere',
    privileged: false,
    workingDir: '/nowhere',
  },
);

describe('rights', () => {
  const status = (uid: number, caps: string): string =>
    `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${caps}\n`;

  test('root with everything, and a user with nothing', async () => {
    write('/proc/7/status', status(0, '000001ffffffffff'));
    expect(await checkRights(host, 7, config, en)).toEqual([
      { name: 'rights', level: 'ok', message: 'runs as root: nothing is kept from it' },
    ]);
    write('/proc/8/status', status(1_000, '0000000000000000'));
    const found = await checkRights(host, 8, config, en);
    expect(levels(found)).toEqual(['warn', 'warn']);
    expect(found[0]?.message).toContain('CAP_DAC_READ_SEARCH');
  });

  test('capabilities are enough, and low ports need one', async () => {
    write('/proc/9/status', status(998, '0000000000080004'));
    expect(levels(await checkRights(host, 9, config, en))).toEqual(['ok']);
    const listener = {
      protocol: 'udp' as const,
      port: 514,
      allow: ['192.0.2.0/24'],
      channel: 'linux-syslog' as const,
    };
    const listening = { ...config, syslog: { ...config.syslog, listeners: [listener] } };
    const found = await checkRights(host, 9, listening, en);
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('CAP_NET_BIND_SERVICE')]);
  });
});

test('limits of inotify and of open files, with what to do', async () => {
  write('/proc/sys/fs/inotify/max_user_watches', '8192\n');
  write('/proc/sys/fs/inotify/max_user_instances', '128\n');
  write(
    '/proc/7/limits',
    'Limit Soft Hard Units\nMax open files            1024                 4096                 files\n',
  );
  const found = await checkLimits(host, 7, true, en);
  expect(levels(found)).toEqual(['warn', 'warn']);
  expect(found[0]?.message).toContain('fs.inotify.max_user_watches = 65536');
  expect(found[1]?.message).toContain('LimitNOFILE=4096');
  write('/proc/sys/fs/inotify/max_user_watches', '524288\n');
  write('/proc/7/limits', 'Max open files            unlimited            unlimited            files\n');
  expect(levels(await checkLimits(host, 7, true, en))).toEqual(['ok', 'ok']);
  expect(levels(await checkLimits(host, 7, false, en))).toEqual(['ok']);
});

test.each([
  ['ext4 rw', 'ok', 'local file system'],
  ['ext4 ro', 'fail', 'mounted read-only'],
  ['nfs4 rw', 'warn', 'network share'],
  ['tmpfs rw', 'warn', 'in memory'],
])('a state folder on %s', async (what, level, words) => {
  const [type = '', mode = ''] = what.split(' ');
  const state = path.join(root, 'state');
  fs.mkdirSync(state);
  write(
    '/proc/self/mountinfo',
    `21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n30 21 8:2 / ${state} ${mode},relatime - ${type} source ${mode}\n`,
  );
  const [check] = await checkPlace(host, state, en);
  expect(check).toMatchObject({ level, message: expect.stringContaining(words) as string });
});

test('refusals of SELinux that concern the agent', async () => {
  expect(await checkAccessControl(host, en)).toEqual([]);
  write('/sys/fs/selinux/enforce', '1');
  write(
    '/var/log/audit/audit.log',
    'type=AVC msg=audit(1:1): avc:  denied  { read } for pid=2 comm="nginx"\n',
  );
  expect(levels(await checkAccessControl(host, en))).toEqual(['ok']);
  const line =
    'type=AVC msg=audit(1.5:9): avc:  denied  { open } for pid=7 comm="node" path="/var/log/secure"';
  fs.appendFileSync(path.join(root, 'var/log/audit/audit.log'), `${line}\n`);
  const [denied] = await checkAccessControl(host, en);
  expect(denied).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('/var/log/secure') as string,
  });
});

test('nobody who keeps the clock', async () => {
  expect(levels(await checkTime(host, en))).toEqual(process.platform === 'linux' ? ['warn'] : []);
});

test('the way to the collector: a name that is not resolved, an address, a proxy', async () => {
  expect(levels(await checkWay('https://collector.invalid:8443', NO_PROXY, en))).toEqual(['fail']);
  expect(await checkWay('https://192.0.2.1:8443', NO_PROXY, en)).toEqual([]);
  expect(levels(await checkWay('https://localhost:8443', NO_PROXY, en))).toEqual(['ok']);
  const proxy = proxySettings({ url: 'http://user:secret@192.0.2.9:3128', bypass: [] }, {}) ?? NO_PROXY;
  const [used] = await checkWay('https://collector.invalid:8443', proxy, en);
  expect(used).toMatchObject({ name: 'proxy', level: 'ok' });
  expect(used?.message).toContain('192.0.2.9:3128');
  expect(used?.message).not.toContain('secret');
});

test('probes: a name that is not resolved, and a domain whose end nobody tells', async () => {
  const probes = [
    probeSchema().parse({ target: 'https://portal.example.gov.vn.invalid/' }),
    probeSchema().parse({ target: 'tcp://127.0.0.1:22' }),
    probeSchema().parse({ name: 'behind', target: 'https://portal.example.vn/' }),
  ];
  const [unknown, known] = await checkProbes({ ...config, probes, proxy: NO_PROXY }, en);
  expect(unknown).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('is not resolved') as string,
  });
  expect(known).toMatchObject({ level: 'ok' });
  const proxy = proxySettings({ url: 'http://192.0.2.9:3128', bypass: [] }, {}) ?? NO_PROXY;
  const found = await checkProbes({ ...config, probes: probes.slice(2), proxy }, en);
  expect(levels(found)).toEqual(['ok', 'warn']);
});

test('what running sources cannot read now', () => {
  const source = {
    name: 'file',
    kind: 'file' as const,
    state: 'running' as const,
    caughtUp: true,
    records: 1,
    limited: 0,
    lastRecordAt: null,
    problems: [{ subject: '/var/log/x', message: 'EACCES', at: 1, once: false }],
  };
  const status = { sources: [source] } as unknown as Parameters<typeof checkRunning>[0];
  expect(checkRunning(status, en)).toEqual([
    { name: 'sources', level: 'warn', message: 'log files: /var/log/x: EACCES' },
  ]);
  expect(checkRunning(undefined, en)).toEqual([]);
});

describe('as lines', () => {
  const checks: Check[] = [
    {
      name: 'rights',
      level: 'warn',
      message: 'a message that is longer than the screen is wide and so must be broken',
    },
    { name: 'disk', level: 'ok', message: 'fine' },
  ];

  test('80 columns are kept, and colours only where somebody looks who has not refused them', () => {
    const narrow = screenOf({ isTTY: true, columns: 48 }, { NO_COLOR: '1' });
    const lines = formatChecks(checks, en, narrow).split('\n');
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(48);
    expect(lines[1]?.startsWith(' '.repeat(14))).toBe(true);
    expect(formatChecks(checks, en, screenOf({}, {}))).not.toContain('\u001b');
    expect(formatChecks(checks, en, screenOf({ isTTY: true, columns: 80 }, {}))).toContain('\u001b[33m');
    expect(formatChecks(checks, en, screenOf({ isTTY: true, columns: 80 }, { TERM: 'dumb' }))).not.toContain(
      '\u001b',
    );
  });
});
