/**
 * The live line to the server: opened by fetch, not EventSource, so that a refusal's status is known and a silent line
 * (the server comments every 15 s) is noticed. Invariants: at most one line is open; after `stop` nothing is called.
 */
import { ApiError } from './http.ts';
import { SseParser, type ServerSentEvent } from './sse-parser.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `retryAtMs`: when the next try starts, on the clock given. */
  | { readonly kind: 'lost'; readonly retryAtMs: number; readonly attempts: number }
  /** The server refused for good (signed out, no permission): no more tries. */
  | { readonly kind: 'refused'; readonly status: number };

export type LiveStreamOptions = {
  readonly open: (signal: AbortSignal) => Promise<Response>;
  readonly onEvent: (event: ServerSentEvent) => void;
  readonly onState: (state: ConnectionState) => void;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Runs once after a delay; returns what cancels it. */
  readonly schedule: (delayMs: number, run: () => void) => () => void;
  readonly silenceMsMax?: number | undefined;
};

const silenceMsMaxDefault = 40_000;
const delayMsMin = 1_000;
const delayMsMax = 30_000;

/** Delay before try `attempt` (from 1): doubled each time, with full jitter over its upper half. */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(delayMsMax, delayMsMin * 2 ** Math.min(attempt - 1, 16));
  return Math.round(ceiling * (0.5 + random / 2));
}

export class LiveStream {
  readonly #options: LiveStreamOptions;
  #controller: AbortController | null = null;
  #cancelTimer: () => void = () => undefined;
  #attempts = 0;
  #stopped = true;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
  }

  /** Opens the line, and opens it again whenever it breaks. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#attempts = 0;
    void this.#connect();
  }

  /** Tries at once instead of waiting for the back-off. */
  retryNow(): void {
    if (this.#stopped || this.#controller !== null) return;
    this.#cancelTimer();
    void this.#connect();
  }

  /** Closes the line for good. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    this.#controller?.abort();
    this.#controller = null;
  }

  async #connect(): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.#options.onState({ kind: 'connecting' });
    let refused: number | null = null;
    try {
      await this.#read(controller);
    } catch (error) {
      // Any failure means the same here, a broken line, shown as such; only a refusal ends the tries.
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) refused = error.status;
    }
    this.#cancelTimer();
    controller.abort();
    if (this.#controller !== controller) return;
    this.#controller = null;
    if (refused !== null) {
      this.#stopped = true;
      this.#options.onState({ kind: 'refused', status: refused });
      return;
    }
    this.#attempts += 1;
    const delayMs = backoffMs(this.#attempts, this.#options.random());
    this.#options.onState({
      kind: 'lost',
      retryAtMs: this.#options.now() + delayMs,
      attempts: this.#attempts,
    });
    this.#cancelTimer = this.#options.schedule(delayMs, () => void this.#connect());
  }

  async #read(controller: AbortController): Promise<void> {
    this.#watch(controller);
    const response = await this.#options.open(controller.signal);
    if (response.body === null || controller.signal.aborted) return;
    this.#attempts = 0;
    this.#options.onState({ kind: 'live' });
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      this.#watch(controller);
      const { done, value } = await reader.read();
      if (done || controller.signal.aborted) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) this.#options.onEvent(event);
    }
  }

  /** Ends the line when it stays silent too long. */
  #watch(controller: AbortController): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.schedule(this.#options.silenceMsMax ?? silenceMsMaxDefault, () =>
      controller.abort(),
    );
  }
}
