/**
 * How Windows is cut off: rules of its own firewall that block, which come before all that allow, for every address but the
 * collector's; and a task of Windows' own that takes them away at a time, and at the next start, whether an agent lives or not. Pure.
 */
import net from 'node:net';
import { isoTime } from '../../iso-time.ts';
import type { LineEnd } from '../../transport/transport.ts';

/** All rules have it, so one command takes them away. */
export const RULE_NAME = 'vonggac-isolation';
export const TASK_NAME = '\\VongGac\\vonggac-isolation-end';
const IPV4_ALL = '0.0.0.1-255.255.255.255';
/** The protocols that carry others: GRE, IPv6 in IPv4, ESP, AH. */
const TUNNELS = [47, 41, 50, 51];

/** Profiles by netsh's names, as the registry calls them. */
export const PROFILES = {
  domainprofile: 'DomainProfile',
  privateprofile: 'StandardProfile',
  publicprofile: 'PublicProfile',
} as const;
export type Profile = keyof typeof PROFILES;

/** @throws RangeError for what is no address or port: nothing else may come into a rule */
export function lineOf({ address, port }: LineEnd): { version: 4 | 6; address: string; port: number } {
  const bare = address.startsWith('::ffff:') ? address.slice(7) : address;
  const [host = ''] = bare.split('%');
  const version = net.isIP(host);
  if ((version !== 4 && version !== 6) || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new RangeError(`${address} port ${port} is no end of a line`);
  return { version, address: host, port };
}

/** Arguments of netsh, a rule each. */
export function isolationCommands(line: LineEnd): string[][] {
  const { version, address, port } = lineOf(line);
  const other = version === 4 ? allBut4(address) : allBut6(address);
  // Of IPv6, two halves: a prefix of no bits is not taken everywhere.
  const closed = version === 4 ? ['::/1', '8000::/1'] : [IPV4_ALL];
  const groups = [other, closed];
  const rules: string[][] = [];
  for (const direction of ['out', 'in'] as const) {
    const add = (...match: string[]): void => {
      const rule = [
        'advfirewall',
        'firewall',
        'add',
        'rule',
        `name=${RULE_NAME}`,
        `dir=${direction}`,
        'action=block',
      ];
      rules.push([...rule, 'profile=any', 'enable=yes', ...match]);
    };
    for (const remote of groups) {
      add(`remoteip=${remote.join(',')}`, 'protocol=tcp');
      // What gives out addresses goes on: a host that loses its own would not reach the collector either.
      const ports =
        direction === 'out' ? 'remoteport=0-66,68-546,548-65535' : 'localport=0-67,69-545,547-65535';
      add(`remoteip=${remote.join(',')}`, 'protocol=udp', ports);
    }
    add(`remoteip=${IPV4_ALL}`, 'protocol=icmpv4:any,any');
    // Echo only: neighbours are found by ICMPv6.
    add('protocol=icmpv6:128,any');
    for (const tunnel of TUNNELS) add(`protocol=${tunnel}`);
    // Of the collector itself nothing but its port.
    const side = direction === 'out' ? 'remoteport' : 'localport';
    if (direction === 'out') add(`remoteip=${address}`, 'protocol=tcp', `${side}=${otherPorts(port)}`);
    else add(`remoteip=${address}`, 'protocol=tcp');
    add(`remoteip=${address}`, 'protocol=udp', `${side}=1-65535`);
  }
  return rules;
}

function otherPorts(port: number): string {
  return [port > 1 ? `1-${port - 1}` : '', port < 65_535 ? `${port + 1}-65535` : '']
    .filter(Boolean)
    .join(',');
}

function allBut4(address: string): string[] {
  const at = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const text = (number: number): string =>
    [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
  return [
    at > 1 ? `0.0.0.1-${text(at - 1)}` : '',
    at < 0xffff_ffff ? `${text(at + 1)}-255.255.255.255` : '',
  ].filter(Boolean);
}

function allBut6(address: string): string[] {
  const at = numberOf6(address);
  const text = (number: bigint): string =>
    (number.toString(16).padStart(32, '0').match(/.{4}/g) ?? [])
      .map((part) => part.replace(/^0{1,3}/, ''))
      .join(':');
  const last = 2n ** 128n - 1n;
  return [
    at > 0n ? `${text(0n)}-${text(at - 1n)}` : '',
    at < last ? `${text(at + 1n)}-${text(last)}` : '',
  ].filter(Boolean);
}

/** @param address that net.isIPv6 takes */
function numberOf6(address: string): bigint {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, head = '', ...bytes] = dotted ?? [];
  const [one = 0, two = 0, three = 0, four = 0] = bytes.map(Number);
  const plain =
    dotted === null
      ? address
      : `${head}${(one * 256 + two).toString(16)}:${(three * 256 + four).toString(16)}`;
  const [left = '', right] = plain.split('::');
  const words = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [first, second] = [words(left), words(right ?? '')];
  const zeros =
    right === undefined ? [] : Array.from({ length: 8 - first.length - second.length }, () => '0');
  return [...first, ...zeros, ...second].reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n);
}

export const DELETE_RULES: readonly string[] = [
  'advfirewall',
  'firewall',
  'delete',
  'rule',
  `name=${RULE_NAME}`,
];

export function profileCommand(profile: Profile, isOn: boolean): string[] {
  return ['advfirewall', 'set', profile, 'state', isOn ? 'on' : 'off'];
}

/**
 * The task that opens the host, as XML for `schtasks /create /xml`: times in it depend on no language. It runs as the system,
 * on batteries too, late when the host slept, and deletes itself last.
 * @param folder System32. @param off profiles that were off and are to be so again
 */
export function releaseTask(atMs: number, folder: string, off: readonly Profile[]): string {
  const run = (program: string, args: readonly string[]): string =>
    `<Exec><Command>${xml(`${folder}\\${program}.exe`)}</Command><Arguments>${xml(args.join(' '))}</Arguments></Exec>`;
  const actions = [
    run('netsh', DELETE_RULES),
    ...off.map((profile) => run('netsh', profileCommand(profile, false))),
    run('schtasks', ['/delete', '/tn', TASK_NAME, '/f']),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '<RegistrationInfo><Description>Vong Gac: ends the isolation of this host</Description></RegistrationInfo>',
    `<Triggers><TimeTrigger><StartBoundary>${isoTime(atMs)}</StartBoundary></TimeTrigger><BootTrigger/></Triggers>`,
    '<Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>',
    '<Settings><DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries><StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '<StartWhenAvailable>true</StartWhenAvailable><AllowHardTerminate>false</AllowHardTerminate><Hidden>false</Hidden>',
    '<WakeToRun>false</WakeToRun><ExecutionTimeLimit>PT5M</ExecutionTimeLimit><Priority>4</Priority></Settings>',
    `<Actions Context="Author">${actions.join('')}</Actions>`,
    '</Task>',
    '',
  ].join('\r\n');
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
