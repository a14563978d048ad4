/** Where heads of the audit trail are sent, read from the settings and sent there. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';

export type HeadTarget =
  /** Another disk, or a folder of another machine. */
  | { kind: 'file'; file: string }
  | { kind: 'syslog'; transport: 'udp' | 'tcp' | 'tls'; host: string; port: number };

const FORM = 'file:/folder/heads.log, syslog+tls://HOST:6514, syslog+tcp://HOST:514 or syslog+udp://HOST:514';
const PORTS = { udp: 514, tcp: 514, tls: 6514 } as const;

/** @throws RangeError in words for whoever wrote the setting */
export function parseHeadTarget(text: string): HeadTarget {
  const wrong = (why: string): RangeError => new RangeError(`"${text}" ${why}; write ${FORM}`);
  if (text.startsWith('file:')) {
    const file = text.slice('file:'.length);
    if (!path.isAbsolute(file) || file.endsWith('/')) throw wrong('names no file by its whole path');
    return { kind: 'file', file };
  }
  const found = /^syslog\+(udp|tcp|tls):\/\/([^/?#@]+?)(?::(\d{1,5}))?\/?$/.exec(text);
  if (found === null) throw wrong('is no place that is known');
  const [, scheme, host = '', port] = found;
  const transport = scheme === 'udp' || scheme === 'tcp' ? scheme : 'tls';
  const number = port === undefined ? PORTS[transport] : Number(port);
  if (number < 1 || number > 65_535) throw wrong('has a port that there is not');
  if (!URL.canParse(`http://${host}`)) throw wrong('has a host that there is not');
  return { kind: 'syslog', transport, host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** For people and logs. */
export function headTargetText(target: HeadTarget): string {
  if (target.kind === 'file') return `file:${target.file}`;
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

/** Facility 10 (security), severity 6 (informational). */
const PRIORITY = 86;

/** RFC 5424. */
function syslogMessage(line: string, { hostname, atMs }: SendOptions): Buffer {
  const host = hostname.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
  const at = new Date(atMs).toISOString();
  return Buffer.from(`<${PRIORITY}>1 ${at} ${host} vonggac ${process.pid} audit-head - ${line}`);
}

/** Durable when it resolves. @throws Error when the file cannot be written */
async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o640);
  try {
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
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
  target: Extract<HeadTarget, { kind: 'syslog' }>,
  message: Buffer,
  { caPem, timeoutMs }: SendOptions,
): Promise<void> {
  const { host, port, transport } = target;
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
export async function sendHead(target: HeadTarget, line: string, options: SendOptions): Promise<void> {
  if (target.kind === 'file') return appendLine(target.file, line);
  const message = syslogMessage(line, options);
  if (target.transport === 'udp') return sendDatagram(target, message);
  return sendStream(target, message, options);
}
