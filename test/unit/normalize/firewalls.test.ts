/** Firewalls' lines, written after their makers' log references. */
import { describe, expect, it } from 'vitest';
import { readLine } from './helpers.ts';
import { lineRows, type LineRow } from './line-rows.ts';

const read = (line: string) => {
  const event = readLine('linux-syslog', line);
  return {
    fields: event.fields.toRecord(),
    parsed: event.parsed,
    time: new Date(event.timeMs).toISOString(),
  };
};
const rows = (cases: LineRow[], source: Record<string, string>): void => {
  lineRows(source, '', cases);
};

describe('FortiGate', () => {
  const start =
    '<189>date=2025-06-15 time=09:00:00 devname="FG-HN" devid="FGT60F01" eventtime=1749952800123456789 tz="+0700"';
  const traffic = `${start} logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.0.0.5 srcport=50123 srcintf="lan" dstip=203.0.113.9 dstport=443 dstintf="wan1" proto=6 policyid=12 policyname="To internet" sentbyte=100 rcvdbyte=200 srccountry="Reserved"`;
  rows(
    [
      [
        'traffic that was allowed',
        `${traffic} action="close"`,
        {
          'host.name': 'FG-HN',
          'event.action': 'firewall_allowed',
          'event.code': '0000000013',
          'source.ip': '10.0.0.5',
          'source.port': 50123,
          'destination.ip': '203.0.113.9',
          'destination.port': 443,
          'network.transport': 'tcp',
          'rule.id': '12',
          'rule.name': 'To internet',
          'source.bytes': 100,
          'destination.bytes': 200,
          'network.interface_in': 'lan',
          'fortinet.firewall.action': 'close',
          'fortinet.firewall.srccountry': 'Reserved',
        },
      ],
      [
        'traffic that was denied, through a relay',
        `Jun 15 09:00:00 relay ${traffic.slice(5)} action="deny"`,
        {
          'host.name': 'relay',
          'observer.name': 'FG-HN',
          'event.action': 'firewall_blocked',
          'event.outcome': 'failure',
        },
      ],
      [
        'a virus',
        `${start} logid="0211008192" type="utm" subtype="virus" eventtype="infected" action="blocked" srcip=10.0.0.5 dstip=203.0.113.9 virus="EICAR_TEST" filename="a \\"b\\".exe" url="http://x/a" msg="File is infected."`,
        {
          'event.action': 'firewall_blocked',
          'threat.name': 'EICAR_TEST',
          'file.name': 'a "b".exe',
          'url.original': 'http://x/a',
          'event.reason': 'File is infected.',
        },
      ],
      [
        'a failed logon by SSL VPN',
        `${start} logid="0101039426" type="event" subtype="vpn" level="alert" logdesc="SSL VPN login fail" action="ssl-login-fail" tunneltype="ssl-web" remip=203.0.113.9 user="lan" group="N/A" reason="sslvpn_login_unknown_user"`,
        {
          'event.action': 'vpn_login_failed',
          'event.outcome': 'failure',
          'source.ip': '203.0.113.9',
          'user.name': 'lan',
          'event.reason': 'sslvpn_login_unknown_user',
        },
      ],
      [
        'a logon by SSL VPN',
        `${start} logid="0101039424" type="event" subtype="vpn" action="tunnel-up" tunneltype="ssl-tunnel" tunnelip=10.212.134.200 remip=203.0.113.9 user="lan" group="staff"`,
        {
          'event.action': 'vpn_login_succeeded',
          'event.outcome': 'success',
          'client.nat.ip': '10.212.134.200',
          'group.name': 'staff',
        },
      ],
      [
        "an administrator's failed login",
        `${start} logid="0100032002" type="event" subtype="system" action="login" status="failed" user="admin" ui="https(203.0.113.9)" srcip=203.0.113.9 dstip=10.0.0.1 reason="passwd_invalid" msg="Administrator admin login failed"`,
        {
          'event.action': 'admin_login_failed',
          'event.outcome': 'failure',
          'user.name': 'admin',
          'event.reason': 'passwd_invalid',
          'fortinet.firewall.msg': 'Administrator admin login failed',
        },
      ],
    ],
    { product: 'fortigate' },
  );

  it('takes its own time, to the millisecond', () => {
    expect(read(traffic).time).toBe('2025-06-15T02:00:00.123Z');
    expect(read(traffic.replace(/ eventtime=\d+/, '').replace('+0700', '+0000')).time).toBe(
      '2025-06-15T09:00:00.000Z',
    );
  });

  it('keeps what only begins like one', () => {
    expect(read('<189>date=2025-06-15 time=09:00:00 hello').parsed).toBe(false);
  });
});

