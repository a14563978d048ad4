import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAccounts } from '../../../../agent/host/accounts.ts';
import { readKernelModules } from '../../../../agent/host/kernel-modules.ts';
import { parseMountInfo, readMounts, readSpace } from '../../../../agent/host/mounts.ts';
import { parseOsRelease } from '../../../../agent/host/os-release.ts';
import { parseApk, parseDpkgStatus, parseRpmList, readPackages } from '../../../../agent/host/packages.ts';
import { listFolder, readText } from '../../../../agent/host/read-text.ts';
import { readServices } from '../../../../agent/host/services.ts';
import { readSysctl } from '../../../../agent/host/sysctl.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

let host: HostFolder;

beforeEach(() => {
  host = hostFolder();
});

afterEach(() => {
  host.remove();
});

describe('a file of the host', () => {
  test('is read up to a bound', async () => {
    host.put('/etc/long', 'x'.repeat(10));
    expect(await readText(host, '/etc/long', 4)).toEqual({ kind: 'text', text: 'xxxx', truncated: true });
    expect(await readText(host, '/etc/long', 10)).toMatchObject({ truncated: false });
    expect(await readText(host, '/etc/none')).toEqual({ kind: 'absent' });
  });

  test.skipIf(process.platform === 'win32')('that is none is not waited for', async () => {
    execFileSync('mkfifo', [path.join(host.root, 'pipe')]);
    expect(await readText(host, '/pipe')).toEqual({ kind: 'unreadable', reason: 'it is not a file' });
  });

  test.skipIf(process.getuid?.() === 0)('that is forbidden is no absent one', async () => {
    host.put('/etc/shadow', 'root:x');
    fs.chmodSync(path.join(host.root, 'etc/shadow'), 0);
    expect(await readText(host, '/etc/shadow')).toMatchObject({ kind: 'unreadable' });
  });

  test('in a folder of too many is counted', async () => {
    for (const name of ['c', 'a', 'b']) host.put(`/many/${name}`, '');
    expect(await listFolder(host, '/many', 2)).toMatchObject({ kind: 'names', truncated: 1 });
  });
});

describe('packages', () => {
  const status = [
    'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\nDescription: shell\n more text: with colon\n',
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.36\nSource: glibc\n',
    'Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n',
    'Package: half\nStatus: install ok half-configured\nArchitecture: all\nVersion: 1',
  ].join('\n');

  test('of dpkg are those installed', async () => {
    const packages = await parseDpkgStatus(status.split('\n'));
    expect(packages.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'bash installed',
      'libc6 installed',
      'half half-configured',
    ]);
    expect(packages[1]).toMatchObject({ version: '2.36', source: 'glibc', multiArch: true });
  });

  test('of rpm and apk are read from their lists', () => {
    const output =
      'kernel\t0:5.14-1\tx86_64\tRed Hat\tkernel-5.14-1.src.rpm\ngpg-pubkey\t0:1-2\t(none)\t(none)\t(none)\nbash\t1:5.1-4\tx86_64\t(none)\t(none)\n';
    expect(parseRpmList(output)).toMatchObject([
      { name: 'kernel', version: '5.14-1', vendor: 'Red Hat', source: 'kernel-5.14-1.src.rpm' },
      { name: 'bash', version: '1:5.1-4', vendor: '' },
    ]);
    expect(parseApk('C:Q1\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\n\nP:zlib\nV:1.3\nA:x86_64\n')).toMatchObject(
      [
        { name: 'musl', version: '1.2.4-r2', architecture: 'x86_64' },
        { name: 'zlib', version: '1.3' },
      ],
    );
  });

  test('of all managers stand together; one that cannot be asked is named', async () => {
    host.put('/var/lib/dpkg/status', status);
    host.put('/var/lib/rpm/rpmdb.sqlite', '');
    host.put('/snap/core20/2318/meta/snap.yaml', 'name: core20\nversion: "20"\n');
    host.link('/snap/core20/current', '2318');
    host.put('/usr/local/lib/python3.11/dist-packages/Requests-2.31.0.dist-info/METADATA', '');
    host.put('/usr/local/lib/node_modules/@scope/tool/package.json', '{"version":"1.2.3"}');
    host.put('/var/lib/flatpak/app/org.x.Y/x86_64/stable/abc/metadata', '');
    host.link('/var/lib/flatpak/app/org.x.Y/x86_64/stable/active', 'abc');
    const { items, unread } = await readPackages(host);
    expect(items.map(({ manager, name, version }) => `${manager} ${name} ${version}`)).toEqual([
      'dpkg bash 5.2-1',
      'dpkg libc6 2.36',
      'dpkg half 1',
      'snap core20 20 (2318)',
      'flatpak org.x.Y stable (abc)',
      'pip requests 2.31.0',
      'npm @scope/tool 1.2.3',
    ]);
    expect(unread).toEqual([{ part: 'rpm', reason: 'the program rpm is not installed' }]);
  });
});

