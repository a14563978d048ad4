/** The real transport: a WebSocket over a pinned TLS connection. Silence longer than allowed ends it. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { LIMITS } from '#protocol/limits.ts';
import { AGENT_PATH, SUBPROTOCOL } from '#protocol/version.ts';
import { mustParseAddress } from './address.ts';
import { connectPinned, peerFingerprint } from './pinned-socket.ts';
import type { PinnedTarget } from './pinned-socket.ts';
import { ConnectError } from './transport.ts';
import type { LineEnd, Transport, TransportClose, TransportListener } from './transport.ts';
import { monotonicNow } from '../monotonic-now.ts';

/** Until a policy says otherwise. */
const IDLE_MS_DEFAULT = 60_000;
/** How long a closing handshake may take before the socket is cut. */
const CLOSE_MS_MAX = 500;

/** @throws ConnectError, PinMismatchError */
export async function connectWs(target: PinnedTarget): Promise<Transport> {
  const socket = await connectPinned(target);
  const { authority } = mustParseAddress(target.url);
  const ws = new WebSocket(`wss://${authority}${AGENT_PATH}`, [SUBPROTOCOL], {
    createConnection: () => socket,
    maxPayload: LIMITS.controlBytesMax,
    perMessageDeflate: false,
    handshakeTimeout: target.connectMsMax,
  });
  await opened(ws, target.signal);
  const { remoteAddress: address, remotePort: port } = socket;
  const lineEnd = address === undefined || port === undefined ? undefined : { address, port };
  return new WsTransport(ws, peerFingerprint(socket), lineEnd);
}

function opened(ws: WebSocket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      signal?.removeEventListener('abort', onAbort);
      ws.off('open', onOpen);
      ws.off('error', onError);
      ws.off('unexpected-response', onResponse);
    };
    const fail = (error: ConnectError): void => {
      settle();
      ws.on('error', () => undefined);
      ws.terminate();
      reject(error);
    };
    const onOpen = (): void => {
      settle();
      resolve();
    };
    const onError = (cause: Error): void => {
      fail(new ConnectError(`the collector refused the session: ${cause.message}`, { cause }));
    };
    const onResponse = (_: unknown, response: IncomingMessage): void => {
      const seconds = Number.parseInt(response.headers['retry-after'] ?? '', 10);
      const retryAfterMs = Number.isNaN(seconds) ? undefined : seconds * 1_000;
      fail(
        new ConnectError(`the collector answered HTTP ${response.statusCode ?? '?'} instead of a session`, {
          retryAfterMs,
        }),
      );
    };
    const onAbort = (): void => fail(new ConnectError('stopped'));
    ws.on('open', onOpen);
    ws.on('error', onError);
    ws.on('unexpected-response', onResponse);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}

type Arrival = { text: string } | { close: TransportClose };

class WsTransport implements Transport {
  readonly peerFingerprint: string;
  readonly lineEnd: LineEnd | undefined;
  readonly #ws: WebSocket;
  #listener: TransportListener | undefined;
  #early: Arrival[] = [];
  #closed = false;
  #closeReason: string | undefined;
  #heardAt = monotonicNow();
  #idleMsMax = IDLE_MS_DEFAULT;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(ws: WebSocket, peerFingerprint: string, lineEnd: LineEnd | undefined) {
    this.#ws = ws;
    this.lineEnd = lineEnd;
    this.peerFingerprint = peerFingerprint;
    ws.on('message', (data, isBinary) => {
      this.#heard();
      // ws hands out text as one Buffer, its default.
      if (isBinary || !(data instanceof Buffer)) this.#abandon('the collector sent a binary message');
      else this.#deliver({ text: data.toString('utf8') });
    });
    ws.on('ping', () => this.#heard());
    ws.on('pong', () => this.#heard());
    ws.on('error', (error) => {
      this.#closeReason ??= error.message;
    });
    ws.on('close', (status, reason) => {
      clearTimeout(this.#idleTimer);
      this.#deliver({ close: { status, reason: this.#closeReason ?? reason.toString('utf8') } });
    });
    this.#watchSilence();
  }

  send(message: string | Buffer): void {
    // After closing nothing can be sent; the listener hears of the close.
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(message);
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const arrival of early) this.#deliver(arrival);
  }

  setIdleMsMax(ms: number): void {
    this.#idleMsMax = ms;
    this.#watchSilence();
  }

  close(): void {
    if (this.#ws.readyState === WebSocket.CLOSED) return;
    this.#ws.close(1000);
    const cut = setTimeout(() => this.#ws.terminate(), CLOSE_MS_MAX);
    this.#ws.once('close', () => clearTimeout(cut));
  }

  #deliver(arrival: Arrival): void {
    if (this.#closed) return;
    if (this.#listener === undefined) {
      this.#early.push(arrival);
      return;
    }
    if ('text' in arrival) {
      this.#listener.onText(arrival.text);
      return;
    }
    this.#closed = true;
    this.#listener.onClose(arrival.close);
  }

  #heard(): void {
    this.#heardAt = monotonicNow();
  }

  #abandon(reason: string): void {
    this.#closeReason ??= reason;
    this.#ws.terminate();
  }

  /** Asks for a sign of life after half the allowed silence, gives up after all of it. */
  #watchSilence(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      const silentMs = monotonicNow() - this.#heardAt;
      if (silentMs >= this.#idleMsMax) {
        this.#abandon(`nothing heard from the collector for ${Math.round(silentMs)} ms`);
        return;
      }
      if (silentMs >= this.#idleMsMax / 2 && this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
      this.#watchSilence();
    }, this.#idleMsMax / 4);
  }
}
