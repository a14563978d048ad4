/**
 * In front of the TLS server: so many handshakes at a time, the rest wait in line, addresses in turn (waiting-line.ts).
 * Let in all at once, thousands that come back in the same moment would share the processor until all of them had timed
 * out; in line, those who are let in get through. Invariants: sockets, handshakes and waiting are bounded, in all and by
 * address; a handshake that gets nowhere makes room for who waits; every refusal is counted.
 */
import type { Server, Socket } from 'node:net';
import { addressGroup } from './address.ts';
import { WaitingLine } from './waiting-line.ts';

export type DoorRefusal = 'sockets-full' | 'line-full' | 'waited-too-long' | 'handshake-stuck';

export interface FrontDoorOptions {
  /** Open at once, whatever they speak. */
  socketsMax: number;
  handshakesMax: number;
  /** Of one address (IPv4, or the /64 of IPv6): a commune's two hundred hosts behind it wait their turn. */
  handshakesPerAddressMax: number;
  waitingMax: number;
  /** Who waited longer has most likely given up. */
  waitMsMax: number;
  /** A handshake that takes longer may be ended when others wait. */
  stuckMs: number;
  clock: () => number;
  onRefused: (why: DoorRefusal) => void;
}

interface Guest {
  address: string;
  /** Of its arrival, then of its handshake's begin. */
  sinceMs: number;
  state: 'waiting' | 'handshake';
  /** Address and port: by it the TLS server's socket is known again. */
  name: string;
}

const END_OF_WINDOW_MS = 1_000;

export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #line: WaitingLine<Socket>;
  readonly #guests = new WeakMap<Socket, Guest>();
  /** By peer's address and port, in order of their begin. */
  readonly #handshakes = new Map<string, Socket>();
  readonly #handshakesOf = new Map<string, number>();
  #sockets = 0;
  #begin: (socket: Socket) => void = () => undefined;
  #windowBeganMs = 0;
  #windowHandshakes = 0;
  #handshakesPerSecondMax = 0;
  readonly #onClose: (this: Socket) => void;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#line = new WaitingLine({ waitingMax: options.waitingMax });
    const left = (socket: Socket): void => this.#left(socket);
    // One function for all sockets.
    this.#onClose = function onClose(this: Socket): void {
      left(this);
    };
  }

  /** Takes the server's new connections; those that are let in go on as they would have. */
  attach(server: Server): void {
    const begin = server.listeners('connection');
    server.removeAllListeners('connection');
    this.#begin = (socket) => {
      for (const listener of begin) listener.call(server, socket);
    };
    server.on('connection', (socket: Socket) => this.#arrived(socket));
    server.on('secureConnection', (secure: Socket) => this.#secured(secure));
  }

  get waiting(): number {
    return this.#line.size;
  }

  get handshakes(): number {
    return this.#handshakes.size;
  }

  /** The most that were done in one second so far: how fast a storm can be let in. */
  get handshakesPerSecondMax(): number {
    return this.#handshakesPerSecondMax;
  }

  #arrived(socket: Socket): void {
    const { clock, socketsMax } = this.#options;
    if (this.#sockets >= socketsMax) {
      socket.destroy();
      this.#options.onRefused('sockets-full');
      return;
    }
    this.#sockets += 1;
    const address = addressGroup(socket.remoteAddress ?? '');
    this.#guests.set(socket, { address, sinceMs: clock(), state: 'waiting', name: nameOf(socket) });
    socket.on('error', ignore).once('close', this.#onClose);
    const gone = this.#line.enter(address, socket);
    if (gone !== undefined) this.#refuse(gone, 'line-full');
    this.#letIn();
  }

  #refuse(socket: Socket, why: DoorRefusal): void {
    this.#options.onRefused(why);
    socket.destroy();
  }

  #letIn(): void {
    const { clock, handshakesMax, handshakesPerAddressMax, waitMsMax } = this.#options;
    const mayEnter = (address: string): boolean =>
      (this.#handshakesOf.get(address) ?? 0) < handshakesPerAddressMax;
    while (this.#line.size > 0) {
      if (this.#handshakes.size >= handshakesMax && !this.#endStuck()) return;
      const socket = this.#line.next(mayEnter);
      if (socket === undefined) return;
      const guest = this.#guests.get(socket);
      if (guest === undefined || socket.destroyed) continue;
      if (clock() - guest.sinceMs > waitMsMax) {
        this.#refuse(socket, 'waited-too-long');
        continue;
      }
      guest.state = 'handshake';
      guest.sinceMs = clock();
      this.#handshakes.set(guest.name, socket);
      this.#handshakesOf.set(guest.address, (this.#handshakesOf.get(guest.address) ?? 0) + 1);
      this.#begin(socket);
    }
  }

  /** Ends the handshake that began first, if it gets nowhere. */
  #endStuck(): boolean {
    const [oldest] = this.#handshakes.values();
    const guest = oldest && this.#guests.get(oldest);
    if (oldest === undefined || guest === undefined) return false;
    if (this.#options.clock() - guest.sinceMs < this.#options.stuckMs) return false;
    this.#ended(oldest, guest);
    this.#refuse(oldest, 'handshake-stuck');
    return true;
  }

  #ended(socket: Socket, guest: Guest): void {
    this.#guests.delete(socket);
    this.#handshakes.delete(guest.name);
    const left = (this.#handshakesOf.get(guest.address) ?? 1) - 1;
    if (left > 0) this.#handshakesOf.set(guest.address, left);
    else this.#handshakesOf.delete(guest.address);
  }

  #secured(secure: Socket): void {
    const socket = this.#handshakes.get(nameOf(secure));
    const guest = socket && this.#guests.get(socket);
    if (socket === undefined || guest === undefined) return;
    this.#ended(socket, guest);
    this.#measure();
    this.#letIn();
  }

  #measure(): void {
    const nowMs = this.#options.clock();
    if (nowMs - this.#windowBeganMs > END_OF_WINDOW_MS) {
      this.#windowBeganMs = nowMs;
      this.#windowHandshakes = 0;
    }
    this.#windowHandshakes += 1;
    this.#handshakesPerSecondMax = Math.max(this.#handshakesPerSecondMax, this.#windowHandshakes);
  }

  #left(socket: Socket): void {
    this.#sockets -= 1;
    const guest = this.#guests.get(socket);
    if (guest === undefined) return;
    if (guest.state === 'waiting') this.#line.leave(guest.address, socket);
    else if (guest.state === 'handshake') this.#ended(socket, guest);
    this.#letIn();
  }
}

const ignore = (): void => undefined;

function nameOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`;
}