test('services are units with what enables and runs them', async () => {
  const unit = (exec: string): string =>
    `[Unit]\nDescription=x\n[Service]\nExecStart=${exec}\nUser=www\n[Install]\nWantedBy=multi-user.target\n`;
  host.put('/usr/lib/systemd/system/web.service', unit('-/usr/sbin/web \\\n --port 80'));
  host.put('/usr/lib/systemd/system/off.service', unit('/usr/sbin/off'));
  host.put('/usr/lib/systemd/system/static.service', '[Service]\nExecStart=/bin/true\n');
  host.put('/usr/lib/systemd/system/getty@.service', unit('/sbin/agetty'));
  host.put('/usr/lib/systemd/system/gone.service', unit('/bin/gone'));
  host.link('/etc/systemd/system/gone.service', '/dev/null');
  host.link('/etc/systemd/system/other.service', 'web.service');
  host.link('/etc/systemd/system/multi-user.target.wants/web.service', '/usr/lib/systemd/system/web.service');
  host.put('/sys/fs/cgroup/system.slice/web.service/cgroup.events', 'populated 1\nfrozen 0\n');
  host.put('/sys/fs/cgroup/system.slice/off.service/cgroup.events', 'populated 0\n');
  host.put('/sys/fs/cgroup/system.slice/system-getty.slice/getty@tty1.service/cgroup.procs', '12\n');
  const { items, unread } = await readServices(host);
  const told = items.map(({ name, enabled, running }) => `${name} ${enabled} ${running}`);
  expect(told.sort()).toEqual([
    'getty@.service disabled false',
    'getty@tty1.service disabled true',
    'gone.service masked false',
    'off.service disabled false',
    'other.service alias false',
    'static.service static false',
    'web.service enabled true',
  ]);
  expect(items.find(({ name }) => name === 'web.service')).toMatchObject({
    exec: '/usr/sbin/web   --port 80',
    user: 'www',
  });
  expect(unread).toEqual([]);
});

test('without systemd the scripts of init.d are the services', async () => {
  host.put('/etc/init.d/ssh', '#!/bin/sh');
  host.link('/etc/rc3.d/S02ssh', '../init.d/ssh');
  host.put('/etc/init.d/cron', '#!/bin/sh');
  expect((await readServices(host)).items.map(({ name, enabled }) => `${name} ${enabled}`)).toEqual([
    'cron disabled',
    'ssh enabled',
  ]);
});

describe('mounts', () => {
  const table =
    '24 30 0:22 / /proc rw,nosuid - proc proc rw\n' +
    '36 35 98:0 /mnt1 /mnt\\0402 ro,noatime master:1 - ext4 /dev/vda1 rw,errors=continue\n' +
    'broken\n';

  test('have the options that hold and readable names', () => {
    expect(parseMountInfo(table)).toEqual([
      { target: '/proc', source: 'proc', fsType: 'proc', options: ['nosuid', 'rw'] },
      {
        target: '/mnt 2',
        source: '/dev/vda1',
        fsType: 'ext4',
        options: ['errors=continue', 'noatime', 'ro'],
      },
    ]);
  });

  test('of the first process are read; free space of shares is not asked for', async () => {
    host.put('/proc/1/mountinfo', table);
    expect((await readMounts(host)).items).toHaveLength(2);
    expect(await readSpace(host, { target: '/', fsType: 'nfs4' })).toMatch(/network/);
    expect(await readSpace(host, { target: '/', fsType: 'ext4' })).toMatchObject({
      totalBytes: expect.any(Number),
    });
    fs.rmSync(path.join(host.root, 'proc'), { recursive: true });
    expect((await readMounts(host)).unread).toHaveLength(1);
  });
});

