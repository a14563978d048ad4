/** A WebSocket that knows its peer, so that all sockets share the same few listeners. */
import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import type { Peer } from './peer.ts';

export class PeerSocket extends WebSocket {
  peer: Peer | undefined;
}

/** The socket's events become calls of the peer. */
export function listenTo(socket: PeerSocket): void {
  socket.on('message', onMessage).on('pong', onSign).on('ping', onSign);
  socket.on('error', onError).on('close', onClose);
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (this instanceof PeerSocket) this.peer?.received(asBuffer(data), isBinary);
}

function onSign(this: WebSocket): void {
  if (this instanceof PeerSocket && this.peer !== undefined) this.peer.alive = true;
}

function onError(this: WebSocket, error: Error & { code?: string }): void {
  if (this instanceof PeerSocket) this.peer?.host.broken(error.code);
}

function onClose(this: WebSocket): void {
  if (!(this instanceof PeerSocket) || this.peer === undefined) return;
  this.peer.host.closed(this.peer);
  this.peer = undefined;
}

function asBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/**
 * Tells when more than `bytesMax` have come over the line. @returns what ends the counting
 */
export function meter(stream: Duplex, bytesMax: number, onOver: () => void): () => void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= bytesMax) return;
    stop();
    onOver();
  };
  const stop = (): void => void stream.off('data', count);
  stream.on('data', count);
  return stop;
}
