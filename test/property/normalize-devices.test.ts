/** Lines of devices and servers that were cut, mixed or altered on their way: whatever becomes of them, no reader fails. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine } from '../unit/normalize/helpers.ts';

const HEAD = '<134>Jun 15 09:00:00 gw ';
const LINES = [
  'CEF:0|Acme|Gate|1|7|a\\|b|5|src=203.0.113.9 cs1=a b cs1Label=Virus name rt=Jun 15 2025 09:00:00 msg=x\\=y act=drop',
  'LEEF:2.0|Acme|Gate|1|7|x5E|src=203.0.113.9^devTime=15/06/2025 09:00:00^devTimeFormat=dd/MM/yyyy HH:mm:ss^cat=a',
  'date=2025-06-15 time=09:00:00 devname="FG" type="event" subtype="vpn" action="tunnel-up" tunneltype="ssl" user="a\\"b"',
  'device="SFW" date=2025-06-15 time=09:00:00 log_id="1" log_type="Firewall" log_subtype="Denied" src_ip=203.0.113.9',
  '%ASA-4-106023: Deny tcp src outside:203.0.113.9/50123 dst inside:10.0.0.5/443 by access-group "a" [0x0, 0x0]',
  '%FTD-1-430003: AccessControlRuleAction: Block, SrcIP: 203.0.113.9, DstIP: 10.0.0.5, Protocol: tcp',
  'filterlog[1]: 5,,,1000000103,igb0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,203.0.113.9,10.0.0.5,50123,22,0,S',
  'firewall,info DROP input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.9:50123->10.0.0.5:22, len 52',
  'postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[203.0.113.9]: 554 5.7.1 <x@y>: no; from=<a@b> to=<x@y> proto=SMTP helo=<c>',
  'postfix/smtp[1]: 7B2C41F0A3: to=<a@b>, status=constructor',
  '%FTD-1-430003: constructor: x, SrcIP: 203.0.113.9, toString: y',
  'postfix/smtp[1]: 7B2C41F0A3: to=<a@b>, relay=mx[198.51.100.7]:25, dsn=2.0.0, status=sent (250 Ok)',
  'exim[1]: 1uQaBc-0001Xy-2z <= a@b H=(pc) [203.0.113.9]:5 P=esmtpsa A=plain:lan S=12 T="x \\" y"',
  'dovecot: imap-login: Login: user=<lan>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.5, session=<a>',
  'postgres[1]: [1-1] 2025-06-15 [1] lan@app LOG:  duration: 5.1 ms  statement: drop table "x"',
  'postgres[1]: LOG:  AUDIT: SESSION,1,1,DDL,CREATE TABLE,TABLE,public.x,"create ""x""",<none>',
  "mysqld[1]: 2025-06-15T02:00:00Z 1 [Note] [MY-010926] [Server] Access denied for user 'a'@'b' (using password: NO)",
  "mysql-server_auditing: db,lan,10.0.0.7,3,9,QUERY,app,'select \\'a\\'',0",
  'dnsmasq-dhcp[1]: DHCPACK(br0) 10.0.0.50 aa:bb:cc:dd:ee:ff may-02',
  'kea-dhcp4[1]: INFO  [a/1] DHCP4_LEASE_ALLOC [hwtype=1 aa:bb:cc:dd:ee:ff]: lease 10.0.0.5 has been allocated for 4000 seconds',
  'openvpn[1]: 203.0.113.9:50123 [lan] Peer Connection Initiated with [AF_INET]203.0.113.9:50123',
  'charon: 1[IKE] IKE_SA gw[3] established between 10.0.0.1[a]...203.0.113.9[lan]',
  'kernel: wireguard: wg0: Packet has unallowed src IP (10.9.0.9) from peer 3 (203.0.113.9:50123)',
  'clamd[1]: /srv/a: Eicar(44d88612fea8a8f36de82e1278abb02f:68) FOUND',
  'app: {"event_type":"Threat_Event","hostname":"a","threat_handled":true,"object_uri":"file:///C:/x","extra":{"a":[1,null]}}',
];

const part = fc
  .tuple(fc.constantFrom(...LINES), fc.nat({ max: 160 }), fc.nat({ max: 160 }))
  .map(([line, from, to]) => line.slice(Math.min(from, to), Math.max(from, to)));
const altered = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.nat({ max: 160 }),
    fc.nat({ max: 8 }),
    fc.oneof(part, fc.string({ maxLength: 6 })),
  )
  .map(([line, at, gone, put]) => line.slice(0, at) + put + line.slice(at + gone));

/** What is wrong with how a line was read; nothing, if all is well. */
function faults(text: string): string[] {
  const event = readLine('linux-syslog', text);
  const fields = event.fields.toRecord();
  const found: string[] = [];
  if (fields['normalize.error'] !== undefined) found.push(`${String(fields['normalize.error'])}: ${text}`);
  if (event.message !== text) found.push(`not whole: ${text}`);
  if (!Number.isSafeInteger(event.timeMs)) found.push(`no time: ${text}`);
  if (event.logsources.length === 0) found.push(`nowhere: ${text}`);
  for (const [name, value] of Object.entries(fields)) {
    const isPlain =
      ['string', 'boolean'].includes(typeof value) || Number.isFinite(value) || Array.isArray(value);
    if (!isPlain) found.push(`${name} is ${String(value)}: ${text}`);
  }
  return found;
}

describe('lines of devices and servers', () => {
  it('are read from any of their beginnings', () => {
    const found = LINES.flatMap((line) =>
      Array.from({ length: line.length + 1 }, (_, end) => faults(HEAD + line.slice(0, end))).flat(),
    );
    expect(found).toEqual([]);
  });

  it('are read whatever was put into them, behind a header or none', () => {
    fc.assert(
      fc.property(fc.constantFrom(HEAD, '<134>', ''), altered, (head, line) => {
        expect(faults(head + line)).toEqual([]);
      }),
      { numRuns: 4_000 },
    );
  });
});
