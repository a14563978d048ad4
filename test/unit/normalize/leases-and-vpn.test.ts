import { describe } from 'vitest';
import { lineRows } from './line-rows.ts';

const HEAD = 'Jun 15 09:00:00 gw ';
const MAC = 'aa:bb:cc:dd:ee:ff';

describe('leases', () => {
  lineRows({ product: 'linux', service: 'dhcpd' }, `${HEAD}dhcpd[12]: `, [
    [
      'assigned',
      `DHCPACK on 10.0.0.50 to ${MAC} (may-02) via eth0`,
      {
        'event.action': 'dhcp_lease_assigned',
        'client.ip': '10.0.0.50',
        'client.mac': MAC,
        'client.domain': 'may-02',
        'network.interface_in': 'eth0',
      },
    ],
    [
      'asked',
      `DHCPREQUEST for 10.0.0.50 (10.0.0.1) from ${MAC} via eth0`,
      { 'event.action': 'dhcp_request', 'client.ip': '10.0.0.50', 'client.mac': MAC },
    ],
    [
      'none free',
      `DHCPDISCOVER from ${MAC} via eth0: network 10.0.0.0/24: no free leases`,
      { 'event.action': 'dhcp_discover', 'event.reason': 'network 10.0.0.0/24: no free leases' },
    ],
    [
      'released',
      `DHCPRELEASE of 10.0.0.50 from ${MAC} (may-02) via eth0 (found)`,
      { 'event.action': 'dhcp_lease_released' },
    ],
  ]);
  lineRows({ product: 'linux', service: 'dnsmasq' }, HEAD, [
    [
      'dnsmasq assigned',
      `dnsmasq-dhcp[12]: 77 DHCPACK(br0) 10.0.0.50 ${MAC} may-02`,
      {
        'event.action': 'dhcp_lease_assigned',
        'client.ip': '10.0.0.50',
        'client.mac': MAC,
        'client.domain': 'may-02',
      },
    ],
    [
      'dnsmasq asked',
      `dnsmasq-dhcp[12]: DHCPDISCOVER(br0) ${MAC}`,
      { 'event.action': 'dhcp_discover', 'client.mac': MAC },
    ],
    [
      'a DNS query',
      'dnsmasq[12]: query[A] example.vn from 10.0.0.50',
      {
        'event.action': 'dns_query',
        'dns.question.name': 'example.vn',
        'dns.question.type': 'A',
        'source.ip': '10.0.0.50',
      },
    ],
    [
      'a DNS answer',
      'dnsmasq[12]: reply example.vn is 203.0.113.9',
      { 'event.action': 'dns_answer', 'dns.answers.data': '203.0.113.9' },
    ],
  ]);
  lineRows({ product: 'linux', service: 'kea' }, `${HEAD}kea-dhcp4[12]: `, [
    [
      'Kea assigned',
      `INFO  [kea-dhcp4.leases/12.345] DHCP4_LEASE_ALLOC [hwtype=1 ${MAC}], cid=[no info], tid=0x1: lease 10.0.0.50 has been allocated for 4000 seconds`,
      {
        'event.action': 'dhcp_lease_assigned',
        'event.code': 'DHCP4_LEASE_ALLOC',
        'client.ip': '10.0.0.50',
        'client.mac': MAC,
        'dhcp.lease_seconds': 4000,
      },
    ],
  ]);
});

