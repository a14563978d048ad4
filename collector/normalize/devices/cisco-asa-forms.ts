/**
 * Messages of Cisco ASA and FTD that matter to a watch, by their numbers (Cisco Secure Firewall ASA Series Syslog
 * Messages): connections, access lists, AAA, VPN, administration.
 */
import { type Form, type Phrase, phraseForm } from '../phrases.ts';

export type CodeForm = Omit<Phrase, 'first'>;

/** Forms by the code of their message. */
export function codeForms(
  forms: readonly (readonly [code: string, form: CodeForm])[],
): ReadonlyMap<string, Form> {
  return new Map(forms.map(([code, form]) => [code, phraseForm(form)]));
}

const ENDS = ['source.address', 'source.port', 'destination.address', 'destination.port'];
const INTERFACE_ENDS = [
  'network.interface_in',
  'source.address',
  'source.port',
  'network.interface_out',
  'destination.address',
  'destination.port',
];
const VPN_USER = ['group.name', 'user.name', 'source.address'];
const BLOCKED = { action: 'firewall_blocked', outcome: 'failure' } as const;

const BUILT: CodeForm = {
  pattern:
    /^Built (inbound|outbound) ([A-Z]{2,8}) connection (\d{1,20}) for ([^\s:]{1,64}):(\S{1,64})\/(\d{1,5}) \([^)]{0,80}\)(?:\([^)]{0,128}\))? to ([^\s:]{1,64}):(\S{1,64})\/(\d{1,5})/,
  action: 'firewall_allowed',
  groups: ['network.direction', 'network.transport', 'cisco.asa.connection_id', ...INTERFACE_ENDS],
};
const TEARDOWN: CodeForm = {
  pattern:
    /^Teardown ([A-Z]{2,8}) connection (\d{1,20}) for ([^\s:]{1,64}):(\S{1,64})\/(\d{1,5})(?:\([^)]{0,128}\))? to ([^\s:]{1,64}):(\S{1,64})\/(\d{1,5})(?:\([^)]{0,128}\))? duration (\d{1,5}:\d{2}:\d{2}) bytes (\d{1,20})(?: (.{1,128}?))?(?: \([^()]{0,128}\))?$/s,
  action: 'connection_closed',
  groups: [
    'network.transport',
    'cisco.asa.connection_id',
    ...INTERFACE_ENDS,
    'cisco.asa.duration',
    'network.bytes',
    'event.reason',
  ],
};
const WEB_VPN: CodeForm = {
  pattern: /^Group <([^>]{0,128})> User <([^>]{0,256})> IP <([^>]{1,64})> (.{0,256})$/s,
  action: 'vpn_session',
  groups: [...VPN_USER, 'event.reason'],
};
const AAA_GROUPS = ['event.reason', 'cisco.asa.aaa_server', 'user.name', 'source.address'];
const AAA_REJECTED: CodeForm = {
  pattern:
    /^AAA user \w{1,32} Rejected ?: reason = ([^:]{1,128}?) ?: (?:server = +(\S{1,64})|local database) ?: user = (.{0,256}?)(?: ?: user IP = (\S{1,64}))?$/s,
  action: 'authentication_failed',
  outcome: 'failure',
  groups: AAA_GROUPS,
};
const AAA_SUCCESSFUL: CodeForm = {
  pattern:
    /^AAA user (\w{1,32}) Successful ?: (?:server = +(\S{1,64})|local database) ?: user = (.{0,256})$/s,
  action: 'authentication_succeeded',
  outcome: 'success',
  groups: ['cisco.asa.aaa_kind', 'cisco.asa.aaa_server', 'user.name'],
};

