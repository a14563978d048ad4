/**
 * Tells a watch outside that this collector lives, again and again: its silence tells of the collector's death, which no
 * message of its own could. Invariants: it is silent too while the collector cannot do its work; nothing but the call
 * itself leaves; no redirection is followed.
 */

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';

export interface HeartbeatOptions {
  url: string;
  everyMs: number;
  timeoutMs: number;
  /** Whether events are stored now. */
  isWell: () => Promise<boolean>;
  /** Told when it changes: undefined, it is heard; else why not. */
  onChange: (problem: string | undefined) => void;
}

const UNWELL = 'the collector is not ready: it keeps silent';

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  #beating: Promise<void> | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.beat(), this.#options.everyMs);
    this.#timer.unref();
    void this.beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  /** One call; one that is still under way is waited for instead. */
  beat(): Promise<void> {
    this.#beating ??= this.#call().then((problem) => {
      this.#beating = undefined;
      if (problem === this.#problem) return;
      this.#problem = problem;
      this.#options.onChange(problem);
    });
    return this.#beating;
  }

  /** @returns why it was not heard; undefined: it was */
  async #call(): Promise<string | undefined> {
    const { url, timeoutMs, isWell } = this.#options;
    try {
      if (!(await isWell())) return UNWELL;
      const { request } = url.startsWith('https:') ? https : http;
      // A connection of its own: one that was kept might be gone a minute later.
      const call = request(url, {
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { 'user-agent': 'vonggac' },
      });
      call.end();
      const [response] = (await once(call, 'response')) as [http.IncomingMessage];
      const { statusCode = 0 } = response;
      response.destroy();
      return statusCode >= 200 && statusCode < 300 ? undefined : `the watch answers ${statusCode}`;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return error.message;
    }
  }
}