describe('OpenVPN', () => {
  lineRows({ product: 'linux', service: 'openvpn' }, HEAD, [
    [
      'a logon',
      'ovpn-server[12]: 203.0.113.9:50123 [lan] Peer Connection Initiated with [AF_INET]203.0.113.9:50123',
      {
        'event.action': 'vpn_login_succeeded',
        'user.name': 'lan',
        'source.ip': '203.0.113.9',
        'source.port': 50123,
      },
    ],
    [
      'a wrong password',
      'openvpn[12]: 203.0.113.9:50123 TLS Auth Error: Auth Username/Password verification failed for peer',
      { 'event.action': 'vpn_login_failed', 'event.outcome': 'failure', 'source.ip': '203.0.113.9' },
    ],
    [
      'an address',
      'openvpn[12]: lan/203.0.113.9:50123 MULTI_sva: pool returned IPv4=10.8.0.6, IPv6=(Not enabled)',
      { 'event.action': 'vpn_address_assigned', 'client.nat.ip': '10.8.0.6', 'user.name': 'lan' },
    ],
    [
      'an end',
      'openvpn[12]: lan/203.0.113.9:50123 SIGTERM[soft,remote-exit] received, client-instance exiting',
      { 'event.action': 'vpn_disconnected', 'user.name': 'lan' },
    ],
    [
      'a failed handshake',
      'openvpn[12]: 203.0.113.9:50123 TLS Error: TLS handshake failed',
      { 'event.action': 'vpn_handshake_failed' },
    ],
    [
      "pfSense's words",
      "openvpn[12]: openvpn server 'ovpns1' user 'lan' address '203.0.113.9' - connected",
      { 'event.action': 'vpn_login_succeeded', 'user.name': 'lan', 'source.ip': '203.0.113.9' },
    ],
    [
      "pfSense's refusal",
      "openvpn[12]: user 'lan' could not authenticate.",
      { 'event.action': 'vpn_login_failed', 'user.name': 'lan' },
    ],
  ]);
});

describe('strongSwan', () => {
  lineRows({ product: 'linux', service: 'strongswan' }, `${HEAD}charon: `, [
    [
      'established',
      '12[IKE] <gw|3> IKE_SA gw[3] established between 10.0.0.1[vpn.example.vn]...203.0.113.9[lan]',
      {
        'event.action': 'vpn_login_succeeded',
        'source.ip': '203.0.113.9',
        'destination.ip': '10.0.0.1',
        'user.name': 'lan',
      },
    ],
    [
      'failed',
      '09[IKE] EAP method EAP_MSCHAPV2 failed for peer lan',
      { 'event.action': 'vpn_login_failed', 'user.name': 'lan' },
    ],
    [
      'an address',
      "12[IKE] assigning virtual IP 10.9.0.5 to peer 'lan'",
      { 'client.nat.ip': '10.9.0.5', 'user.name': 'lan' },
    ],
    [
      'nothing fits',
      '07[IKE] no IKE config found for 10.0.0.1...203.0.113.9, sending NO_PROPOSAL_CHOSEN',
      { 'event.action': 'vpn_handshake_failed', 'source.ip': '203.0.113.9' },
    ],
    [
      'an end',
      '12[IKE] deleting IKE_SA gw[3] between 10.0.0.1[vpn.example.vn]...203.0.113.9[lan]',
      { 'event.action': 'vpn_disconnected', 'user.name': 'lan' },
    ],
  ]);
});

describe('WireGuard', () => {
  lineRows({ product: 'linux', service: 'syslog' }, `${HEAD}kernel: [ 12.345678] `, [
    [
      'a handshake',
      'wireguard: wg0: Receiving handshake initiation from peer 3 (203.0.113.9:50123)',
      {
        'event.action': 'vpn_handshake',
        'source.ip': '203.0.113.9',
        'source.port': 50123,
        'wireguard.peer': '3',
      },
    ],
    [
      'a refused one',
      'wireguard: wg0: Invalid handshake initiation from 203.0.113.9:50123',
      { 'event.action': 'vpn_handshake_failed', 'event.outcome': 'failure', 'source.ip': '203.0.113.9' },
    ],
    [
      'a refused packet',
      'wireguard: wg0: Packet has unallowed src IP (10.9.0.9) from peer 3 (203.0.113.9:50123)',
      { 'event.action': 'vpn_packet_refused', 'source.ip': '203.0.113.9' },
    ],
  ]);
});
