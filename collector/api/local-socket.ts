/**
 * Where the local socket is. A unix socket's address holds about 100 bytes: for a deeper data folder Linux reaches it
 * through an open handle of the folder.
 */
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

const ADDRESS_BYTES_MAX = 100;

export interface SocketAddress {
  address: string;
  /** To be called when the socket is no longer used. */
  release: () => void;
}

/** @throws Error when the path is too long for this system */
export function socketAddress(socketPath: string): SocketAddress {
  if (Buffer.byteLength(socketPath) <= ADDRESS_BYTES_MAX) {
    return { address: socketPath, release: () => undefined };
  }
  if (process.platform !== 'linux') {
    throw new Error(
      `the path ${socketPath} is too long for a socket: choose a data folder with a shorter path`,
    );
  }
  const folder = openSync(path.dirname(socketPath), 'r');
  return {
    address: `/proc/self/fd/${folder}/${path.basename(socketPath)}`,
    release: () => closeSync(folder),
  };
}