export const ASA_FORMS: ReadonlyMap<string, Form> = codeForms([
  ['302013', BUILT],
  ['302015', BUILT],
  ['302014', TEARDOWN],
  ['302016', TEARDOWN],
  [
    '302020',
    {
      pattern:
        /^Built (inbound|outbound) ICMP connection for faddr (\S{1,64})\/\d{1,5}(?:\([^)]{0,128}\))? gaddr \S{1,64} laddr (\S{1,64})\/\d{1,5}/,
      action: 'firewall_allowed',
      groups: ['network.direction', 'source.address', 'destination.address'],
      facts: { 'network.transport': 'icmp' },
    },
  ],
  [
    '106001',
    {
      ...BLOCKED,
      pattern:
        /^Inbound TCP connection denied from (\S{1,64})\/(\d{1,5}) to (\S{1,64})\/(\d{1,5}) flags (.{1,64}?) on interface (\S{1,64})/,
      groups: [...ENDS, 'cisco.asa.tcp_flags', 'network.interface_in'],
      facts: { 'network.transport': 'tcp', 'network.direction': 'inbound' },
    },
  ],
  [
    '106006',
    {
      ...BLOCKED,
      pattern:
        /^Deny (inbound|outbound) UDP from (\S{1,64})\/(\d{1,5}) to (\S{1,64})\/(\d{1,5}) (?:due to \S{1,32} )?on interface (\S{1,64})/,
      groups: ['network.direction', ...ENDS, 'network.interface_in'],
      facts: { 'network.transport': 'udp' },
    },
  ],
  [
    '106014',
    {
      ...BLOCKED,
      pattern: /^Deny (inbound|outbound) icmp src ([^\s:]{1,64}):(\S{1,64}) dst ([^\s:]{1,64}):(\S{1,64})/,
      groups: [
        'network.direction',
        'network.interface_in',
        'source.address',
        'network.interface_out',
        'destination.address',
      ],
      facts: { 'network.transport': 'icmp' },
    },
  ],
  [
    '106015',
    {
      ...BLOCKED,
      pattern:
        /^Deny TCP \(no connection\) from (\S{1,64})\/(\d{1,5}) to (\S{1,64})\/(\d{1,5}) flags (.{1,64}?) +on interface (\S{1,64})/,
      groups: [...ENDS, 'cisco.asa.tcp_flags', 'network.interface_in'],
      facts: { 'network.transport': 'tcp' },
    },
  ],
  [
    '106021',
    {
      ...BLOCKED,
      pattern: /^Deny (\S{1,16}) reverse path check from (\S{1,64}) to (\S{1,64}) on interface (\S{1,64})/,
      groups: ['network.transport', 'source.address', 'destination.address', 'network.interface_in'],
    },
  ],
  [
    '106023',
    {
      ...BLOCKED,
      pattern:
        /^Deny (?:protocol )?(\S{1,16}) src ([^\s:]{1,64}):([^\s/]{1,64})(?:\/(\d{1,5}))?(?:\([^)]{0,128}\))? dst ([^\s:]{1,64}):([^\s/]{1,64})(?:\/(\d{1,5}))?(?:\([^)]{0,128}\))?(?: \(type \d{1,3}, code \d{1,3}\))? by access-group "([^"]{1,128})"/,
      groups: ['network.transport', ...INTERFACE_ENDS, 'rule.name'],
    },
  ],
  [
    '313001',
    {
      ...BLOCKED,
      pattern: /^Denied ICMP type=\d{1,3}, code=\d{1,3} from (\S{1,64}) on interface (\S{1,64})/,
      groups: ['source.address', 'network.interface_in'],
      facts: { 'network.transport': 'icmp' },
    },
  ],
  [
    '710003',
    {
      ...BLOCKED,
      pattern:
        /^(\S{2,8}) access denied by ACL from (\S{1,64})\/(\d{1,5}) to ([^\s:]{1,64}):(\S{1,64})\/(\S{1,16})/,
      groups: [
        'network.transport',
        'source.address',
        'source.port',
        'network.interface_in',
        'destination.address',
        'destination.port',
      ],
    },
  ],
  ['113004', AAA_SUCCESSFUL],
  ['113012', AAA_SUCCESSFUL],
  ['113005', AAA_REJECTED],
  ['113015', AAA_REJECTED],
  [
    '113006',
    {
      pattern:
        /^User (.{1,256}?) locked out on exceeding (\d{1,6}) successive failed authentication attempts/s,
      action: 'account_locked',
      outcome: 'failure',
      groups: ['user.name', 'repeat.count'],
    },
  ],
  [
    '113019',
    {
      pattern:
        /^Group = (.{0,128}?), Username = (.{0,256}?), IP = ([0-9A-Fa-f.:]{2,64}), Session disconnected\. Session Type: ([^,]{1,64}), Duration: ([^,]{1,32}), Bytes xmt: (\d{1,20}), Bytes rcv: (\d{1,20}), Reason: (.{0,256})$/s,
      action: 'vpn_disconnected',
      groups: [
        ...VPN_USER,
        'cisco.asa.session_type',
        'cisco.asa.duration',
        'destination.bytes',
        'source.bytes',
        'event.reason',
      ],
    },
  ],
  ['113039', { ...WEB_VPN, action: 'vpn_login_succeeded', outcome: 'success' }],
  ['716001', { ...WEB_VPN, action: 'vpn_login_succeeded', outcome: 'success' }],
  ['716002', { ...WEB_VPN, action: 'vpn_disconnected' }],
  ['716038', { ...WEB_VPN, action: 'authentication_succeeded', outcome: 'success' }],
  ['716039', { ...WEB_VPN, action: 'vpn_login_failed', outcome: 'failure' }],
  ['722022', { ...WEB_VPN, action: 'vpn_connected' }],
  ['722023', { ...WEB_VPN, action: 'vpn_disconnected' }],
  [
    '722051',
    {
      pattern:
        /^Group <([^>]{0,128})> User <([^>]{0,256})> IP <([^>]{1,64})> (?:IPv4 )?Address <([^>]{1,64})>/,
      action: 'vpn_address_assigned',
      groups: [...VPN_USER, 'client.nat.ip'],
    },
  ],
  [
    '605004',
    {
      pattern:
        /^Login denied from (\S{1,64})\/(\d{1,5}) to ([^\s:]{1,64}):(\S{1,64})\/(\S{1,16}) for user "(.{0,256})"$/s,
      action: 'admin_login_failed',
      outcome: 'failure',
      groups: [
        'source.address',
        'source.port',
        'network.interface_in',
        'destination.address',
        'network.protocol',
        'user.name',
      ],
    },
  ],
  [
    '605005',
    {
      pattern:
        /^Login permitted from (\S{1,64})\/(\d{1,5}) to ([^\s:]{1,64}):(\S{1,64})\/(\S{1,16}) for user "(.{0,256})"$/s,
      action: 'admin_login_succeeded',
      outcome: 'success',
      groups: [
        'source.address',
        'source.port',
        'network.interface_in',
        'destination.address',
        'network.protocol',
        'user.name',
      ],
    },
  ],
  [
    '611101',
    {
      pattern: /^User authentication succeeded: (?:IP address: (\S{1,64}?), )?Uname: (.{0,256})$/s,
      action: 'authentication_succeeded',
      outcome: 'success',
      groups: ['source.address', 'user.name'],
    },
  ],
  [
    '611102',
    {
      pattern: /^User authentication failed: (?:IP address: (\S{1,64}?), )?Uname: (.{0,256})$/s,
      action: 'authentication_failed',
      outcome: 'failure',
      groups: ['source.address', 'user.name'],
    },
  ],
  [
    '111008',
    {
      pattern: /^User '(.{0,256}?)' executed the '(.{0,2048})' command/s,
      action: 'command_executed',
      groups: ['user.name', 'process.command_line'],
    },
  ],
  [
    '111010',
    {
      pattern: /^User '(.{0,256}?)', running '([^']{1,64})' from IP (\S{1,64}?), executed '(.{0,2048})'$/s,
      action: 'command_executed',
      groups: ['user.name', 'cisco.asa.interface_kind', 'source.address', 'process.command_line'],
    },
  ],
  [
    '502101',
    {
      pattern: /^New user added to local dbase: Uname: (.{1,256}?) Priv: (\d{1,2})/s,
      action: 'user_created',
      outcome: 'success',
      groups: ['user.name', 'cisco.asa.privilege'],
    },
  ],
  [
    '502103',
    {
      pattern: /^User priv level changed: Uname: (.{1,256}?) From: (\d{1,2}) To: (\d{1,2})/s,
      action: 'user_privilege_changed',
      groups: ['user.name', 'cisco.asa.privilege_before', 'cisco.asa.privilege'],
    },
  ],
]);

/** 106100, whose second word decides. */
export const ACCESS_LIST =
  /^access-list (\S{1,128}) (permitted|denied|est-allowed) (\S{1,16}) ([^\s/]{1,64})\/([^\s(]{1,64})\((\d{1,5})\)(?:\([^)]{0,128}\))? -> ([^\s/]{1,64})\/([^\s(]{1,64})\((\d{1,5})\)/;
