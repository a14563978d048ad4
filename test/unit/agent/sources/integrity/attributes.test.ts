/** Attributes, packages and mounts as other programs write them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatAccessList } from '../../../../../agent/sources/integrity/access-list.ts';
import { formatCapability } from '../../../../../agent/sources/integrity/capability.ts';
import { parseGetfattr } from '../../../../../agent/sources/integrity/getfattr.ts';
import { readMounts, touching } from '../../../../../agent/sources/integrity/mounts.ts';
import { packState, unpackState } from '../../../../../agent/sources/integrity/state-codec.ts';

test('getfattr: several files, escaped names, empty values', () => {
  const output = [
    '# file: /bin/ping',
    'security.capability=0x0100000200200000000000000000000000000000',
    '',
    String.raw`# file: /a\012b\134c`,
    'user.empty',
    'user.text=0x6869',
    '',
  ].join('\n');
  const parsed = parseGetfattr(output);
  expect([...parsed.keys()]).toEqual(['/bin/ping', '/a\nb\\c']);
  expect(formatCapability(parsed.get('/bin/ping')?.get('security.capability') ?? Buffer.alloc(0))).toBe(
    'cap_net_raw=ep',
  );
  expect(parsed.get('/a\nb\\c')).toEqual(
    new Map([
      ['user.empty', Buffer.alloc(0)],
      ['user.text', Buffer.from('hi')],
    ]),
  );
});

test('access lists and capabilities that are none are not taken for one', () => {
  expect(formatAccessList(Buffer.from('0300000001000600ffffffff', 'hex'))).toEqual([]);
  expect(formatAccessList(Buffer.from('0200000001000600ffffffff04', 'hex'))).toEqual(['user::rw-']);
  expect(formatCapability(Buffer.from('00', 'hex'))).toBeUndefined();
});

test('mounts of other hosts and of the kernel are told from disks', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-mounts-')), 'mountinfo');
  fs.writeFileSync(
    file,
    [
      '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
      '23 22 0:21 / /proc rw - proc proc rw',
      String.raw`40 22 0:50 / /srv/h\040s rw shared:5 - nfs4 10.0.0.1:/x rw`,
      '41 22 0:51 / /mnt/share rw - cifs //host/share rw',
    ].join('\n'),
  );
  const mounts = readMounts(file);
  fs.rmSync(path.dirname(file), { recursive: true });
  expect(mounts).toEqual({
    remote: [
      { path: '/srv/h s', type: 'nfs4' },
      { path: '/mnt/share', type: 'cifs' },
    ],
    pseudo: ['/proc'],
  });
  expect(touching(mounts.remote, ['/srv'])).toEqual([{ path: '/srv/h s', type: 'nfs4' }]);
  expect(touching(mounts.remote, ['/srv/h s/below'])).toHaveLength(1);
  expect(touching(mounts.remote, ['/etc'])).toEqual([]);
});

test('a state comes back as it was packed', () => {
  const plain = {
    type: 'file',
    size: 5,
    mode: 0o644,
    uid: 0,
    gid: 65_534,
    mtimeMs: 1_700_000_000_123.4375,
  } as const;
  for (const state of [
    { ...plain, ctimeMs: 1_700_000_000_123.4375, inode: '12', links: 2, sha256: 'ab'.repeat(32) },
    { ...plain, ctimeMs: -5.5, target: 'a|b', unread: 'x', xattrs: 'user.a=1\nuser.b=2', acl: 'user::rw-' },
    { ...plain, sample: { magic: 'zip', entropyTenths: 79 } },
  ]) {
    expect(unpackState(packState(state))).toEqual(state);
  }
});
