/**
 * Open live streams (server-sent events). Invariants: what a stream is behind with is bounded: of one thing the newest
 * is sent, of very many things that they are to be read again; a client that reads nothing from one beat to the next is
 * cut off, and counted; a stream ends when its credential does, or cannot be looked up for some beats; nobody is sent
 * what is outside their scope.
 */
import type { ServerResponse } from 'node:http';
import { type AgencyScope, inScope } from '../registry/agencies.ts';
import { holds } from './access.ts';
import type { Permission } from './permissions.ts';
import { maskRecord } from '../personal/mask-record.ts';
import type { ApiLimits } from './dependencies.ts';
import type { ApiEvents, LiveEvent, LiveFeed } from './ports.ts';
import { seesPersonal } from './personal-answers.ts';
import type { Principal } from './principal.ts';

export interface StreamClient {
  response: Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'writableLength' | 'on'>;
  principal: Principal;
  /** The principal as it stands now; undefined when the credential ended. */
  refresh: () => Promise<Principal | undefined>;
}

/** How long the end of a stream may take to reach its client. */
const CLOSE_MS_MAX = 500;

/** Changes that a stream is sent at once; what comes on top is told together. */
const AT_ONCE_MAX = 20;
const TOGETHER_MS = 250;
/** Different things that may wait for a stream. */
const WAITING_MAX = 200;
/** The share of a stream's buffer from which it is told no more until it has read. */
const FULL_SHARE = 0.25;

/** Beats in a row without an answer on the credential: what cannot be checked is not served for ever. */
const UNCHECKED_MAX = 3;

/** An event as it goes out: its text is made when the first stream takes it, once for however many. */
interface Frame {
  /** A later frame with the same name takes its place. */
  name: string;
  text: () => string;
  /** As it goes to who may not read personal data, where that differs. */
  masked?: (() => string) | undefined;
  /** A list shows it: who reads the list again knows it. */
  isListed: boolean;
  /** Undefined for what is for everybody. */
  agencyId: number | undefined;
  /** Of several agencies: who sees one of them. */
  agencyIds?: readonly number[] | undefined;
  /** What it takes to see it, beyond the stream itself. */
  permission?: Permission | undefined;
}

interface OpenStream extends StreamClient {
  scope: AgencyScope;
  seesPersonal: boolean;
  waiting: Map<string, Frame>;
  /** Frames that may still go out at once. */
  allowed: number;
  /** Bytes unread at the beat before. */
  unread: number;
  /** Beats since the credential was last found out about. */
  unchecked: number;
}

const REFRESH = frame({ type: 'refresh', what: 'alerts' });

function sse(type: string, data: unknown, shown = (all: unknown): unknown => all): () => string {
  let text: string | undefined;
  return () => (text ??= `event: ${type}\ndata: ${JSON.stringify(shown(data))}\n\n`);
}

function frame(event: LiveEvent): Frame {
  switch (event.type) {
    case 'alert': {
      const { alert } = event;
      return {
        name: `alert:${alert.id}`,
        text: sse('alert', alert),
        masked: sse('alert', alert, maskRecord),
        agencyId: alert.agencyId,
        isListed: true,
      };
    }
    case 'agent': {
      const { agent } = event;
      return {
        name: `agent:${agent.id}`,
        text: sse('agent', agent),
        agencyId: agent.agencyId,
        isListed: false,
      };
    }
    case 'case': {
      const { case: news, agencyIds } = event;
      const permission = 'case:read';
      return {
        name: `case:${news.id}`,
        text: sse('case', news),
        agencyId: undefined,
        agencyIds,
        permission,
        isListed: false,
      };
    }
    case 'job': {
      const { job, agencyId, permission } = event;
      return { name: `job:${job.id}`, text: sse('job', job), agencyId, permission, isListed: false };
    }
    case 'refresh':
      return {
        name: 'refresh',
        text: sse('refresh', { what: event.what }),
        agencyId: undefined,
        isListed: false,
      };
  }
}

function textFor(stream: OpenStream, { text, masked }: Frame): string {
  return masked === undefined || stream.seesPersonal ? text() : masked();
}

