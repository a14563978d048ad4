/** What sends syslog to a listener in tests: plain sockets, and the settings that let everything of this host in. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { createSyslogSource } from '../../agent/sources/syslog/syslog-source.ts';
import type {
  SyslogLimits,
  SyslogListenerOptions,
  SyslogSourceOptions,
} from '../../agent/sources/syslog/syslog-source.ts';
import type { Source } from '../../agent/sources/source.ts';

export const WIDE_LIMITS: SyslogLimits = {
  messageBytesMax: 65_536,
  recordsPerSecondMax: 1_000_000,
  connectionsMax: 50,
  connectionsPerAddressMax: 50,
  idleMsMax: 60_000,
};

export interface Receiver {
  source: Source;
  /** Resolves when it listens. */
  port: Promise<number>;
}

export function receiver(
  listener: Partial<SyslogListenerOptions> & Pick<SyslogListenerOptions, 'protocol'>,
  limits: Partial<SyslogLimits> = {},
  options: Partial<SyslogSourceOptions> = {},
): Receiver {
  const { promise, resolve } = Promise.withResolvers<number>();
  const source = createSyslogSource({
    listener: {
      address: '127.0.0.1',
      port: 0,
      allow: ['127.0.0.0/8', '::1'],
      channel: 'linux-syslog',
      lane: 'standard',
      ...listener,
    },
    limits: { ...WIDE_LIMITS, ...limits },
    onListening: resolve,
    ...options,
  });
  return { source, port: promise };
}

/** Each message a datagram. */
export async function sendUdp(
  port: number,
  messages: readonly (string | Buffer)[],
  address = '127.0.0.1',
): Promise<void> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      socket.send(message, port, address, (error) => (error === null ? resolve() : reject(error)));
      await promise;
    }
  } finally {
    socket.close();
  }
}

export async function connectTcp(port: number, host = '127.0.0.1'): Promise<net.Socket> {
  const socket = net.connect({ port, host });
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the connection is over, however it ended. */
export function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.resume();
  });
}

/** Writes the pieces as they are, one by one, and ends the stream. */
export async function sendTcp(port: number, pieces: readonly (string | Buffer)[]): Promise<void> {
  const socket = await connectTcp(port);
  socket.setNoDelay(true);
  for (const piece of pieces) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.write(piece, (error) => (error instanceof Error ? reject(error) : resolve()));
    await promise;
  }
  const gone = closed(socket);
  socket.end();
  await gone;
}
