/**
 * A connected, ordered pipe of messages to one collector, whose certificate has been checked.
 * The session knows only this; the real one is ws-transport.ts, tests script a fake.
 */
export interface Transport {
  /** SHA-256 of the certificate the collector showed (DER), lower-case hex. */
  readonly peerFingerprint: string;
  /** Where the line ends, by address; undefined where that is not known. */
  readonly lineEnd?: LineEnd | undefined;
  /** Control messages go as text, batch frames as bytes. */
  send(message: string | Buffer): void;
  /** Sets the one listener; what arrived before is delivered to it first. */
  listen(listener: TransportListener): void;
  /** Silence after which the line is given up, milliseconds. */
  setIdleMsMax(ms: number): void;
  /** Ends the connection; `onClose` follows, soon even when the peer does not answer. */
  close(): void;
}

/** Where the line of a session ends: the collector, or the proxy on the way to it. */
export interface LineEnd {
  address: string;
  port: number;
}

export interface TransportListener {
  onText(text: string): void;
  /** Called once, nothing follows. */
  onClose(close: TransportClose): void;
}

export interface TransportClose {
  /** WebSocket close status, when there was one. */
  status?: number | undefined;
  reason: string;
}

/** Where the way to a collector ends. */
export type ConnectProblem =
  | 'unreachable'
  | 'proxy-unreachable'
  /** It wants other credentials, or some. */
  | 'proxy-auth'
  | 'proxy-refused'
  | 'proxy-timeout';

/** The collector cannot be reached, or does not behave like one. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly problem: ConnectProblem;
  /** The collector asked to come back no earlier, milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: {
      cause?: unknown;
      problem?: ConnectProblem | undefined;
      retryAfterMs?: number | undefined;
    } = {},
  ) {
    super(message, options);
    this.problem = options.problem ?? 'unreachable';
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Another certificate than the pinned one: nothing was sent. */
export class PinMismatchError extends Error {
  override readonly name = 'PinMismatchError';
  readonly expected: string;
  readonly seen: string;
  /** The certificate that was shown instead (DER); undefined: none. */
  readonly shown: Uint8Array | undefined;

  constructor(expected: string, seen: string, shown?: Uint8Array) {
    super(`the collector's certificate is ${seen}, expected ${expected}`);
    this.shown = shown;
    this.expected = expected;
    this.seen = seen;
  }
}
