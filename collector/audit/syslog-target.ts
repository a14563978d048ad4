/** A place that takes syslog, read from the settings, and one RFC 5424 message on its way there. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { promisify } from 'node:util';

export interface SyslogTarget {
  kind: 'syslog';
  transport: 'udp' | 'tcp' | 'tls';
  host: string;
  port: number;
}

export const SYSLOG_FORM = 'syslog+tls://HOST:6514, syslog+tcp://HOST:514 or syslog+udp://HOST:514';
const PORTS = { udp: 514, tcp: 514, tls: 6514 } as const;

/** @throws RangeError that says what is wrong with it, to go on after the text itself */
export function parseSyslogTarget(text: string): SyslogTarget {
  const found = /^syslog\+(udp|tcp|tls):\/\/([^/?#@]+?)(?::(\d{1,5}))?\/?$/.exec(text);
  if (found === null) throw new RangeError('is no place that is known');
  const [, scheme, host = '', port] = found;
  const transport = scheme === 'udp' || scheme === 'tcp' ? scheme : 'tls';
  const number = port === undefined ? PORTS[transport] : Number(port);
  if (number < 1 || number > 65_535) throw new RangeError('has a port that there is not');
  if (!URL.canParse(`http://${host}`)) throw new RangeError('has a host that there is not');
  return { kind: 'syslog', transport, host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** For people and logs. */
export function syslogTargetText(target: SyslogTarget): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `syslog+${target.transport}://${host}:${target.port}`;
}

export interface SendOptions {
  hostname: string;
  atMs: number;
  /** PEM of the authorities of a TLS server; undefined: those that the system trusts. */
  caPem?: string | undefined;
  timeoutMs: number;
}

export interface SyslogLine {
  /** MSGID: what kind of message it is. */
  messageId: string;
  /** 0 emergency to 7 debug. */
  severity: number;
  text: string;
}

/** 10: security. */
const FACILITY = 10;

/** RFC 5424. */
function syslogMessage({ messageId, severity, text }: SyslogLine, { hostname, atMs }: SendOptions): Buffer {
  const host = hostname.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
  const at = new Date(atMs).toISOString();
  return Buffer.from(
    `<${FACILITY * 8 + severity}>1 ${at} ${host} vonggac ${process.pid} ${messageId} - ${text}`,
  );
}

async function sendDatagram({ host, port }: { host: string; port: number }, message: Buffer): Promise<void> {
  const socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
  try {
    await promisify<Buffer, number, string>(socket.send.bind(socket))(message, port, host);
  } finally {
    socket.close();
  }
}

/** Octet counting (RFC 6587, RFC 5425). Syslog has no answer: it has left this host when it resolves, no more. */
async function sendStream(
  { host, port, transport }: SyslogTarget,
  message: Buffer,
  { caPem, timeoutMs }: SendOptions,
): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  const socket =
    transport === 'tls'
      ? tls.connect({
          host,
          port,
          ...(net.isIP(host) === 0 ? { servername: host } : {}),
          ...(caPem === undefined ? {} : { ca: caPem }),
        })
      : net.connect({ host, port });
  try {
    await once(socket, transport === 'tls' ? 'secureConnect' : 'connect', { signal });
    const finished = once(socket, 'finish', { signal });
    socket.end(Buffer.concat([Buffer.from(`${message.length} `), message]));
    await finished;
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeoutMs} ms`, { cause: error });
    throw error;
  } finally {
    socket.on('error', () => undefined); // of a peer that resets what is over
    socket.destroySoon();
  }
}

/** @throws Error that says why it did not arrive; a datagram never says so */
export async function sendSyslog(
  target: SyslogTarget,
  line: SyslogLine,
  options: SendOptions,
): Promise<void> {
  const message = syslogMessage(line, options);
  if (target.transport === 'udp') return sendDatagram(target, message);
  return sendStream(target, message, options);
}
