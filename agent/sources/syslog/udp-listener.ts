/** Syslog over UDP (RFC 5426): a datagram is a message. What cannot be taken in at once is counted as dropped. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { plainAddress } from './allowed-networks.ts';
import type { ListenAddress, Listening } from './listening.ts';
import type { Reception } from './reception.ts';
import { kernelDrops } from './udp-kernel-drops.ts';

/** Asked for; the system may give less. It holds what comes while this process is busy. */
const RECEIVE_BUFFER_BYTES = 4 * 1_048_576;
const KERNEL_DROPS_EVERY_MS = 5_000;

export interface UdpOptions {
  listen: ListenAddress;
  reception: Reception;
  messageBytesMax: number;
}

/** @throws Error when the address cannot be bound. */
export async function listenUdp({ listen, reception, messageBytesMax }: UdpOptions): Promise<Listening> {
  const socket = dgram.createSocket({
    type: listen.address.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  const { inbox } = reception;
  socket.on('message', (bytes, { address }) => {
    const sender = plainAddress(address);
    if (!reception.allows(sender)) return inbox.drop('not-allowed');
    if (inbox.full) return inbox.drop('queue-full');
    // A copy: datagrams come as views of a larger buffer.
    const kept = Buffer.from(bytes.subarray(0, messageBytesMax));
    reception.receive(sender, { bytes: kept, missingBytes: bytes.length - kept.length });
  });
  socket.bind({ address: listen.address, port: listen.port });
  try {
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', (error) => inbox.fail(error));
  const { port } = socket.address();
  let known = kernelDrops(listen.address, port);
  const look = (): void => {
    const now = kernelDrops(listen.address, port);
    if (now !== undefined && known !== undefined && now > known) inbox.drop('kernel-buffer', now - known);
    known = now;
  };
  const timer = setInterval(look, KERNEL_DROPS_EVERY_MS);
  return {
    port,
    close: () => {
      clearInterval(timer);
      look();
      socket.close();
    },
  };
}
