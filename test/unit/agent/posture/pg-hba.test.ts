/** Rules of pg_hba.conf as PostgreSQL 15 itself reads them (pg_hba_file_rules). */
import { expect, test } from 'vitest';
import { HostView } from '../../../../agent/posture/host-view.ts';
import { readHba } from '../../../../agent/posture/readers/postgresql-config.ts';
import { hostFolder } from '../host/host-folder.ts';

const HBA = String.raw`# comment
local all postgres peer
host all all fe80::7a31:c1ff:0:0 ffff:ffff:ffff:ffff:ffff:ffff:0:0 md5
host db1, db2 u1,u2 10.0.0.0/8 scram-sha-256 # c
host "all" "a b",+grp 192.168.1.0 255.255.255.0 password
hostssl all \
  all 0.0.0.0/0 \
  trust
host replication all samenet trust
host all all ::/0 ldap ldapserver=x ldapprefix="a b"
host all,sameuser "we#ird" all md5
`;

test('lists go on behind commas, lines behind backslashes, and addresses have masks of either kind', async () => {
  const host = hostFolder();
  host.put('/etc/pg_hba.conf', HBA);
  const rules = await readHba('/etc/pg_hba.conf', new HostView(host, Date.now));
  const rows = rules.map(({ type, databases, users, address, prefix, method, place }) =>
    [place.split(':')[1], type, databases.join('|'), users.join('|'), address, prefix, method].join(' '),
  );
  expect(rows).toEqual([
    '2 local all postgres   peer',
    // 96 bits of 128, set beside IPv4's.
    '3 host all all fe80::7a31:c1ff:0:0 ffff:ffff:ffff:ffff:ffff:ffff:0:0 24 md5',
    '4 host db1|db2 u1|u2 10.0.0.0/8 8 scram-sha-256',
    '5 host all a b|+grp 192.168.1.0 255.255.255.0 24 password',
    '6 hostssl all all 0.0.0.0/0 0 trust',
    '9 host replication all samenet  trust',
    '10 host all all ::/0 0 ldap',
    '11 host all|sameuser we#ird all 0 md5',
  ]);
  host.remove();
});
