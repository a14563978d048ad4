/** Updates of systems with rpm, in the words of dnf 4.14, yum 3.4, dnf 5 and zypper 1.14. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  mergeUpdates,
  parseDnfAdvisories,
  parseDnfUpdates,
  parseZypperPatches,
  readUpdates,
} from '../../../../agent/host/updates.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

const CHECK_UPDATE = `
kernel.x86_64                                     6.12.0-55.el10                   baseos
openssl-libs.x86_64                               1:3.0.7-28.el9                   baseos
Obsoleting Packages
iptables-nft.x86_64                               1.8.10-2.el9                     baseos
    iptables-compat.x86_64                        1.8.5-1.el9                      @System
`;
const ADVISORIES = `
RHSA-2024:1234       Important/Sec. openssl-libs-1:3.0.7-27.el9.x86_64
FEDORA-EPEL-2026-abc Moderate/Sec.  openssl-libs-1:3.0.7-28.el9.x86_64
openSUSE-2026-7      Unknown/Sec.   openssl-libs-1:3.0.7-28.el9.x86_64
ALAS2023-2026-001    critical/Sec.  openssl-libs-1:3.0.7-28.el9.x86_64
`;

let host: HostFolder;

beforeEach(() => {
  host = hostFolder();
});

afterEach(() => {
  host.remove();
});

test('of dnf are all that it would install, and security is what an advisory says', async () => {
  host.remove();
  host = hostFolder({
    'dnf -C -q check-update': {
      kind: 'ended',
      code: 100,
      stdout: CHECK_UPDATE,
      stderr: '',
      truncated: false,
    },
    'dnf -C -q updateinfo list --security': ADVISORIES,
  });
  host.put('/usr/bin/dnf', '');
  // dpkg is here as a tool: it has installed nothing.
  host.put('/var/lib/dpkg/status', '');
  host.put('/var/cache/dnf/baseos-1/repodata/repomd.xml', '');
  expect(await readUpdates(host)).toMatchObject({
    manager: 'dnf',
    pending: {
      unread: [],
      items: [
        { name: 'kernel', available: '6.12.0-55.el10', origin: 'baseos', security: false },
        {
          name: 'openssl-libs',
          available: '1:3.0.7-28.el9',
          origin: 'baseos, RHSA-2024:1234 Important/Sec., FEDORA-EPEL-2026-abc Moderate/Sec. and 2 more',
          security: true,
        },
      ],
    },
  });
});

test('of a manager that was never told of any are not none', async () => {
  for (const [program, cache] of [
    ['dnf', '/var/cache/dnf/expired_repos.json'],
    ['zypper', '/var/cache/zypp/solv/@System/cookie'],
  ] as const) {
    host.remove();
    host = hostFolder({ dnf: '', zypper: '' });
    host.put(`/usr/bin/${program}`, '');
    host.put(cache, '[]');
    const updates = await readUpdates(host);
    expect(updates).toMatchObject({ manager: program, knownAtMs: undefined });
    expect(updates?.pending.unread).toMatchObject([
      { part: program, reason: expect.stringContaining('never') },
    ]);
  }
});

test('of a manager that refuses are not none either', async () => {
  host.remove();
  const refusal = { kind: 'ended', code: 1, stdout: '', stderr: 'Error: locked', truncated: false } as const;
  host = hostFolder({ 'dnf -C -q check-update': refusal, dnf: '' });
  host.put('/usr/bin/dnf', '');
  host.put('/var/cache/dnf/baseos-1/repodata/repomd.xml', '');
  expect((await readUpdates(host))?.pending.unread).toEqual([
    { part: 'dnf', reason: 'dnf ended with 1: Error: locked' },
  ]);
});

test('of yum may stand on two lines', () => {
  const text =
    '\nNetworkManager-config-server.noarch\n                    1:1.18.8-2.el7_9       rhel-7-server-rpms\nbash.x86_64   4.2.46-35.el7_9   rhel-7-server-rpms\n';
  expect(parseDnfUpdates(text)).toMatchObject([
    { name: 'NetworkManager-config-server', available: '1:1.18.8-2.el7_9', origin: 'rhel-7-server-rpms' },
    { name: 'bash', available: '4.2.46-35.el7_9' },
  ]);
});

test('advisories of dnf 5 have more columns', () => {
  const text =
    'Name                   Type     Severity                       Package              Issued\nFEDORA-2026-0123abcdef security Important curl-8.9.1-3.fc41.x86_64 2026-09-13 02:14:42\nFEDORA-2026-1 bugfix None vim-9.1-1.fc41.x86_64 2026-09-13 02:14:42\n';
  expect(parseDnfAdvisories(text)).toMatchObject([
    { name: 'curl', available: '8.9.1-3.fc41', security: true },
    { name: 'vim', security: false },
  ]);
});

test('of zypper are its patches', () => {
  const table = `
Repository | Name            | Category | Severity  | Interactive | Status | Summary
-----------+-----------------+----------+-----------+-------------+--------+--------
vg         | VGBA-2026:0002  | bugfix   | none      | ---         | needed | t
vg         | openSUSE-2026-7 | security | critical  | ---         | needed | t
update     | openSUSE-2026-7 | security | critical  | ---         | needed | t

4 patches needed (3 security patches)
`;
  expect(mergeUpdates(parseZypperPatches(table))).toMatchObject([
    { name: 'VGBA-2026:0002', origin: 'bugfix none', security: false },
    { name: 'openSUSE-2026-7', origin: 'security critical', security: true },
  ]);
});
