/** Servers that write to syslog: mail, databases, leases, VPN, virus scanners. */
import { readClamav } from './clamav.ts';
import { readDhcpd, readDnsmasq, readDnsmasqDhcp, readKea } from './dhcp.ts';
import { readDovecot } from './dovecot.ts';
import { logSources } from '../draft.ts';
import type { LogSource, NormalEvent } from '../event.ts';
import { readExim } from './exim.ts';
import { readMariadbAudit, readMysql } from './mysql.ts';
import { readOpenvpn } from './openvpn.ts';
import { readPam } from '../pam.ts';
import { readPostfix } from './postfix.ts';
import { readPostgresql } from './postgresql.ts';
import { LINUX_SYSLOG, of, type Program, type ProgramReader } from '../program.ts';
import { readStrongswan } from './strongswan.ts';
import { ANTIVIRUS } from '../devices/vendors.ts';

/** Each of them may also log what PAM said. */
const withPam =
  (read: ProgramReader): ProgramReader =>
  (event: NormalEvent, text: string) =>
    readPam(event, text) ?? read(event, text);

const server = (service: string, read: ProgramReader, ...others: readonly LogSource[]): Program => ({
  logsources: of(service, LINUX_SYSLOG, ...others),
  read: withPam(read),
});
const database = (product: string, read: ProgramReader): Program => ({
  logsources: logSources({ product, category: 'database' }, LINUX_SYSLOG),
  read: withPam(read),
});

export const POSTFIX = server('postfix', readPostfix);
export const EXIM = server('exim', readExim);
const POSTGRESQL = database('postgresql', readPostgresql);
const MYSQL = database('mysql', readMysql);
const MARIADB_AUDIT = database('mysql', readMariadbAudit);
const KEA = server('kea', readKea);
export const OPENVPN = server('openvpn', readOpenvpn);
const STRONGSWAN = server('strongswan', readStrongswan);
const CLAMAV = server('clamav', readClamav, ANTIVIRUS);

export const SERVER_PROGRAMS: readonly (readonly [name: string, program: Program])[] = [
  ['exim', EXIM],
  ['exim4', EXIM],
  ['dovecot', server('dovecot', readDovecot)],
  ['postgres', POSTGRESQL],
  ['postgresql', POSTGRESQL],
  ['mysqld', MYSQL],
  ['mariadbd', MYSQL],
  ['mysql', MYSQL],
  ['mariadb', MYSQL],
  ['mysqld_safe', MYSQL],
  ['mysql-server_auditing', MARIADB_AUDIT],
  ['dhcpd', server('dhcpd', readDhcpd)],
  ['kea-dhcp4', KEA],
  ['kea-dhcp6', KEA],
  ['dnsmasq-dhcp', server('dnsmasq', readDnsmasqDhcp)],
  ['dnsmasq', server('dnsmasq', readDnsmasq, { category: 'dns' })],
  ['openvpn', OPENVPN],
  ['charon', STRONGSWAN],
  ['charon-systemd', STRONGSWAN],
  ['ipsec', STRONGSWAN],
  ...['clamav', 'clamd', 'clamav-milter', 'freshclam', 'clamscan', 'clamonacc'].map(
    (name) => [name, CLAMAV] as const,
  ),
];