describe('Cisco ASA', () => {
  const asa = (code: string, text: string): string =>
    `<166>Jun 15 2025 09:00:00 fw01 : %ASA-4-${code}: ${text}`;
  const ends = {
    'source.ip': '203.0.113.9',
    'source.port': 50123,
    'destination.ip': '10.0.0.5',
    'destination.port': 443,
    'network.transport': 'tcp',
  };
  rows(
    [
      [
        'built',
        asa(
          '302013',
          'Built inbound TCP connection 77 for outside:203.0.113.9/50123 (203.0.113.9/50123) to inside:10.0.0.5/443 (198.51.100.1/443)',
        ),
        {
          ...ends,
          'event.action': 'firewall_allowed',
          'network.direction': 'inbound',
          'event.code': '302013',
          'host.name': 'fw01',
          'log.level': 'warning',
        },
      ],
      [
        'teardown',
        asa(
          '302014',
          'Teardown TCP connection 77 for outside:203.0.113.9/50123 to inside:10.0.0.5/443 duration 0:00:30 bytes 1234 TCP FINs from outside',
        ),
        {
          ...ends,
          'event.action': 'connection_closed',
          'network.bytes': 1234,
          'event.reason': 'TCP FINs from outside',
        },
      ],
      [
        'denied by an access group',
        asa(
          '106023',
          'Deny tcp src outside:203.0.113.9/50123 dst inside:10.0.0.5/443 by access-group "outside_in" [0x0, 0x0]',
        ),
        {
          ...ends,
          'event.action': 'firewall_blocked',
          'event.outcome': 'failure',
          'rule.name': 'outside_in',
        },
      ],
      [
        'denied by an access list',
        asa(
          '106100',
          'access-list OUT denied tcp outside/203.0.113.9(50123) -> inside/10.0.0.5(443) hit-cnt 1 first hit [0x1, 0x0]',
        ),
        {
          ...ends,
          'event.action': 'firewall_blocked',
          'rule.name': 'OUT',
          'network.interface_in': 'outside',
        },
      ],
      [
        'access to the device denied',
        asa('710003', 'TCP access denied by ACL from 203.0.113.9/50123 to outside:10.0.0.5/443'),
        { ...ends, 'event.action': 'firewall_blocked' },
      ],
      [
        'AAA rejected',
        asa(
          '113015',
          'AAA user authentication Rejected : reason = Invalid password : local database : user = lan : user IP = 203.0.113.9',
        ),
        {
          'event.action': 'authentication_failed',
          'event.reason': 'Invalid password',
          'user.name': 'lan',
          'source.ip': '203.0.113.9',
        },
      ],
      [
        'AAA successful',
        asa('113004', 'AAA user authentication Successful : server =  10.0.0.9 : user = lan'),
        {
          'event.action': 'authentication_succeeded',
          'cisco.asa.aaa_server': '10.0.0.9',
          'user.name': 'lan',
        },
      ],
      [
        'VPN session ended',
        asa(
          '113019',
          'Group = staff, Username = lan, IP = 203.0.113.9, Session disconnected. Session Type: SSL, Duration: 0h:05m:00s, Bytes xmt: 10, Bytes rcv: 20, Reason: User Requested',
        ),
        {
          'event.action': 'vpn_disconnected',
          'user.name': 'lan',
          'source.ip': '203.0.113.9',
          'event.reason': 'User Requested',
          'source.bytes': 20,
        },
      ],
      [
        'VPN session started',
        asa('113039', 'Group <staff> User <lan> IP <203.0.113.9> AnyConnect parent session started.'),
        { 'event.action': 'vpn_login_succeeded', 'user.name': 'lan', 'group.name': 'staff' },
      ],
      [
        'login denied',
        asa('605004', 'Login denied from 203.0.113.9/50123 to outside:10.0.0.5/ssh for user "root"'),
        {
          'event.action': 'admin_login_failed',
          'user.name': 'root',
          'network.protocol': 'ssh',
          'source.ip': '203.0.113.9',
        },
      ],
      [
        'a command',
        asa('111010', "User 'admin', running 'CLI' from IP 10.0.0.7, executed 'no logging enable'"),
        {
          'event.action': 'command_executed',
          'process.command_line': 'no logging enable',
          'source.ip': '10.0.0.7',
        },
      ],
      ['a message without a form', asa('199999', 'Whatever it is'), { 'event.code': '199999' }],
      [
        'without a name',
        '<166>Jun 15 2025 09:00:00: %ASA-6-605005: Login permitted from 10.0.0.7/50123 to inside:10.0.0.5/ssh for user "admin"',
        { 'event.action': 'admin_login_succeeded', 'host.name': 'may-01' },
      ],
      [
        'without a time',
        '<166>%ASA-6-611101: User authentication succeeded: IP address: 10.0.0.7, Uname: admin',
        { 'user.name': 'admin' },
      ],
      [
        'behind a name with a colon',
        '<166>Jun 15 2025 09:00:00 fw01: %ASA-6-199999: x',
        { 'host.name': 'fw01' },
      ],
      [
        'FTD',
        '<113>2025-06-15T02:00:00Z ftd01  %FTD-1-430003: EventPriority: Low, AccessControlRuleAction: Block, SrcIP: 203.0.113.9, DstIP: 10.0.0.5, SrcPort: 50123, DstPort: 443, Protocol: tcp, AccessControlRuleName: Geo block',
        {
          ...ends,
          'event.action': 'firewall_blocked',
          'rule.name': 'Geo block',
          'cisco.ftd.EventPriority': 'Low',
        },
      ],
    ],
    { product: 'cisco', service: 'asa' },
  );
});

