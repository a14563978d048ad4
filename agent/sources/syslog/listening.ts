/** A socket that takes messages in until it is closed. */
import os from 'node:os';

export interface ListenAddress {
  /** An IP address. */
  address: string;
  /** 0: any that is free. */
  port: number;
}

export interface Listening {
  port: number;
  /** Takes nothing more. Connections are cut. */
  close: () => void;
}

/** All addresses of this host, of both families where it has both. */
export function anyAddress(): string {
  const addresses = Object.values(os.networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}
