/** A line between two peers that a test can cut, hold still and mend: a TCP forwarder on loopback. */
import net from 'node:net';

export class TcpLine {
  readonly #server: net.Server;
  readonly #pairs = new Set<{ near: net.Socket; far: net.Socket }>();
  #state: 'whole' | 'cut' | 'held' = 'whole';
  /** How often connections were broken or held. */
  readonly broken = { cut: 0, held: 0 };

  private constructor(server: net.Server) {
    this.#server = server;
  }

  static async to(upstream: { host: string; port: number }): Promise<TcpLine> {
    const server = net.createServer();
    const line = new TcpLine(server);
    server.on('connection', (near) => line.#join(near, upstream));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Connections now. */
  get connections(): number {
    return this.#pairs.size;
  }

  #join(near: net.Socket, upstream: { host: string; port: number }): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = net.connect(upstream);
    const pair = { near, far };
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.pipe(near);
    if (this.#state === 'held') this.#pause(pair);
  }

  #pause({ near, far }: { near: net.Socket; far: net.Socket }): void {
    near.unpipe(far).pause();
    far.unpipe(near).pause();
  }

  /** Breaks what is connected, wherever in a frame it is, and lets nobody through. */
  cut(): void {
    this.#state = 'cut';
    this.broken.cut += this.#pairs.size;
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Keeps everything connected and moves no byte, as a dead modem does. */
  hold(): void {
    this.#state = 'held';
    this.broken.held += this.#pairs.size;
    for (const pair of this.#pairs) this.#pause(pair);
  }

  mend(): void {
    const held = this.#state === 'held';
    this.#state = 'whole';
    if (!held) return;
    for (const { near, far } of this.#pairs) {
      near.pipe(far);
      far.pipe(near);
    }
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
