/**
 * Cisco's `%FACILITY-SEVERITY-MNEMONIC: text`: ASA, FTD, PIX and FWSM by the number of the message, IOS by its mnemonic.
 * A message without a form of its own still yields its code and level.
 */
import { ACCESS_LIST, ASA_FORMS, codeForms } from './cisco-asa-forms.ts';
import { type DeviceReading, KNOWN_FORM, UNKNOWN_FORM } from './device-reading.ts';
import { logSources, put } from '../draft.ts';
import type { LogSource, NormalEvent } from '../event.ts';
import { putPhrase } from '../phrases.ts';
import { fieldWord, firewallAction, putCode, putConnection, putMore, putText } from '../put-more.ts';
import { FIREWALL } from './vendors.ts';

const MESSAGE =
  /%(ASA|FTD|PIX|FWSM|[A-Z][A-Z0-9_]{1,31})(?:-[A-Za-z][A-Za-z0-9_]{0,31})?-([0-7])-([A-Z0-9_]{3,64}):? ?/y;
/** How far from the start a message may stand, behind times and numbers that a device puts there. */
const BEFORE_CHARS_MAX = 160;

const SYSLOG: LogSource = { product: 'cisco', service: 'syslog' };
const ASA = logSources({ product: 'cisco', service: 'asa' }, FIREWALL);
const IOS = logSources(SYSLOG);
const AAA = logSources({ product: 'cisco', service: 'aaa' }, SYSLOG);
const SOURCES_OF: ReadonlyMap<string, readonly LogSource[]> = new Map([
  ...['ASA', 'FTD', 'PIX', 'FWSM'].map((facility) => [facility, ASA] as const),
  ...['AAA', 'PARSER', 'SEC_LOGIN', 'SYS'].map((facility) => [facility, AAA] as const),
  ...['BGP', 'TCP', 'IP'].map(
    (facility) => [facility, logSources({ product: 'cisco', service: 'bgp' }, SYSLOG)] as const,
  ),
  ['LDP', logSources({ product: 'cisco', service: 'ldp' }, SYSLOG)],
]);

const IOS_FORMS = codeForms([
  [
    'CFGLOG_LOGGEDCMD',
    {
      pattern: /^User:(\S{1,128}) +logged command:(.{0,2048})$/s,
      action: 'command_executed',
      groups: ['user.name', 'process.command_line'],
    },
  ],
  [
    'CONFIG_I',
    {
      pattern: /^Configured from \S{1,32} by (\S{1,128})(?: on \S{1,32})?(?: \(([0-9A-Fa-f.:]{2,64})\))?/,
      action: 'configuration_changed',
      groups: ['user.name', 'source.address'],
    },
  ],
  [
    'LOGIN_SUCCESS',
    {
      pattern: /^Login Success \[user: ([^\]]{0,256})\] \[Source: ([^\]]{0,64})\] \[localport: (\d{1,5})\]/,
      action: 'admin_login_succeeded',
      outcome: 'success',
      groups: ['user.name', 'source.address', 'destination.port'],
    },
  ],
  [
    'LOGIN_FAILED',
    {
      pattern:
        /^Login failed \[user: ([^\]]{0,256})\] \[Source: ([^\]]{0,64})\] \[localport: (\d{1,5})\](?: \[Reason: ([^\]]{0,256})\])?/,
      action: 'admin_login_failed',
      outcome: 'failure',
      groups: ['user.name', 'source.address', 'destination.port', 'event.reason'],
    },
  ],
]);

/** An access list of IOS: SEC-6-IPACCESSLOGP and its kin. */
const IOS_ACCESS =
  /^list (\S{1,128}) (permitted|denied) (\S{1,16}) ([0-9A-Fa-f.:]{2,64})(?:\((\d{1,5})\))?(?: \([^)]{0,64}\))? -> ([0-9A-Fa-f.:]{2,64})(?:\((\d{1,5})\))?/;

const LEVELS = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notification',
  'informational',
  'debugging',
];

