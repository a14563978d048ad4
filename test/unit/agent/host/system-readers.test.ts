import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAccessControls } from '../../../../agent/host/access-control.ts';
import { parseSignatureHeader } from '../../../../agent/host/antivirus.ts';
import { readBackupJobs } from '../../../../agent/host/backup-jobs.ts';
import { readCertificates } from '../../../../agent/host/certificates.ts';
import {
  parseChronyTracking,
  parseNtpVariables,
  readClockState,
} from '../../../../agent/host/clock-state.ts';
import { parseContainers, readContainers } from '../../../../agent/host/containers.ts';
import { parseMdstat, readDisks } from '../../../../agent/host/disks.ts';
import { supportFacts, supportOf } from '../../../../agent/host/end-of-support.ts';
import { parseIptables, parseNftables, readFirewalls } from '../../../../agent/host/firewall.ts';
import { isEncrypted } from '../../../../agent/host/block-devices.ts';
import {
  parseArp,
  parseNeighbours6,
  parseResolvConf,
  parseRoutes,
  parseRoutes6,
} from '../../../../agent/host/network.ts';
import { parseCrontab, readScheduledTasks } from '../../../../agent/host/scheduled-tasks.ts';
import { parseExports, parseSmbConf } from '../../../../agent/host/shares.ts';
import { parseAddress, parseSockets, readListeningPorts } from '../../../../agent/host/sockets.ts';
import { parseAuthorizedKey, readSshKeys } from '../../../../agent/host/ssh-keys.ts';
import { readStartupItems } from '../../../../agent/host/startup-items.ts';
import { parseSudoersLine, readSudoers } from '../../../../agent/host/sudoers.ts';
import { readKernelState } from '../../../../agent/host/kernel-state.ts';
import { parseAptSimulation } from '../../../../agent/host/updates.ts';
import { readUsbDevices } from '../../../../agent/host/usb.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

let host: HostFolder;

beforeEach(() => {
  host = hostFolder();
});

afterEach(() => {
  host.remove();
});

describe('sudo', () => {
  test.each([
    [
      'root ALL=(ALL:ALL) ALL',
      { who: 'root', runAs: 'ALL:ALL', commands: 'ALL', noPassword: false, all: true },
    ],
    ['%sudo ALL=(ALL) NOPASSWD: ALL', { who: '%sudo', noPassword: true, all: true }],
    [
      'an ALL=NOPASSWD: /usr/bin/apt, /bin/ls',
      { who: 'an', commands: '/usr/bin/apt, /bin/ls', noPassword: true, all: false },
    ],
    ['binh host1 = (www-data) /bin/cat', { who: 'binh', hosts: 'host1', runAs: 'www-data', all: false }],
    ['User_Alias ADMINS = an, binh', { kind: 'alias', who: 'User_Alias', commands: 'ADMINS = an, binh' }],
    ['Defaults:an !authenticate', { kind: 'defaults', who: 'Defaults:an', commands: '!authenticate' }],
  ])('%s', (line, wanted) => {
    expect(parseSudoersLine(line, '/etc/sudoers')).toMatchObject(wanted);
  });

  test('includes are followed as sudo does, also in a circle', async () => {
    host.put(
      '/etc/sudoers',
      '# comment\nDefaults env_reset\nroot ALL=(ALL) \\\n  ALL # all\n#includedir /etc/sudoers.d\n@include /etc/sudoers.local\n',
    );
    host.put('/etc/sudoers.d/web', 'www-data ALL=(root) NOPASSWD: /bin/systemctl\n');
    host.put('/etc/sudoers.d/left.out', 'bad ALL=(ALL) ALL\n');
    host.put('/etc/sudoers.d/left~', 'bad ALL=(ALL) ALL\n');
    host.put('/etc/sudoers.local', '@include /etc/sudoers\n#1000 ALL=(ALL) ALL\n');
    const { items, unread } = await readSudoers(host);
    expect(items.map(({ text, file }) => `${file}: ${text}`)).toEqual([
      '/etc/sudoers: Defaults env_reset',
      '/etc/sudoers: root ALL=(ALL) ALL',
      '/etc/sudoers.d/web: www-data ALL=(root) NOPASSWD: /bin/systemctl',
      '/etc/sudoers.local: #1000 ALL=(ALL) ALL',
    ]);
    expect(unread).toEqual([]);
  });
});