test('accounts have their groups and the state of their password, never the password', async () => {
  host.put(
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/bash\n# comment\nan:x:1000:1000:Nguyễn Văn An,,,:/home/an:/bin/sh\nbroken\n+::::::\n',
  );
  host.put('/etc/group', 'root:x:0:\nan:x:1000:\nsudo:x:27:an,binh\nadm:x:4:an\n');
  host.put('/etc/shadow', 'root:!:0::::::\nan:$y$secret:20780::::::\n');
  const { accounts, groups } = await readAccounts(host);
  expect(accounts.items).toEqual([
    {
      name: 'root',
      uid: 0,
      gid: 0,
      group: 'root',
      groups: [],
      comment: 'root',
      home: '/root',
      shell: '/bin/bash',
      password: 'locked',
      passwordChangedOn: undefined,
    },
    {
      name: 'an',
      uid: 1000,
      gid: 1000,
      group: 'an',
      groups: ['adm', 'sudo'],
      comment: 'Nguyễn Văn An,,,',
      home: '/home/an',
      shell: '/bin/sh',
      password: 'set',
      passwordChangedOn: '2026-11-23',
    },
  ]);
  expect(groups.items.find(({ name }) => name === 'sudo')?.members).toEqual(['an', 'binh']);
  expect(JSON.stringify({ accounts, groups })).not.toContain('secret');
  fs.rmSync(path.join(host.root, 'etc/passwd'));
  await expect(readAccounts(host)).rejects.toThrow(/passwd cannot be read/);
});

test('kernel modules tell their taint', async () => {
  host.put('/proc/modules', 'ext4 1024 2 - Live 0x0\nvboxdrv 2048 0 mbcache,jbd2, Live 0x0 (OE)\n');
  host.put('/sys/module/vboxdrv/version', '7.0.1\n');
  expect((await readKernelModules(host)).items).toEqual([
    { name: 'ext4', sizeBytes: 1024, state: 'Live', taint: '', version: '' },
    { name: 'vboxdrv', sizeBytes: 2048, state: 'Live', taint: 'OE', version: '7.0.1' },
  ]);
});

test('settings of the kernel are named as sysctl does', async () => {
  host.put('/proc/sys/net/ipv4/conf/eth0.5/rp_filter', '1\n');
  host.put('/proc/sys/net/ipv4/tcp_rmem', '4096\t131072\t6291456\n');
  expect(await readSysctl(host, 'net.ipv4.conf.eth0/5.rp_filter')).toMatchObject({ text: '1' });
  expect(await readSysctl(host, 'net.ipv4.tcp_rmem')).toMatchObject({ text: '4096 131072 6291456' });
  expect(await readSysctl(host, 'net.nothing')).toEqual({ kind: 'absent' });
  expect(await readSysctl(host, '../../etc/passwd')).toEqual({ kind: 'absent' });
});

test('os-release may quote its values', () => {
  const text = 'NAME="Ubuntu"\nVERSION_ID=\'24.04\'\nID=ubuntu\nPRETTY_NAME="a \\"b\\""\n# no\n';
  expect(Object.fromEntries(parseOsRelease(text))).toEqual({
    NAME: 'Ubuntu',
    VERSION_ID: '24.04',
    ID: 'ubuntu',
    PRETTY_NAME: 'a "b"',
  });
});

describe('what is hostile', () => {
  test('names with newlines and bytes that are no text do no harm', async () => {
    host.put('/etc/passwd', 'root:x:0:0:\u0000\u001b[2J:/root:/bin/sh\n:::::\na:b\n');
    host.put('/etc/group', 'root:x:0:\n::\n');
    fs.writeFileSync(path.join(host.root, 'etc/shadow'), Buffer.from([0xff, 0xfe, 0x0a, 0x3a, 0x3a]));
    expect((await readAccounts(host)).accounts.items.map(({ name }) => name)).toEqual(['root']);
    host.put('/usr/lib/systemd/system/a\nb.service', '[Service\nExecStart=\n=x\n[Install]\n');
    host.link('/usr/lib/systemd/system/loop.service', 'loop.service');
    const { items, unread } = await readServices(host);
    expect(items.map(({ name }) => name)).toEqual(['a\nb.service']);
    expect(unread).toMatchObject([{ part: '/usr/lib/systemd/system/loop.service' }]);
  });

  test('an endless list is cut and counted', async () => {
    const lines = Array.from({ length: 6_000 }, (_, at) => `${at} 1 0:1 / /m${at} rw - ext4 /dev/x rw`);
    host.put('/proc/1/mountinfo', lines.join('\n'));
    const { items, truncated } = await readMounts(host);
    expect([items.length, truncated]).toEqual([5_000, 1_000]);
  });
});