/** FTD's connection and intrusion events (430001-430005): `SrcIP: 1.2.3.4, DstPort: 443`. */
function readFtd(event: NormalEvent, text: string): boolean {
  const pairs = new Map<string, string>();
  for (const [, key = '', value = ''] of `, ${text}`.matchAll(
    /, ([A-Za-z][A-Za-z0-9_]{1,63}): ([^,]{0,2048})/g,
  )) {
    if (pairs.size >= 128) break;
    if (!pairs.has(key)) pairs.set(key, value);
  }
  if (!pairs.has('SrcIP')) return false;
  const action = pairs.get('AccessControlRuleAction') ?? pairs.get('InlineResult') ?? '';
  putText(event, 'event.action', decisionOf(action) ?? action);
  putConnection(event, pairs.get('SrcIP'), pairs.get('SrcPort'), pairs.get('DstIP'), pairs.get('DstPort'));
  const apart = new Set(['SrcIP', 'SrcPort', 'DstIP', 'DstPort']);
  for (const [key, value] of pairs) {
    if (apart.has(key) || value === '') continue;
    const field = FTD_FIELDS.get(key);
    if (field === 'network.transport') put(event, field, value.toLowerCase());
    else putMore(event, field ?? `cisco.ftd.${fieldWord(key)}`, value);
  }
  return true;
}

const FTD_FIELDS: ReadonlyMap<string, string> = new Map([
  ['Protocol', 'network.transport'],
  ['AccessControlRuleName', 'rule.name'],
  ['User', 'user.name'],
  ['URL', 'url.original'],
  ['IngressInterface', 'network.interface_in'],
  ['EgressInterface', 'network.interface_out'],
  ['FileName', 'file.name'],
  ['FileSHA256', 'file.hash.sha256'],
  ['ThreatName', 'threat.name'],
  ['Message', 'event.reason'],
]);

/** `Block with reset` and its kin. */
const decisionOf = (action: string): string | undefined => firewallAction(action.split(' ', 1)[0] ?? '');

function putAccess(event: NormalEvent, isDenied: boolean, list: string): void {
  put(event, 'event.action', isDenied ? 'firewall_blocked' : 'firewall_allowed');
  if (isDenied) put(event, 'event.outcome', 'failure');
  put(event, 'rule.name', list);
}

function readAccessList(event: NormalEvent, text: string): boolean {
  const match = ACCESS_LIST.exec(text);
  if (match === null) return false;
  const [, list = '', decision, transport, inside, source, sourcePort, outside, destination, port] = match;
  putText(event, 'network.transport', transport?.toLowerCase());
  putText(event, 'network.interface_in', inside);
  putText(event, 'network.interface_out', outside);
  putConnection(event, source, sourcePort, destination, port);
  putAccess(event, decision === 'denied', list);
  return true;
}

function readIosAccess(event: NormalEvent, text: string): boolean {
  const match = IOS_ACCESS.exec(text);
  if (match === null) return false;
  const [, list = '', decision, transport, source, sourcePort, destination, destinationPort] = match;
  putText(event, 'network.transport', transport);
  putConnection(event, source, sourcePort, destination, destinationPort);
  putAccess(event, decision === 'denied', list);
  return true;
}

function readForm(event: NormalEvent, code: string, text: string): void {
  const form = ASA_FORMS.get(code) ?? IOS_FORMS.get(code);
  const match = form?.pattern.exec(text);
  if (form !== undefined && match !== null && match !== undefined) {
    putPhrase(event, form, match);
    const transport = event.fields.get('network.transport');
    if (typeof transport === 'string') put(event, 'network.transport', transport.toLowerCase());
  } else if (code === '106100') readAccessList(event, text);
  else if (code.startsWith('43000')) readFtd(event, text);
  else if (code.startsWith('IPACCESSLOG')) readIosAccess(event, text);
}

/** Reads a message that stands at `at`. */
export function readCiscoAt(event: NormalEvent, text: string, at: number): DeviceReading {
  MESSAGE.lastIndex = at;
  const match = MESSAGE.exec(text);
  if (match === null) return UNKNOWN_FORM;
  const [whole, facility = '', severity = '', mnemonic = ''] = match;
  event.logsources = SOURCES_OF.get(facility) ?? IOS;
  put(event, 'observer.vendor', 'Cisco');
  put(event, 'log.level', LEVELS[Number(severity)]);
  const isNumbered = SOURCES_OF.get(facility) === ASA;
  putCode(event, isNumbered ? mnemonic : whole.slice(1).replace(/:? ?$/, ''));
  readForm(event, mnemonic, text.slice(at + whole.length).trimEnd());
  return KNOWN_FORM;
}

/** Finds a message behind what IOS and ASA put before it: numbers, a name, a time. @returns undefined when there is none */
export function findCisco(event: NormalEvent, text: string): DeviceReading | undefined {
  const at = text.slice(0, BEFORE_CHARS_MAX).indexOf('%');
  if (at === -1) return undefined;
  const reading = readCiscoAt(event, text, at);
  return reading.known ? reading : undefined;
}
