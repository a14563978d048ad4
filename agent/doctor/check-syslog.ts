/** Does each syslog listener listen, or could it; is its certificate good; whom does it trust? */
import { X509Certificate } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { formatTime } from '../format.ts';
import type { Messages } from '../messages/en.ts';
import { parseNetwork } from '../sources/syslog/allowed-networks.ts';
import { anyAddress } from '../sources/syslog/listening.ts';
import { syslogSourceName } from '../sources/syslog/source-name.ts';
import { readTls } from '../sources/syslog/syslog-source.ts';
import type { AgentStatus } from '../status-file.ts';
import type { SyslogConfig, SyslogListenerConfig } from '../syslog-config.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

const EXPIRES_SOON_MS = 30 * 86_400_000;

/** @param status of the agent that runs; undefined: none does. */
export async function checkSyslog(
  { listeners }: SyslogConfig,
  status: AgentStatus | undefined,
  m: Messages,
  now: () => number,
): Promise<Check[]> {
  const checks = await Promise.all(
    listeners.map(async (listener) => [
      await checkPort(listener, status, m),
      ...checkCertificate(listener, m, now),
      ...checkAllowed(listener, m),
    ]),
  );
  return checks.flat();
}

async function checkPort(
  listener: SyslogListenerConfig,
  status: AgentStatus | undefined,
  m: Messages,
): Promise<Check> {
  const name = syslogSourceName(listener);
  const source = status?.sources.find((one) => one.name === name);
  if (source?.state === 'running') return ok('syslog', m.doctor.syslog.listening(name));
  if (source !== undefined) {
    const reason = source.problems.find(({ subject }) => subject === name)?.message ?? '';
    return fail('syslog', m.doctor.syslog.failing(name, reason));
  }
  try {
    await bindOnce(listener);
    return ok('syslog', m.doctor.syslog.free(name));
  } catch (error) {
    return fail('syslog', m.doctor.syslog.failing(name, reasonOf(error)));
  }
}

/** @throws Error when the port cannot be had. */
async function bindOnce({ protocol, address = anyAddress(), port }: SyslogListenerConfig): Promise<void> {
  if (protocol === 'udp') {
    const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    try {
      socket.bind({ address, port });
      await once(socket, 'listening');
    } finally {
      socket.close();
    }
    return;
  }
  const server = net.createServer();
  server.listen({ host: address, port });
  await once(server, 'listening');
  server.close();
}

function checkCertificate(listener: SyslogListenerConfig, m: Messages, now: () => number): Check[] {
  if (listener.tls === undefined) return [];
  const { certFile } = listener.tls;
  try {
    const { cert, key, clientCa } = readTls(listener.tls);
    tls.createSecureContext({ cert, key, ca: clientCa });
    const endsAt = new X509Certificate(cert).validToDate.getTime();
    const date = formatTime(endsAt);
    if (endsAt <= now()) return [fail('syslog', m.doctor.syslog.expired(certFile, date))];
    if (endsAt <= now() + EXPIRES_SOON_MS) return [warn('syslog', m.doctor.syslog.expires(certFile, date))];
    return [ok('syslog', m.doctor.syslog.certificate(certFile, date))];
  } catch (error) {
    return [fail('syslog', m.doctor.syslog.badCertificate(certFile, reasonOf(error)))];
  }
}

function checkAllowed(listener: SyslogListenerConfig, m: Messages): Check[] {
  const everybody = listener.allow.filter((text) => parseNetwork(text)?.bits === 0);
  return everybody.map((text) => warn('syslog', m.doctor.syslog.everybody(syslogSourceName(listener), text)));
}