export class LiveStreams {
  readonly #streams = new Set<OpenStream>();
  readonly #limits: ApiLimits;
  readonly #emit: (event: 'stream.dropped', detail: ApiEvents['stream.dropped']) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #together: NodeJS.Timeout | undefined;

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
    const { scope } = client.principal;
    const stream: OpenStream = {
      ...client,
      scope,
      seesPersonal: seesPersonal(client.principal),
      waiting: new Map(),
      allowed: AT_ONCE_MAX,
      unread: 0,
      unchecked: 0,
    };
    this.#streams.add(stream);
    client.response.on('close', () => this.#streams.delete(stream));
    client.response.on('error', () => this.#streams.delete(stream)); // the peer went away while we wrote
    this.#write(stream, 'retry: 3000\n\n');
  }

  /** Keeps lines open and ends streams whose credential ended. Runs by itself; tests call it. */
  beat(): void {
    for (const stream of this.#streams) {
      const { writableLength } = stream.response;
      if (stream.unread > 0 && writableLength >= stream.unread) {
        this.#cutOff(stream);
        continue;
      }
      if (stream.unchecked >= UNCHECKED_MAX) {
        this.#end(stream);
        continue;
      }
      stream.unread = writableLength;
      stream.unchecked += 1;
      this.#write(stream, ': \n\n');
      this.#recheck(stream).catch(this.#onFault);
    }
  }

  #end(stream: OpenStream): void {
    this.#streams.delete(stream);
    stream.response.end();
  }

  async #recheck(stream: OpenStream): Promise<void> {
    const principal = await stream.refresh();
    stream.unchecked = 0;
    if (principal === undefined || !holds(principal, 'live:read')) {
      this.#end(stream);
      return;
    }
    stream.scope = principal.scope;
    stream.seesPersonal = seesPersonal(principal);
    stream.principal = principal;
  }

  #publish(event: LiveEvent): void {
    if (this.#streams.size === 0) return;
    const made = frame(event);
    for (const stream of this.#streams) if (sees(stream, made)) this.#tell(stream, made);
    this.#together ??= setTimeout(() => this.#tellWaiting(), TOGETHER_MS).unref();
  }

  #tell(stream: OpenStream, made: Frame): void {
    if (stream.waiting.size === 0 && stream.allowed > 0 && !this.#isFull(stream)) {
      stream.allowed -= 1;
      this.#write(stream, textFor(stream, made));
      return;
    }
    // What is to be read again holds this too.
    if (made.isListed && stream.waiting.has(REFRESH.name)) return;
    // The order is that of the newest change.
    stream.waiting.delete(made.name);
    stream.waiting.set(made.name, made);
    if (stream.waiting.size <= WAITING_MAX) return;
    stream.waiting.clear();
    stream.waiting.set(REFRESH.name, REFRESH);
  }

  /** What has come together since the last time. */
  #tellWaiting(): void {
    this.#together = undefined;
    let behind = false;
    for (const stream of this.#streams) {
      stream.allowed = AT_ONCE_MAX;
      for (const made of stream.waiting.values()) {
        if (this.#isFull(stream)) break;
        stream.waiting.delete(made.name);
        if (sees(stream, made)) this.#write(stream, textFor(stream, made));
      }
      behind ||= stream.waiting.size > 0;
    }
    if (behind) this.#together = setTimeout(() => this.#tellWaiting(), TOGETHER_MS).unref();
  }

  #isFull({ response }: OpenStream): boolean {
    return response.writableLength > this.#limits.streamBufferBytesMax * FULL_SHARE;
  }

  #write(stream: OpenStream, text: string): void {
    const waiting = stream.response.writableLength + Buffer.byteLength(text);
    if (waiting > this.#limits.streamBufferBytesMax) this.#cutOff(stream);
    else stream.response.write(text);
  }

  #cutOff(stream: OpenStream): void {
    this.#streams.delete(stream);
    stream.response.destroy();
    this.#emit('stream.dropped', { reason: 'slow' });
  }

  /** Ends all streams, and cuts off clients that do not take the end; they come back by themselves. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#together);
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

function sees({ scope, principal }: OpenStream, { agencyId, agencyIds, permission }: Frame): boolean {
  if (permission !== undefined && !holds(principal, permission)) return false;
  if (agencyIds !== undefined) return agencyIds.some((id) => inScope(scope, id));
  return agencyId === undefined || inScope(scope, agencyId);
}
