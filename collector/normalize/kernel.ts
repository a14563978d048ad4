/** The kernel's lines that matter to a watch: crashes, modules, memory, devices, firewall, network taps. */
import type { NormalEvent } from './event.ts';
import { logSources, numberOrText, put, putAction, putSource } from './draft.ts';
import { LINUX_SYSLOG } from './program.ts';
import { FIREWALL } from './devices/vendors.ts';
import { readWireguard, WIREGUARD } from './servers/wireguard.ts';

const STAMP = /^\[ *\d{1,10}\.\d{1,9}\] /;

interface KernelForm {
  /** Cheap test before the pattern. */
  has: string;
  pattern: RegExp;
  action: string;
  groups?: readonly string[];
}

const FORMS: readonly KernelForm[] = [
  {
    has: ']: segfault at ',
    pattern:
      /^(.{1,64}?)\[(\d{1,10})\]: segfault at ([0-9a-f]{1,16}) ip ([0-9a-f]{1,16}) sp [0-9a-f]{1,16} error \d+(?: in ([^[\s]{1,256}))?/s,
    action: 'process_crashed',
    groups: ['crash.process', 'crash.pid', 'crash.address', 'crash.instruction', 'crash.module'],
  },
  {
    has: 'traps: ',
    pattern: /^traps: (.{1,64}?)\[(\d{1,10})\] (?:general protection|trap [a-z ]{1,40}?)(?: fault)? ip:/s,
    action: 'process_crashed',
    groups: ['crash.process', 'crash.pid'],
  },
  {
    has: ': loading out-of-tree module taints kernel',
    pattern: /^(\S{1,64}): loading out-of-tree module taints kernel/,
    action: 'kernel_module_loaded',
    groups: ['kernel.module'],
  },
  {
    has: ': module verification failed',
    pattern: /^(\S{1,64}): module verification failed/,
    action: 'kernel_module_unsigned',
    groups: ['kernel.module'],
  },
  {
    has: ': module license ',
    pattern: /^(\S{1,64}): module license '([^']{0,64})' taints kernel/,
    action: 'kernel_module_loaded',
    groups: ['kernel.module', 'kernel.license'],
  },
  {
    has: 'Out of memory: Kill',
    pattern: /^Out of memory: Kill(?:ed)? process (\d{1,10}) \(([^)]{1,64})\)/,
    action: 'out_of_memory',
    groups: ['crash.pid', 'crash.process'],
  },
  {
    has: ' promiscuous mode',
    pattern: /^(?:device )?(\S{1,32}?):? entered promiscuous mode/,
    action: 'promiscuous_mode_entered',
    groups: ['network.interface'],
  },
  {
    has: ' promiscuous mode',
    pattern: /^(?:device )?(\S{1,32}?):? left promiscuous mode/,
    action: 'promiscuous_mode_left',
    groups: ['network.interface'],
  },
  {
    has: 'New USB device found, ',
    pattern: /^usb (\S{1,32}): New USB device found, idVendor=([0-9a-f]{4}), idProduct=([0-9a-f]{4})/,
    action: 'usb_device_attached',
    groups: ['usb.port', 'usb.vendor_id', 'usb.product_id'],
  },
  {
    has: 'USB disconnect',
    pattern: /^usb (\S{1,32}): USB disconnect/,
    action: 'usb_device_removed',
    groups: ['usb.port'],
  },
  {
    has: 'apparmor="DENIED"',
    pattern: /apparmor="DENIED" operation="([^"]{1,64})"/,
    action: 'apparmor_denied',
    groups: ['apparmor.operation'],
  },
];

const FIREWALL_SOURCES = logSources(LINUX_SYSLOG, FIREWALL);
const FIREWALL_VALUE = / (SRC|DST|PROTO|SPT|DPT|IN|OUT)=(\S{0,64})/g;
const FIREWALL_FIELD: Readonly<Record<string, string>> = {
  DST: 'destination.ip',
  PROTO: 'network.transport',
  SPT: 'source.port',
  DPT: 'destination.port',
  IN: 'network.interface_in',
  OUT: 'network.interface_out',
};
/** Firewall lines are short; what follows is not theirs. */
const FIREWALL_CHARS_MAX = 1_024;

function readFirewall(event: NormalEvent, text: string): boolean {
  const line = text.slice(0, FIREWALL_CHARS_MAX);
  if (!line.includes(' SRC=') || !line.includes(' DST=')) return false;
  const blocked = /\b(?:BLOCK|DROP|DENY|REJECT)/i.test(line);
  event.logsources = FIREWALL_SOURCES;
  putAction(event, blocked ? 'firewall_blocked' : 'firewall_logged', blocked ? 'failure' : undefined);
  for (const [, name = '', value = ''] of ` ${line}`.matchAll(FIREWALL_VALUE)) {
    if (value === '') continue;
    const field = FIREWALL_FIELD[name];
    if (field === undefined) putSource(event, value);
    else put(event, field, field.endsWith('.port') ? numberOrText(value) : value);
  }
  return true;
}

/** Reads what is worth a field; any other kernel line stays a line. */
export function readKernel(event: NormalEvent, message: string): boolean {
  const text = message.replace(STAMP, '');
  if (text.startsWith(WIREGUARD)) return readWireguard(event, text.slice(WIREGUARD.length));
  for (const form of FORMS) {
    if (!text.includes(form.has)) continue;
    const match = form.pattern.exec(text);
    if (match === null) continue;
    putAction(event, form.action);
    for (const [index, field] of (form.groups ?? []).entries()) put(event, field, match[index + 1]);
    return true;
  }
  return readFirewall(event, text);
}