describe('Cisco IOS', () => {
  rows(
    [
      [
        'a command, behind a number and a time of its own',
        '<189>42: sw01: *Jun 15 09:00:00.123: %PARSER-5-CFGLOG_LOGGEDCMD: User:admin  logged command:no logging host 10.0.0.9',
        {
          'event.action': 'command_executed',
          'user.name': 'admin',
          'process.command_line': 'no logging host 10.0.0.9',
          'event.code': 'PARSER-5-CFGLOG_LOGGEDCMD',
        },
      ],
      [
        'a failed login',
        '<188>Jun 15 09:00:00 sw01 77: Jun 15 09:00:00.001: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: root] [Source: 203.0.113.9] [localport: 22] [Reason: Login Authentication Failed] at 09:00:00',
        {
          'event.action': 'admin_login_failed',
          'user.name': 'root',
          'source.ip': '203.0.113.9',
          'event.outcome': 'failure',
        },
      ],
    ],
    { product: 'cisco', service: 'aaa' },
  );

  it('an access list', () => {
    expect(
      read('<190>12: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.9(50123) -> 10.0.0.5(22), 1 packet')
        .fields,
    ).toMatchObject({ 'event.action': 'firewall_blocked', 'rule.name': '101', 'destination.port': 22 });
  });
});

describe('pfSense and OPNsense', () => {
  rows(
    [
      [
        'TCP over IPv4',
        '<134>Jun 15 09:00:00 pf filterlog[123]: 5,,,1000000103,igb0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,203.0.113.9,10.0.0.5,50123,22,0,S,1,,64240,,mss',
        {
          'event.action': 'firewall_blocked',
          'event.outcome': 'failure',
          'source.ip': '203.0.113.9',
          'source.port': 50123,
          'destination.ip': '10.0.0.5',
          'destination.port': 22,
          'network.transport': 'tcp',
          'network.interface_in': 'igb0',
          'network.direction': 'inbound',
          'rule.id': '1000000103',
          'pfsense.tcp_flags': 'S',
          'host.name': 'pf',
        },
      ],
      [
        'UDP over IPv6, without a name of the host',
        '<134>Jun 15 09:00:00 filterlog[123]: 7,,,0,igb1,match,pass,out,6,0x00,0x12345,64,udp,17,40,2001:db8::1,2001:db8::2,50123,53,40',
        {
          'event.action': 'firewall_allowed',
          'source.ip': '2001:db8::1',
          'destination.port': 53,
          'network.interface_out': 'igb1',
          'rule.id': '7',
          'host.name': 'may-01',
        },
      ],
      [
        'ICMP',
        '<134>1 2025-06-15T09:00:00+07:00 opn filterlog 123 - - 5,,,abc,igb0,match,block,in,4,0x0,,64,1,0,none,1,icmp,84,203.0.113.9,10.0.0.5,datalength=64',
        { 'network.transport': 'icmp', 'source.ip': '203.0.113.9', 'rule.id': 'abc' },
      ],
    ],
    { product: 'pfsense', service: 'filterlog' },
  );
  it('keeps what is no such line', () => {
    expect(read('<134>Jun 15 09:00:00 pf filterlog[1]: hello').parsed).toBe(false);
  });
});

