/**
 * Sends the head of the audit trail to where it is kept, soon after it has moved and once a day in any case, so that
 * silence there means something. Invariants: one look at a time; each place by itself: one that fails is tried again
 * at every look and holds up no other.
 */
import type { Anchor } from './anchor.ts';
import { anchorLine } from './anchor.ts';
import { type HeadTarget, headTargetText } from './head-target.ts';

const DAY_MS = 86_400_000;

export interface HeadPlace {
  target: string;
  /** Null: not since the start. */
  sentMs: number | null;
  sentSeq: number | null;
  /** Since when it has not been reached; null while it is. */
  failingSinceMs: number | null;
  problem: string | null;
}

export interface HeadSenderOptions {
  targets: readonly HeadTarget[];
  head: () => Promise<Anchor>;
  send: (target: HeadTarget, line: string) => Promise<void>;
  /** No more often than this while all is well. */
  everyMs: number;
  /** Between looks, and between tries. */
  lookMs: number;
  now: () => number;
  onSent: (place: HeadPlace) => void;
  onProblem: (error: unknown) => void;
}

export class HeadSender {
  readonly #options: HeadSenderOptions;
  readonly #places: { target: HeadTarget; place: HeadPlace }[];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: HeadSenderOptions) {
    this.#options = options;
    this.#places = options.targets.map((target) => ({
      target,
      place: {
        target: headTargetText(target),
        sentMs: null,
        sentSeq: null,
        failingSinceMs: null,
        problem: null,
      },
    }));
  }

  get places(): readonly HeadPlace[] {
    return this.#places.map(({ place }) => ({ ...place }));
  }

  start(): void {
    if (this.#places.length === 0) return;
    this.#timer = setInterval(() => void this.look(), this.#options.lookMs);
    this.#timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Sends what is due. @param all also what is not due */
  look(all = false): Promise<readonly HeadPlace[]> {
    const mine = this.#running.then(async () => {
      try {
        const head = await this.#options.head();
        const due = this.#places.filter(({ place }) => all || this.#isDue(place, head));
        await Promise.all(due.map(async ({ target, place }) => this.#send(target, place, head)));
      } catch (error) {
        this.#options.onProblem(error);
      }
    });
    this.#running = mine;
    return mine.then(() => this.places);
  }

  #isDue({ sentMs, sentSeq, failingSinceMs }: HeadPlace, { seq }: Anchor): boolean {
    if (sentMs === null || failingSinceMs !== null) return true;
    const passedMs = this.#options.now() - sentMs;
    // A clock that was set back makes it due: what is sent too often harms nobody.
    return passedMs < 0 || passedMs >= DAY_MS || (seq !== sentSeq && passedMs >= this.#options.everyMs);
  }

  async #send(target: HeadTarget, place: HeadPlace, head: Anchor): Promise<void> {
    const { send, now, onSent } = this.#options;
    try {
      await send(target, anchorLine(head));
      Object.assign(place, { sentMs: now(), sentSeq: head.seq, failingSinceMs: null, problem: null });
    } catch (error) {
      place.failingSinceMs ??= now();
      place.problem = error instanceof Error ? error.message : String(error);
    }
    onSent({ ...place });
  }
}