describe('SSH keys', () => {
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIGfNZMKRKgnXJZDPkBcjZnZqVTMVxVYBpzPDY1Fxe4Xc';

  test('have the fingerprint that ssh-keygen prints, and not the key', () => {
    const parsed = parseAuthorizedKey(`command="/bin/echo ssh-rsa hi",no-pty ssh-ed25519 ${key} an@nhà`);
    expect(parsed).toEqual({
      type: 'ssh-ed25519',
      fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
      comment: 'an@nhà',
      options: 'command="/bin/echo ssh-rsa hi",no-pty',
    });
    expect(JSON.stringify(parsed)).not.toContain(key);
    for (const line of ['', '# no', 'ssh-ed25519 AAAA x', `ssh-rsa ${key}`, 'ssh-ed25519'])
      expect(parseAuthorizedKey(line)).toBeUndefined();
  });

  test('are looked for where sshd does', async () => {
    host.put('/etc/ssh/sshd_config', 'Port 22\nAuthorizedKeysFile /etc/ssh/keys/%u %h/.ssh/mine\n');
    host.put('/etc/ssh/keys/an', `ssh-ed25519 ${key}\nssh-ed25519 ${key}\n`);
    host.put('/home/an/.ssh/mine', `ssh-ed25519 ${key} other\n`);
    host.put('/home/an/.ssh/authorized_keys', `ssh-ed25519 ${key} unused\n`);
    const account = {
      name: 'an',
      uid: 1,
      gid: 1,
      group: '',
      groups: [],
      comment: '',
      home: '/home/an',
      shell: '',
      password: undefined,
      passwordChangedOn: undefined,
    };
    expect((await readSshKeys(host, [account])).items.map(({ file }) => file)).toEqual([
      '/etc/ssh/keys/an',
      '/home/an/.ssh/mine',
    ]);
  });
});