describe('the web administration of pfSense and OPNsense', () => {
  const signIn = { 'user.name': 'admin', 'source.ip': '203.0.113.9', 'host.name': 'pf' };
  rows(
    [
      [
        'a sign-in',
        "<38>Jun 15 09:00:00 pf php-fpm[432]: /index.php: Successful login for user 'admin' from: 203.0.113.9 (Local Database)",
        { ...signIn, 'event.action': 'admin_login_succeeded', 'event.outcome': 'success' },
      ],
      [
        'a failure',
        "<35>Jun 15 09:00:00 pf php-fpm[432]: /index.php: webConfigurator authentication error for user 'admin' from: 203.0.113.9",
        { ...signIn, 'event.action': 'admin_login_failed', 'event.outcome': 'failure' },
      ],
      [
        'a failure, as older ones write it',
        "<35>Jun 15 09:00:00 pf php-fpm[432]: webConfigurator authentication error for 'admin' from 203.0.113.9",
        { ...signIn, 'event.action': 'admin_login_failed' },
      ],
      [
        'a failure with a name that imitates the rest',
        "<35>Jun 15 09:00:00 pf php-fpm[432]: /index.php: webConfigurator authentication error for user 'a' from: 10.0.0.1' from: 203.0.113.9",
        { 'user.name': "a' from: 10.0.0.1", 'source.ip': '203.0.113.9' },
      ],
      [
        'a change',
        '<38>Jun 15 09:00:00 pf php-fpm[432]: /system_usermanager.php: Configuration Change: admin@203.0.113.9 (Local Database): User Manager: added user',
        {
          ...signIn,
          'event.action': 'configuration_changed',
          'pfsense.page': '/system_usermanager.php',
          'event.reason': 'User Manager: added user',
        },
      ],
      [
        "OPNsense's sign-in",
        "<37>1 2025-06-15T09:00:00+07:00 pf audit 77 - - /index.php: Successful login for user 'admin' from: 203.0.113.9",
        { ...signIn, 'event.action': 'admin_login_succeeded' },
      ],
      [
        "OPNsense's failure",
        "<35>1 2025-06-15T09:00:00+07:00 pf audit 77 - - /index.php: Web GUI authentication error for 'admin' from 203.0.113.9",
        { ...signIn, 'event.action': 'admin_login_failed' },
      ],
      [
        "OPNsense's change",
        '<37>1 2025-06-15T09:00:00+07:00 pf audit 77 - -  user admin@203.0.113.9 changed configuration to /conf/backup/config-1.xml in /api/auth/user/add /api/auth/user/add made changes',
        { ...signIn, 'event.action': 'configuration_changed', 'pfsense.page': '/api/auth/user/add' },
      ],
    ],
    { product: 'pfsense', service: 'webgui' },
  );

  it('leaves php-fpm and audit of other systems what they are', () => {
    for (const line of [
      'Jun 15 09:00:00 web php-fpm[9]: [WARNING] [pool www] child 12 exited on signal 9',
      'Jun 15 09:00:00 srv audit[12]: AVC apparmor="DENIED" operation="open" profile="mysqld"',
    ]) {
      expect(readLine('linux-syslog', line).logsources).toEqual([{ product: 'linux', service: 'syslog' }]);
    }
  });
});

describe('DrayTek', () => {
  rows(
    [
      [
        'a failure at the VPN portal',
        '<150>Jun 15 09:00:00 vigor HQ: [SSL]Portal login fail from IP 203.0.113.9!',
        { 'event.action': 'vpn_login_failed', 'source.ip': '203.0.113.9', 'host.name': 'vigor' },
      ],
    ],
    { product: 'draytek', service: 'vpn' },
  );
});

