/** What lies around the agent: who keeps the clock, who resolves names, which proxy, and what holds programs back. */
import dns from 'node:dns/promises';
import fs from 'node:fs';
import net from 'node:net';
import { readAccessControls } from '../host/access-control.ts';
import { readClockState } from '../host/clock-state.ts';
import { at } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import { mustParseAddress } from '../transport/address.ts';
import { proxyFor, proxyName } from '../transport/proxy.ts';
import type { ProxySettings } from '../transport/proxy.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

const NAMES_MS_MAX = 5_000;
/** Where name servers are set. */
const NAMES_SET = process.platform === 'win32' ? 'ipconfig /all' : '/etc/resolv.conf';
/** Of a log, from its end. */
const TAIL_BYTES = 524_288;
const LOGS: readonly string[] = [
  '/var/log/audit/audit.log',
  '/var/log/kern.log',
  '/var/log/syslog',
  '/var/log/messages',
];
/** A refusal by SELinux or AppArmor of what may be the agent. */
const DENIED = /avc:\s+denied|apparmor="DENIED"/;
const OURS = /comm="(?:node|vonggac[^"]*)"|profile="[^"]*vonggac[^"]*"|vonggac-agent/;

export async function checkTime(host: Host, m: Messages): Promise<Check[]> {
  if (process.platform !== 'linux') return [];
  const texts = m.doctor.more;
  const { service, synchronised, reason } = await readClockState(host, AbortSignal.timeout(NAMES_MS_MAX));
  // A container has its host's clock, and nobody of its own who keeps it.
  if (service === 'none') return [warn('time', texts.nobodyKeepsTime)];
  if (synchronised === true) return [ok('time', texts.timeKept(service))];
  if (synchronised === false) return [warn('time', texts.timeNotYet(service))];
  return [ok('time', texts.timeUnknown(service, reason ?? ''))];
}

/** Whether the collector's name is resolved, where that is this host's matter. */
export async function checkWay(url: string | undefined, proxy: ProxySettings, m: Messages): Promise<Check[]> {
  if (url === undefined) return [];
  const texts = m.doctor.more;
  const { host, port } = mustParseAddress(url);
  const via = proxyFor(proxy, host, port);
  const name = via?.host ?? host;
  const ways = via === undefined ? [] : [ok('proxy', texts.proxyUsed(proxyName(via)))];
  if (net.isIP(name.replace(/%.*$/, '')) !== 0) return ways;
  const { promise, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(resolve, NAMES_MS_MAX, 'late');
  try {
    const answer = await Promise.race([dns.lookup(name, { all: true }), promise]);
    if (answer === 'late')
      return [...ways, fail('names', texts.namesLate(name, NAMES_MS_MAX / 1_000, NAMES_SET))];
    return [...ways, ok('names', texts.namesOk(name, answer.map(({ address }) => address).join(', ')))];
  } catch (error) {
    return [...ways, fail('names', texts.namesFail(name, reasonOf(error), NAMES_SET))];
  } finally {
    clearTimeout(timer);
  }
}

export async function checkAccessControl(host: Pick<Host, 'root'>, m: Messages): Promise<Check[]> {
  const texts = m.doctor.more;
  const { items } = await readAccessControls(host);
  const enforcing = items.find(
    ({ name, state }) =>
      (name === 'selinux' && state === 'enforcing') || (name === 'apparmor' && state !== 'disabled'),
  );
  if (enforcing === undefined) return [];
  const denials = LOGS.flatMap((file) => tailLines(at(host, file))).filter(
    (line) => DENIED.test(line) && OURS.test(line),
  );
  const last = denials.at(-1);
  if (last === undefined) return [ok('access-control', texts.nothingDenied(enforcing.name))];
  return [warn('access-control', texts.denied(enforcing.name, denials.length, last.slice(0, 200)))];
}

/** Empty when it is absent or not for us: then nothing is known. */
function tailLines(file: string): string[] {
  try {
    const handle = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    try {
      const stat = fs.fstatSync(handle);
      if (!stat.isFile()) return [];
      const length = Math.min(stat.size, TAIL_BYTES);
      const bytes = Buffer.alloc(length);
      const read = fs.readSync(handle, bytes, 0, length, stat.size - length);
      return bytes.toString('latin1', 0, read).split('\n');
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    // What cannot be read is said by the checks of logs.
    return [];
  }
}
