/** A line of its own between a browser or an agent and the collector: it can be cut, and held still as a bad one is. */
import net from 'node:net';
import { once } from 'node:events';

export class Line {
  readonly #server: net.Server;
  readonly #pairs = new Set<readonly [net.Socket, net.Socket]>();
  #state: 'open' | 'cut' | 'held' = 'open';
  readonly url: string;

  private constructor(server: net.Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @param url of the collector @param host address that the line is called at */
  static async open(url: string, host = '127.0.0.1'): Promise<Line> {
    const to = new URL(url);
    const server = net.createServer();
    server.listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const line = new Line(server, `https://${host}:${port}`);
    server.on('connection', (near) => line.#join(near, net.connect(Number(to.port), to.hostname)));
    return line;
  }

  #join(near: net.Socket, far: net.Socket): void {
    if (this.#state === 'cut') {
      near.destroy();
      far.destroy();
      return;
    }
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    // A line that breaks is what this is for.
    for (const end of pair)
      end
        .on('error', () => undefined)
        .on('close', () => {
          this.#pairs.delete(pair);
          near.destroy();
          far.destroy();
        });
    if (this.#state === 'held') this.#still(pair);
  }

  #still([near, far]: readonly [net.Socket, net.Socket]): void {
    far.unpipe(near);
    far.pause();
  }

  /** Nobody is reached, and what was open breaks. */
  cut(): void {
    this.#state = 'cut';
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Requests go out and no answer comes. */
  hold(): void {
    this.#state = 'held';
    for (const pair of this.#pairs) this.#still(pair);
  }

  /** As before; answers that were held come now. */
  restore(): void {
    this.#state = 'open';
    for (const [near, far] of this.#pairs) far.pipe(near);
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