describe('MikroTik', () => {
  rows(
    [
      [
        'a packet',
        '<134>Jun 15 09:00:00 MikroTik firewall,info DROP-WAN input: in:ether1 out:(unknown 0), connection-state:new src-mac aa:bb:cc:dd:ee:ff, proto TCP (SYN), 203.0.113.9:50123->10.0.0.5:22, len 52',
        {
          'event.action': 'firewall_blocked',
          'rule.name': 'DROP-WAN',
          'source.ip': '203.0.113.9',
          'destination.port': 22,
          'network.transport': 'tcp',
          'network.interface_in': 'ether1',
          'source.mac': 'aa:bb:cc:dd:ee:ff',
          'mikrotik.connection_state': 'new',
        },
      ],
      [
        'a packet over IPv6, without a header',
        '<134>firewall,info forward: in:bridge out:ether1, connection-state:new proto UDP, [2001:db8::1]:50123->[2001:db8::2]:53, len 60',
        { 'event.action': 'firewall_logged', 'source.ip': '2001:db8::1', 'destination.ip': '2001:db8::2' },
      ],
      [
        'a failed login',
        '<134>Jun 15 09:00:00 MikroTik system,error,critical login failure for user admin from 203.0.113.9 via winbox',
        {
          'event.action': 'admin_login_failed',
          'user.name': 'admin',
          'source.ip': '203.0.113.9',
          'network.protocol': 'winbox',
        },
      ],
      [
        'a login',
        'Jun 15 09:00:00 MikroTik system,info,account user admin logged in from 10.0.0.7 via ssh',
        { 'event.action': 'admin_login_succeeded', 'user.name': 'admin' },
      ],
      [
        'a lease',
        'Jun 15 09:00:00 MikroTik dhcp,info lan assigned 10.0.0.50 for AA:BB:CC:DD:EE:FF may-02',
        {
          'event.action': 'dhcp_lease_assigned',
          'client.ip': '10.0.0.50',
          'client.mac': 'aa:bb:cc:dd:ee:ff',
          'client.domain': 'may-02',
        },
      ],
      [
        'a tunnel',
        'Jun 15 09:00:00 MikroTik l2tp,ppp,info,account lan logged in, 10.9.0.2 from 203.0.113.9',
        {
          'event.action': 'vpn_login_succeeded',
          'user.name': 'lan',
          'source.ip': '203.0.113.9',
          'client.nat.ip': '10.9.0.2',
        },
      ],
    ],
    { product: 'mikrotik' },
  );
});

describe('Sophos', () => {
  const firewall =
    'log_id="010102600002" log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" status="Deny" priority=Information fw_rule_id=5 src_ip=203.0.113.9 dst_ip=10.0.0.5 protocol="TCP" src_port=50123 dst_port=22 in_interface="Port2"';
  rows(
    [
      [
        'firewall, old form',
        `<30>device="SFW" date=2025-06-15 time=09:00:00 timezone="+07" device_name="XG210" device_id=C2 ${firewall}`,
        {
          'event.action': 'firewall_blocked',
          'host.name': 'XG210',
          'source.ip': '203.0.113.9',
          'destination.port': 22,
          'network.transport': 'tcp',
          'rule.id': '5',
        },
      ],
      [
        'a failed logon',
        '<30>device_name="SFW" timestamp="2025-06-15T09:00:00+0700" device_model="XGS87" device_serial_id="X1" log_id="062910617702" log_type="Event" log_component="SSL VPN Authentication" log_subtype="Authentication" status="Failed" user_name="lan" src_ip="203.0.113.9" message="User lan failed to login"',
        {
          'event.action': 'vpn_login_failed',
          'event.outcome': 'failure',
          'user.name': 'lan',
          'source.ip': '203.0.113.9',
        },
      ],
    ],
    { product: 'sophos' },
  );
  it('takes its own time', () => {
    expect(
      read(`<30>device="SFW" date=2025-06-15 time=09:00:00 timezone="+07" device_name="XG210" ${firewall}`)
        .time,
    ).toBe('2025-06-15T02:00:00.000Z');
  });
});
