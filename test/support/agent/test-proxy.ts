/** An HTTP proxy that knows CONNECT, on a real port: what it was asked, and how it misbehaves. */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface TestProxy {
  port: number;
  /** `host:port` of every CONNECT, and the credentials that came with it. */
  readonly asked: { target: string; authorization: string | undefined }[];
  stop: () => Promise<void>;
}

export interface TestProxyOptions {
  /** Base64 part of the Basic credentials it accepts; left out, it asks for none. */
  credentials?: string;
  /** Status it refuses everything with. */
  refuseWith?: number;
  /** It accepts connections and says nothing. */
  mute?: boolean;
  /** It closes every connection on which something is asked. */
  hangsUp?: boolean;
}

export async function startTestProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = http.createServer();
  server.on('connection', keep);
  server.on('connect', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    const authorization = request.headers['proxy-authorization'];
    asked.push({ target: request.url ?? '', authorization });
    if (options.mute === true) return;
    if (options.hangsUp === true) {
      socket.destroy();
      return;
    }
    const allowed = options.credentials === undefined || authorization === `Basic ${options.credentials}`;
    const status = allowed ? options.refuseWith : 407;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const onward = net.connect(Number(port), hostname.replace(/^\[(.*)\]$/, '$1'), () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    keep(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
