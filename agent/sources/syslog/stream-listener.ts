/**
 * Syslog over TCP (RFC 6587) and TLS (RFC 5425). A sender is read only while the inbox has room, so it waits as TCP
 * makes it wait; who is silent too long, or one too many, is let go.
 */
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { plainAddress } from './allowed-networks.ts';
import type { ListenAddress, Listening } from './listening.ts';
import type { Reception } from './reception.ts';
import { SyslogFramer } from './syslog-framer.ts';
import type { SyslogFrame } from './syslog-framer.ts';

const HANDSHAKE_MS_MAX = 10_000;
const BACKLOG = 128;
const UNKNOWN = 'unknown';
/** So that a sender that vanished is noticed even while it is not read. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000 };

export interface TlsFiles {
  /** PEM. */
  cert: Buffer;
  key: Buffer;
  /** Authorities whose certificates senders must show; left out: they need none. */
  clientCa?: Buffer | undefined;
}

export interface StreamLimits {
  messageBytesMax: number;
  connectionsMax: number;
  connectionsPerAddressMax: number;
  /** Milliseconds without a byte. */
  idleMsMax: number;
}

export interface StreamOptions {
  listen: ListenAddress;
  /** Left out: plain TCP. */
  tls?: TlsFiles | undefined;
  reception: Reception;
  limits: StreamLimits;
}

/** @throws Error when the address cannot be bound or the certificate cannot be used. */
export async function listenStream(options: StreamOptions): Promise<Listening> {
  const connections = new Connections(options);
  const server = createServer(options, connections);
  server.listen({ host: options.listen.address, port: options.listen.port, backlog: BACKLOG });
  await once(server, 'listening');
  server.on('error', (error) => options.reception.inbox.fail(error));
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : options.listen.port,
    close: () => {
      server.close();
      connections.close();
    },
  };
}

function createServer({ tls: files, reception }: StreamOptions, connections: Connections): net.Server {
  if (files === undefined) {
    return net.createServer(KEEP_ALIVE, (socket) => {
      const address = connections.admit(socket);
      if (address !== undefined) connections.read(socket, address);
    });
  }
  const { cert, key, clientCa } = files;
  const server = tls.createServer({
    ...KEEP_ALIVE,
    cert,
    key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_MS_MAX,
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  });
  // Before the handshake, which is what costs.
  server.on('connection', (socket: net.Socket) => {
    connections.admit(socket);
  });
  server.on('secureConnection', (socket) => {
    connections.read(socket, addressOf(socket));
  });
  server.on('tlsClientError', (error, socket) => {
    const address = addressOf(socket);
    // Whom `admit` sent away has no address any more, and was told of there.
    if (address !== UNKNOWN) reception.tell(address, `TLS could not be agreed on: ${error.message}`, error);
    socket.destroy();
  });
  return server;
}

/** The address is gone with a connection that was cut before anybody asked. */
function addressOf(socket: net.Socket): string {
  return socket.remoteAddress === undefined ? UNKNOWN : plainAddress(socket.remoteAddress);
}

/** Open connections, and what each may do. */
class Connections {
  readonly #options: StreamOptions;
  readonly #open = new Set<net.Socket>();
  readonly #byAddress = new Map<string, number>();
  /** Of every sender: when the inbox is full, nobody is read on. */
  readonly #pauses = new Set<() => void>();

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** @returns the sender's address; undefined when it was sent away. */
  admit(socket: net.Socket): string | undefined {
    const { reception, limits } = this.#options;
    const address = addressOf(socket);
    // Its end is told by `close`.
    socket.on('error', (error) => reception.tell(address, `the connection failed: ${error.message}`, error));
    const own = this.#byAddress.get(address) ?? 0;
    const refusal =
      address === UNKNOWN || !reception.allows(address)
        ? 'refused'
        : this.#open.size >= limits.connectionsMax || own >= limits.connectionsPerAddressMax
          ? 'crowded'
          : undefined;
    if (refusal !== undefined) {
      if (refusal === 'crowded') reception.tell(address, 'it was sent away: too many connections');
      socket.destroy();
      return undefined;
    }
    this.#open.add(socket);
    this.#byAddress.set(address, own + 1);
    socket.once('close', () => {
      this.#open.delete(socket);
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    });
    return address;
  }

  /** @param socket TLS is already agreed on. */
  read(socket: net.Socket, address: string): void {
    const { reception, limits } = this.#options;
    const { inbox } = reception;
    const framer = new SyslogFramer(limits.messageBytesMax);
    const resume = (): void => {
      socket.resume();
    };
    const pause = (): void => {
      socket.pause();
      inbox.whenRoom(resume);
    };
    this.#pauses.add(pause);
    const take = (frames: readonly SyslogFrame[]): void => {
      for (const frame of frames) reception.receive(address, frame);
    };
    socket.setTimeout(limits.idleMsMax, () => {
      // Who is not read cannot be blamed for silence.
      if (!socket.isPaused()) socket.destroy();
    });
    socket.on('error', (error) => reception.tell(address, `the connection failed: ${error.message}`, error));
    socket.on('data', (chunk: Buffer) => {
      take(framer.push(chunk));
      if (framer.problem !== undefined) {
        inbox.drop('bad-frame');
        reception.tell(address, `its messages cannot be told apart: ${framer.problem}`);
        socket.destroy();
        return;
      }
      if (inbox.full) for (const each of this.#pauses) each();
    });
    socket.once('close', () => {
      this.#pauses.delete(pause);
      inbox.forget(resume);
      take(framer.end());
    });
    // Half-open senders only shut their side: `end` closes ours, too.
    socket.once('end', () => socket.end());
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
