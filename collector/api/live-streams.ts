/**
 * Open live streams (server-sent events). Invariants: a client that does not read is cut off once its buffer is full,
 * and counted; a stream ends when its credential does; nobody is sent what is outside their scope.
 */
import type { ServerResponse } from 'node:http';
import { type AgencyScope, inScope } from '../registry/agencies.ts';
import { holds } from './access.ts';
import type { ApiLimits } from './dependencies.ts';
import type { ApiEvents, LiveEvent, LiveFeed } from './ports.ts';
import type { Principal } from './principal.ts';

export interface StreamClient {
  response: Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'writableLength' | 'on'>;
  principal: Principal;
  /** The principal as it stands now; undefined when the credential ended. */
  refresh: () => Promise<Principal | undefined>;
}

/** How long the end of a stream may take to reach its client. */
const CLOSE_MS_MAX = 500;

interface OpenStream extends StreamClient {
  scope: AgencyScope;
}

function frame(event: LiveEvent): string {
  const data = event.type === 'alert' ? event.alert : event.agent;
  return `event: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

export class LiveStreams {
  readonly #streams = new Set<OpenStream>();
  readonly #limits: ApiLimits;
  readonly #emit: (event: 'stream.dropped', detail: ApiEvents['stream.dropped']) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: {
    feed: LiveFeed;
    limits: ApiLimits;
    emit: (event: 'stream.dropped', detail: ApiEvents['stream.dropped']) => void;
    onFault: (error: unknown) => void;
  }) {
    this.#limits = options.limits;
    this.#emit = options.emit;
    this.#onFault = options.onFault;
    this.#unsubscribe = options.feed.subscribe((event) => this.#publish(event));
    this.#heartbeat = setInterval(() => this.beat(), options.limits.streamHeartbeatMs);
    this.#heartbeat.unref();
  }

  get open(): number {
    return this.#streams.size;
  }

  /** Whether one more stream of this principal fits the limits; counts the refusal. */
  admits(principal: Principal): boolean {
    let own = 0;
    for (const stream of this.#streams) if (stream.principal.actor === principal.actor) own += 1;
    if (this.#streams.size < this.#limits.streamsMax && own < this.#limits.streamsPerPrincipalMax)
      return true;
    this.#emit('stream.dropped', { reason: 'too-many' });
    return false;
  }

  /** Takes the response over; its head has been written. */
  add(client: StreamClient): void {
    const stream: OpenStream = { ...client, scope: client.principal.scope };
    this.#streams.add(stream);
    client.response.on('close', () => this.#streams.delete(stream));
    client.response.on('error', () => this.#streams.delete(stream)); // the peer went away while we wrote
    this.#write(stream, 'retry: 3000\n\n');
  }

  /** Keeps lines open and ends streams whose credential ended. Runs by itself; tests call it. */
  beat(): void {
    for (const stream of this.#streams) {
      this.#write(stream, ': \n\n');
      this.#recheck(stream).catch(this.#onFault);
    }
  }

  async #recheck(stream: OpenStream): Promise<void> {
    const principal = await stream.refresh();
    if (principal === undefined || !holds(principal, 'live:read')) {
      this.#streams.delete(stream);
      stream.response.end();
      return;
    }
    stream.scope = principal.scope;
  }

  #publish(event: LiveEvent): void {
    if (this.#streams.size === 0) return;
    const text = frame(event);
    const { agencyId } = event.type === 'alert' ? event.alert : event.agent;
    for (const stream of this.#streams) if (inScope(stream.scope, agencyId)) this.#write(stream, text);
  }

  #write(stream: OpenStream, text: string): void {
    const waiting = stream.response.writableLength + Buffer.byteLength(text);
    if (waiting > this.#limits.streamBufferBytesMax) {
      this.#streams.delete(stream);
      stream.response.destroy();
      this.#emit('stream.dropped', { reason: 'slow' });
      return;
    }
    stream.response.write(text);
  }

  /** Ends all streams, and cuts off clients that do not take the end; they come back by themselves. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    const streams = [...this.#streams];
    this.#streams.clear();
    const force = setTimeout(() => {
      for (const { response } of streams) response.destroy();
    }, CLOSE_MS_MAX);
    await Promise.all(
      streams.map(
        ({ response }) =>
          new Promise<void>((resolve) => {
            response.on('close', resolve);
            response.end(resolve);
          }),
      ),
    );
    clearTimeout(force);
  }
}