describe('listening ports', () => {
  const header =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const row = (local: string, remote: string, state: string, uid: number, inode: number): string =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000 100\n`;

  test.each([
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['B80D0120000000000000000001000000', '2001:db8::1'],
  ])('address %s is %s', (hex, address) => {
    expect(parseAddress(hex)).toBe(address);
  });

  test('are sockets in the state asked for and with no peer', () => {
    const table =
      header +
      row('0100007F:0016', '00000000:0000', '0A', 0, 11) +
      row('0100007F:0017', '0100007F:A972', '01', 0, 12) +
      'garbage\n';
    expect(parseSockets(table, 'tcp', '0A')).toEqual([
      { protocol: 'tcp', address: '127.0.0.1', port: 22, uid: 0, inode: '11' },
    ]);
  });

  test('name the program that holds them, leave out client ports of UDP, and need no IPv6', async () => {
    host.put('/proc/net/tcp', header + row('00000000:0016', '00000000:0000', '0A', 0, 11));
    host.put(
      '/proc/net/udp',
      header +
        row('00000000:007B', '00000000:0000', '07', 101, 12) +
        row('00000000:C350', '00000000:0000', '07', 1, 13),
    );
    host.put('/proc/sys/net/ipv4/ip_local_port_range', '32768\t60999\n');
    host.put('/proc/42/comm', 'sshd\n');
    host.link('/proc/42/fd/3', 'socket:[11]');
    host.link('/proc/42/exe', '/usr/sbin/sshd');
    const { items, unread } = await readListeningPorts(host);
    expect(items).toEqual([
      {
        protocol: 'tcp',
        address: '0.0.0.0',
        port: 22,
        uid: 0,
        process: 'sshd',
        executable: '/usr/sbin/sshd',
      },
      { protocol: 'udp', address: '0.0.0.0', port: 123, uid: 101, process: undefined, executable: undefined },
    ]);
    expect(unread).toEqual([]);
  });
});

test('neighbours are those with an address on the line', () => {
  const table =
    'IP address HW type Flags HW address Mask Device\n192.0.2.1 0x1 0x2 02:00:00:00:00:01 * eth0\n192.0.2.9 0x1 0x0 00:00:00:00:00:00 * eth0\n';
  expect(parseArp(table)).toEqual([{ address: '192.0.2.1', mac: '02:00:00:00:00:01', device: 'eth0' }]);
  expect(
    parseNeighbours6('fe80::1 dev eth0 lladdr 02:00:00:00:00:05 router STALE\nfe80::2 dev eth0 FAILED\n'),
  ).toEqual([{ address: 'fe80::1', mac: '02:00:00:00:00:05', device: 'eth0' }]);
});

test('routes are those that are up', () => {
  const table =
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n' +
    'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n' +
    'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\nbroken\n';
  expect(parseRoutes(table)).toEqual([
    { destination: 'default', gateway: '192.0.2.1', device: 'eth0', metric: 100 },
    { destination: '192.0.2.0/24', gateway: '', device: 'eth0', metric: 0 },
  ]);
  const zero = '0'.repeat(32);
  const six =
    `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n` +
    `fd000000000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0\n` +
    `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo\n`;
  expect(parseRoutes6(six)).toEqual([
    { destination: 'default', gateway: 'fe80::1', device: 'eth0', metric: 1024 },
    { destination: 'fd00::/64', gateway: '', device: 'eth0', metric: 256 },
  ]);
});

test('name servers are in their order', () => {
  const text =
    '# x\nsearch gov.vn lan\nnameserver 10.0.0.1\nnameserver fe80::1%eth0 # two\nnameserver junk\noptions edns0\n';
  expect(parseResolvConf(text, '/etc/resolv.conf')).toEqual([
    { address: '10.0.0.1', file: '/etc/resolv.conf', order: 1, search: 'gov.vn lan', options: 'edns0' },
    { address: 'fe80::1%eth0', file: '/etc/resolv.conf', order: 2, search: 'gov.vn lan', options: 'edns0' },
  ]);
});

describe('end of support', () => {
  const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);

  test('is told by the day, with its source, or as unknown', () => {
    expect(supportFacts('debian', '12', day('2026-07-11'))).toMatchObject({
      support: 'supported',
      supportEnds: '2026-07-11',
      supportSource: expect.stringMatching(/^https:/),
    });
    expect(supportFacts('debian', '12', day('2026-07-12'))).toMatchObject({ support: 'extended-only' });
    expect(supportFacts('debian', '12', day('2028-07-01'))).toMatchObject({ support: 'ended' });
    expect(supportFacts('nobodyix', '3', 0)).toMatchObject({ support: 'unknown' });
    expect(supportFacts('debian', '', 0)).toMatchObject({ support: 'unknown' });
  });

  test.each([
    ['rhel', '9.4', '2032-05-31'],
    ['rocky', '8.10', '2029-05-31'],
    ['ubuntu', '22.04', '2027-06-01'],
    ['sles', '15.6', '2025-12-31'],
    ['amzn', '2', '2026-06-30'],
    ['amzn', '2023', '2029-06-30'],
    ['windows', '10.0.19045', '2025-10-14'],
    ['sles', '15.2', '2021-12-31'],
    ['windows', '6.1.7601', '2020-01-14'],
    ['windows-server', '10.0.14393', '2027-01-12'],
    ['windows-server', '10.0.26100', '2034-11-14'],
  ])('of %s %s', (id, version, ends) => {
    expect(supportOf(id, version)?.ends).toBe(ends);
  });
});

describe('updates', () => {
  test('of apt tell which come from the archive of security', () => {
    const text =
      'Reading package lists...\nInst libssl3 [3.0.11-1] (3.0.17-1 Debian-Security:12/stable-security [amd64])\nInst bash [5.2-1] (5.2-2 Debian:12.9/stable [amd64]) []\nConf bash (5.2-2 Debian:12.9/stable [amd64])\n';
    expect(parseAptSimulation(text)).toEqual([
      {
        name: 'libssl3',
        installed: '3.0.11-1',
        available: '3.0.17-1',
        origin: 'Debian-Security:12/stable-security',
        security: true,
      },
      { name: 'bash', installed: '5.2-1', available: '5.2-2', origin: 'Debian:12.9/stable', security: false },
    ]);
  });

  test('of the kernel wait for a restart', async () => {
    for (const version of ['6.1.0-9-amd64', '6.1.0-18-amd64', '6.1.0-20-rt-amd64-dbg'])
      host.put(`/lib/modules/${version}/modules.dep`, '');
    expect(await readKernelState(host, '6.1.0-9-amd64')).toMatchObject({
      installed: '6.1.0-18-amd64',
      rebootNeeded: true,
      reason: 'kernel 6.1.0-18-amd64 is installed',
    });
    expect(await readKernelState(host, '6.1.0-18-amd64')).toMatchObject({ rebootNeeded: false });
    host.put('/run/reboot-required', '');
    host.put('/run/reboot-required.pkgs', 'libc6\nlibc6\n');
    expect(await readKernelState(host, '6.1.0-18-amd64')).toMatchObject({
      rebootNeeded: true,
      reason: 'packages ask for it: libc6',
    });
  });
});

describe('the clock', () => {
  const tracking =
    'C0000201,192.0.2.1,2,1700000000.1,0.012345678,0.001,0.002,-1.2,0.0,0.1,0.02,0.003,64.2,Normal\n';

  test('is what chrony or ntpd say', async () => {
    expect(parseChronyTracking(tracking)).toMatchObject({
      source: '192.0.2.1',
      stratum: 2,
      offsetMs: -12.346,
      synchronised: true,
    });
    expect(parseChronyTracking('7F7F0101,,0,0,0.0,0,0,0,0,0,0,0,0,Not synchronised')).toMatchObject({
      synchronised: false,
    });
    expect(parseNtpVariables('leap_none, sync_ntp, stratum=3, refid=10.0.0.1, offset=-1.5')).toEqual({
      source: '10.0.0.1',
      stratum: 3,
      offsetMs: 1.5,
      synchronised: true,
    });
  });

  test('that is only held against itself is kept by nobody', () => {
    expect(parseChronyTracking('7F7F0101,,10,1,0.0,0,0,0,0,0,0,0,0,Normal')).toMatchObject({
      source: 'local',
      synchronised: false,
    });
    for (const reference of ['LOCAL(0)', '127.127.1.0', 'LOCL'])
      expect(
        parseNtpVariables(`leap_none, sync_local, stratum=6, refid=${reference}, offset=0.0`),
      ).toMatchObject({
        source: 'local',
        synchronised: false,
      });
  });

  test('has a keeper, one that cannot be asked, or none', async () => {
    expect(await readClockState(host)).toMatchObject({ service: 'none', synchronised: false });
    host.put('/usr/lib/systemd/system/chrony.service', '[Service]\nExecStart=/usr/sbin/chronyd\n');
    host.put('/sys/fs/cgroup/system.slice/chrony.service/cgroup.procs', '1\n');
    expect(await readClockState(host)).toMatchObject({
      service: 'chrony',
      reason: 'the program chronyc is not installed',
    });
  });
});

describe('scheduled tasks', () => {
  test('of crontabs have a user from their column or their file', () => {
    const text = 'SHELL=/bin/sh\n# x\n17 *\t* * *\troot\tcd / && run-parts\n@reboot www /bin/x\nbroken\n';
    expect(
      parseCrontab(text, '/etc/crontab').map(({ schedule, user, command }) => [schedule, user, command]),
    ).toEqual([
      ['17 * * * *', 'root', 'cd / && run-parts'],
      ['@reboot', 'www', '/bin/x'],
    ]);
    expect(parseCrontab('1 1 * * * root mysqldump -pgeheim db', 'f')).toMatchObject([
      { command: 'mysqldump -p*** db' },
    ]);
    expect(parseCrontab('*/5 * * * * /bin/y a', 'f', 'an')).toMatchObject([
      { user: 'an', command: '/bin/y a' },
    ]);
  });

  test('are found in every place', async () => {
    host.put('/etc/crontab', '1 * * * * root /a\n');
    host.put('/etc/cron.d/b', '2 * * * * root /b\n');
    host.put('/etc/cron.d/.placeholder', '');
    host.put('/etc/cron.daily/c', '#!/bin/sh');
    host.put('/var/spool/cron/crontabs/an', '3 * * * * /d\n');
    host.put('/etc/anacrontab', '7\t10\tcron.weekly\trun-parts /etc/cron.weekly\n');
    host.put(
      '/var/spool/cron/atjobs/a0000101b2c3d4',
      '#!/bin/sh\n# atrun uid=1000 gid=1000\numask 22\n/bin/later\n',
    );
    host.put(
      '/usr/lib/systemd/system/t.timer',
      '[Timer]\nOnCalendar=daily\nOnBootSec=5\n[Install]\nWantedBy=timers.target\n',
    );
    host.link('/etc/systemd/system/timers.target.wants/t.timer', '/usr/lib/systemd/system/t.timer');
    const { items } = await readScheduledTasks(host);
    expect(
      items.map(({ kind, user, schedule, command }) => [kind, user, schedule, command].join(' | ')),
    ).toEqual([
      'cron | root | 1 * * * * | /a',
      'anacron | root | every 7 days | run-parts /etc/cron.weekly',
      'cron | root | 2 * * * * | /b',
      'cron-script | root | daily | /etc/cron.daily/c',
      'cron | an | 3 * * * * | /d',
      `at | 1000 | ${new Date(0x01b2c3d4 * 60_000).toISOString()} | /bin/later`,
      'timer |  | OnCalendar=daily; OnBootSec=5 | t.service',
    ]);
    expect(items.at(-1)?.enabled).toBe(true);
  });

  test('that save something are backups, without their passwords', async () => {
    host.put(
      '/etc/cron.d/b',
      '2 1 * * * root RESTIC_PASSWORD=geheim restic backup --password=x /srv\n3 1 * * * root tar czf /dev/null /x\n',
    );
    host.put('/etc/rsnapshot.conf', '');
    host.put('/var/log/rsnapshot.log', '');
    const { items } = await readBackupJobs(host, await readScheduledTasks(host));
    expect(items).toMatchObject([
      {
        tool: 'rsnapshot',
        place: '/etc/rsnapshot.conf',
        lastRunAt: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
      {
        tool: 'restic',
        schedule: '2 1 * * *',
        command: 'RESTIC_PASSWORD=*** restic backup --password=*** /srv',
      },
    ]);
  });
});

describe('containers', () => {
  const answer = [
    {
      Id: 'abcdef0123456789',
      Names: ['/web'],
      Image: 'nginx:1',
      ImageID: 'sha256:1234567890abcdef',
      State: 'running',
      Command: 'nginx -g',
      Ports: [
        { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
        { PrivatePort: 443, Type: 'tcp' },
      ],
      Labels: { secret: 'x' },
    },
  ];

  test('of docker have state, image and ports', () => {
    expect(parseContainers(answer, 'docker')).toEqual([
      {
        runtime: 'docker',
        id: 'abcdef012345',
        name: 'web',
        image: 'nginx:1',
        imageId: '1234567890ab',
        state: 'running',
        ports: '0.0.0.0:8080->80/tcp, 443/tcp',
        command: 'nginx -g',
        privileged: undefined,
      },
    ]);
  });

  test.skipIf(process.platform === 'win32')(
    'are asked over the socket, and a bad answer is told',
    async () => {
      let body = JSON.stringify(answer);
      const asked: string[] = [];
      const server = http.createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.end(body);
      });
      host.put('/run/x', '');
      await new Promise<void>((resolve) => server.listen(path.join(host.root, 'run/docker.sock'), resolve));
      try {
        expect((await readContainers(host)).items.map(({ name }) => name)).toEqual(['web']);
        expect(asked).toEqual(['GET /containers/json?all=1']);
        body = '[{"Id": 5}]';
        expect((await readContainers(host)).unread).toMatchObject([{ part: 'docker' }]);
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      expect(await readContainers(host)).toMatchObject({ items: [], unread: [] });
    },
  );
});

test('USB devices tell what they are', async () => {
  const folder = '/sys/bus/usb/devices';
  host.put(`${folder}/1-4/idVendor`, '0781\n');
  host.put(`${folder}/1-4/idProduct`, '5581\n');
  host.put(`${folder}/1-4/serial`, 'A1\n');
  host.put(`${folder}/1-4/1-4:1.0/bInterfaceClass`, '08\n');
  host.put(`${folder}/1-4:1.0/bInterfaceClass`, '08\n');
  host.put(`${folder}/usb1/idVendor`, '1d6b\n');
  expect((await readUsbDevices(host)).items).toMatchObject([
    { port: '1-4', vendorId: '0781', productId: '5581', serial: 'A1', kinds: ['storage'] },
  ]);
});

describe('disks', () => {
  test('in a RAID set tell whether one is missing', () => {
    const text =
      'Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      1 blocks [2/2] [UU]\n\nmd1 : active raid5 sdc1[0](F)\n      1 blocks [3/2] [UU_]\n\nunused devices: <none>\n';
    expect([...parseMdstat(text)].map(([name, { state, level }]) => [name, state, level])).toEqual([
      ['md0', 'clean', 'raid1'],
      ['md1', 'degraded', 'raid5'],
    ]);
  });

  test('are encrypted where something below is', async () => {
    host.put('/sys/class/block/dm-1/slaves/dm-0/x', '');
    host.put('/sys/class/block/dm-1/dm/uuid', 'LVM-abc\n');
    host.put('/sys/class/block/dm-0/dm/uuid', 'CRYPT-LUKS2-abc\n');
    host.put('/sys/class/block/sda1/x', '');
    expect(await isEncrypted(host, '/dev/dm-1')).toBe(true);
    expect(await isEncrypted(host, '/dev/sda1')).toBe(false);
    host.put('/sys/block/sda/size', '2048\n');
    host.put('/sys/block/sda/device/model', 'Disk\n');
    host.put('/sys/block/loop0/size', '10\n');
    expect((await readDisks(host)).items).toMatchObject([
      { key: 'disk sda', sizeBytes: 1_048_576, model: 'Disk' },
    ]);
  });
});

describe('firewalls', () => {
  test('are summed up by their policy and a name for their rules', () => {
    const nft =
      'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established accept\n\t}\n}\n';
    expect(parseNftables(nft)).toMatchObject({ active: true, inputPolicy: 'drop', rules: 1 });
    expect(parseNftables('')).toEqual({ active: false, inputPolicy: '', rules: 0, rulesHash: '' });
    const save = '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n';
    expect(parseIptables(save)).toMatchObject({ active: true, inputPolicy: 'drop', rules: 1 });
    expect(parseIptables('*filter\n:INPUT ACCEPT [12:34]\nCOMMIT\n')).toMatchObject({ active: false });
  });

  test('that may not be asked are no absent ones', async () => {
    const refused = {
      kind: 'ended',
      code: 1,
      stdout: '',
      stderr: 'Operation not permitted (you must be root)',
      truncated: false,
    } as const;
    const own = hostFolder({ nft: refused });
    try {
      own.put('/etc/ufw/ufw.conf', 'ENABLED=yes\n');
      own.put('/etc/default/ufw', 'DEFAULT_INPUT_POLICY="DROP"\n');
      const { items, unread } = await readFirewalls(own);
      expect(items).toMatchObject([{ name: 'ufw', active: true, inputPolicy: 'drop' }]);
      expect(unread).toEqual([
        { part: 'nftables', reason: 'permission denied: the agent needs root to ask it' },
      ]);
    } finally {
      own.remove();
    }
  });
});

test('access control is what the kernel says and what the settings want', async () => {
  host.put('/etc/selinux/config', 'SELINUX=enforcing\nSELINUXTYPE=targeted\n');
  host.put('/sys/fs/selinux/enforce', '0');
  host.put('/sys/module/apparmor/parameters/enabled', 'Y\n');
  host.put('/sys/kernel/security/apparmor/profiles', '/bin/a (enforce)\n/bin/b (complain)\n');
  host.put('/proc/sys/kernel/modules_disabled', '0\n');
  expect((await readAccessControls(host)).items).toMatchObject([
    { name: 'selinux', state: 'permissive', configured: 'enforcing', detail: 'targeted' },
    { name: 'apparmor', state: 'enabled', detail: '1 enforced, 1 complaining' },
    { name: 'modules', state: 'any' },
  ]);
});

test('signatures of ClamAV tell their date', () => {
  expect(parseSignatureHeader('ClamAV-VDB:17 Nov 2026 08-10 +0000:27482:2068:90:X:X:b:1')).toEqual({
    signaturesAt: '2026-11-17T08:10:00.000Z',
    signatureVersion: '27482',
  });
  expect(parseSignatureHeader('junk')).toBeUndefined();
});

test('what starts by itself is found', async () => {
  host.put('/etc/ld.so.preload', '/lib/evil.so\n');
  host.put('/etc/rc.local', '#!/bin/sh\n/bin/x &\nexit 0\n');
  host.put('/etc/xdg/autostart/y.desktop', '[Desktop Entry]\nExec=/bin/y\n');
  host.put('/etc/udev/rules.d/z.rules', 'ACTION=="add", RUN+="/bin/z"\n');
  host.put('/etc/udev/rules.d/quiet.rules', 'KERNEL=="x", MODE="0600"\n');
  expect((await readStartupItems(host)).items.map(({ kind, command }) => `${kind} ${command}`)).toEqual([
    'preload /lib/evil.so',
    'rc.local /bin/x &',
    'autostart /bin/y',
    'udev-run /bin/z',
  ]);
});

test('shares tell who may write and who needs no name', () => {
  expect(parseExports('/srv 192.0.2.0/24(rw,sync)\n# x\n"/a b" *(ro)\n')).toMatchObject([
    { path: '/srv', writable: true, guest: false },
    { path: '/a b', writable: false, guest: true },
  ]);
  expect(
    parseSmbConf('[global]\nworkgroup = X\n[public]\npath = /srv/p\nread only = no\nguest ok = yes\n'),
  ).toEqual([{ kind: 'smb', name: 'public', path: '/srv/p', clients: '', writable: true, guest: true }]);
});

const openssl = fs.existsSync('/usr/bin/openssl');

test.skipIf(!openssl)('certificates are found by the settings that name them', async () => {
  const file = '/etc/ssl/site.pem';
  host.put(file, '');
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    path.join(host.root, 'key.pem'),
    '-days',
    '10',
    '-subj',
    '/CN=example.gov.vn',
  ];
  execFileSync('/usr/bin/openssl', [...args, '-out', path.join(host.root, file)], { stdio: 'ignore' });
  host.put(
    '/etc/nginx/sites-enabled/site',
    `server {\n  ssl_certificate ${file};\n  ssl_certificate_key /k;\n}\n`,
  );
  host.put('/etc/postfix/main.cf', 'smtpd_tls_cert_file = /etc/ssl/gone.pem\n');
  host.put('/etc/haproxy/haproxy.cfg', 'bind :443 ssl crt /etc/ssl/junk.pem\n');
  host.put('/etc/ssl/junk.pem', 'no certificate');
  const { items, unread, missing } = await readCertificates(host);
  expect(items).toMatchObject([
    {
      file,
      subject: 'CN=example.gov.vn',
      selfSigned: true,
      keyType: 'rsa',
      keyBits: 2048,
      usedBy: '/etc/nginx/sites-enabled/site',
    },
  ]);
  expect(missing).toEqual([{ file: '/etc/ssl/gone.pem', usedBy: '/etc/postfix/main.cf' }]);
  expect(unread).toEqual([{ part: '/etc/ssl/junk.pem', reason: 'it holds no certificate' }]);
});
