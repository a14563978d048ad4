import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAccounts } from '../../../../../agent/sources/inventory/accounts.ts';
import { tidy } from '../../../../../agent/sources/inventory/inventory-item.ts';
import {
  listeningPortsCollector,
  parseAddress,
  parseSockets,
} from '../../../../../agent/sources/inventory/listening-ports.ts';
import {
  packagesCollector,
  parseDpkgStatus,
  parseRpmList,
} from '../../../../../agent/sources/inventory/packages.ts';
import { networkCollector, parseOsRelease } from '../../../../../agent/sources/inventory/system.ts';
import { LIMITS } from '#protocol/limits.ts';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-inventory-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function put(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

test('accounts have their own group and the groups they were added to', () => {
  const passwd =
    'root:x:0:0:root:/root:/bin/bash\n# comment\nan:x:1000:1000:Nguyễn Văn An,,,:/home/an:/bin/sh\nbroken\n';
  const group = 'root:x:0:\nan:x:1000:\nsudo:x:27:an,binh\nadm:x:4:an\n';
  expect(parseAccounts(passwd, group)).toEqual([
    {
      key: 'root',
      detail: {
        uid: 0,
        gid: 0,
        group: 'root',
        groups: '',
        comment: 'root',
        home: '/root',
        shell: '/bin/bash',
      },
    },
    {
      key: 'an',
      detail: {
        uid: 1000,
        gid: 1000,
        group: 'an',
        groups: 'adm,sudo',
        comment: 'Nguyễn Văn An,,,',
        home: '/home/an',
        shell: '/bin/sh',
      },
    },
  ]);
});

describe('packages', () => {
  const status = [
    'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\nDescription: shell\n more text: with colon\n',
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.36\nSource: glibc\n',
    'Package: libc6\nStatus: install ok installed\nArchitecture: i386\nMulti-Arch: same\nVersion: 2.36\nSource: glibc\n',
    'Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n',
    'Package: half\nStatus: install ok half-configured\nArchitecture: all\nVersion: 1',
  ].join('\n');

  test('of dpkg are those installed, each architecture by itself', async () => {
    const items = await parseDpkgStatus(status.split('\n'));
    expect(items.map(({ key }) => key)).toEqual(['bash', 'libc6:amd64', 'libc6:i386', 'half']);
    expect(items[1]?.detail).toEqual({
      name: 'libc6',
      version: '2.36',
      architecture: 'amd64',
      source: 'glibc',
      state: 'installed',
      manager: 'dpkg',
    });
  });

  test('are read from the status file, and none where there is no package manager', async () => {
    const collector = packagesCollector(folder);
    expect(await collector.collect(new AbortController().signal)).toEqual([]);
    put('var/lib/dpkg/status', status);
    expect(await collector.collect(new AbortController().signal)).toHaveLength(4);
  });

  test('of rpm keep kernels installed beside each other', () => {
    const output =
      'kernel\t0:5.14-1\tx86_64\tRed Hat\nkernel\t0:5.14-2\tx86_64\tRed Hat\nbash\t1:5.1-4\tx86_64\t(none)\n';
    expect(parseRpmList(output)).toEqual([
      {
        key: 'kernel',
        detail: {
          name: 'kernel',
          version: '5.14-1',
          architecture: 'x86_64',
          vendor: 'Red Hat',
          manager: 'rpm',
        },
      },
      {
        key: 'kernel 5.14-2 x86_64',
        detail: {
          name: 'kernel',
          version: '5.14-2',
          architecture: 'x86_64',
          vendor: 'Red Hat',
          manager: 'rpm',
        },
      },
      {
        key: 'bash',
        detail: { name: 'bash', version: '1:5.1-4', architecture: 'x86_64', vendor: '', manager: 'rpm' },
      },
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
    put('net/tcp', header + row('00000000:0016', '00000000:0000', '0A', 0, 11));
    put(
      'net/udp',
      header +
        row('00000000:007B', '00000000:0000', '07', 101, 12) +
        row('00000000:C350', '00000000:0000', '07', 1, 13),
    );
    put('sys/net/ipv4/ip_local_port_range', '32768\t60999\n');
    put('42/comm', 'sshd\n');
    fs.mkdirSync(path.join(folder, '42/fd'));
    fs.symlinkSync('socket:[11]', path.join(folder, '42/fd/3'));
    fs.symlinkSync('/usr/sbin/sshd', path.join(folder, '42/exe'));
    expect(await listeningPortsCollector(folder).collect(new AbortController().signal)).toEqual([
      {
        key: 'tcp 0.0.0.0:22',
        detail: {
          protocol: 'tcp',
          address: '0.0.0.0',
          port: 22,
          uid: 0,
          process: 'sshd',
          executable: '/usr/sbin/sshd',
        },
      },
      { key: 'udp 0.0.0.0:123', detail: { protocol: 'udp', address: '0.0.0.0', port: 123, uid: 101 } },
    ]);
  });
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

test('network interfaces list their addresses in one order', async () => {
  const address = (cidr: string, family: 'IPv4' | 'IPv6'): os.NetworkInterfaceInfo => ({
    address: cidr.split('/')[0] ?? '',
    netmask: '',
    mac: '02:00:00:00:00:01',
    internal: false,
    cidr,
    ...(family === 'IPv4' ? { family } : { family, scopeid: 0 }),
  });
  const collector = networkCollector(() => ({
    eth0: [address('fd00::2/64', 'IPv6'), address('192.0.2.2/24', 'IPv4')],
  }));
  expect(await collector.collect(new AbortController().signal)).toEqual([
    {
      key: 'eth0',
      detail: { mac: '02:00:00:00:00:01', internal: false, addresses: '192.0.2.2/24 fd00::2/64' },
    },
  ]);
});

test('facts are cut to the limits of the protocol, and empty ones left out', () => {
  const detail = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`fact${index}`, 'x'.repeat(9_000)]),
  );
  const item = tidy({ key: 'k'.repeat(9_000), detail: { ...detail, empty: '', nothing: null } });
  expect(item.key).toHaveLength(LIMITS.shortStringMax);
  expect(Object.keys(item.detail)).toHaveLength(LIMITS.detailEntriesMax);
  expect(new Set(Object.values(item.detail).map((value) => String(value).length))).toEqual(
    new Set([LIMITS.shortStringMax]),
  );
});
