/**
 * Rollouts at work: looks now and then whether the next ring may have the release, or nobody any more. Several collectors may run
 * it: each move is one transaction that looks first.
 */
import type { Registry } from '../../registry/database.ts';
import { type GateMove, passGate } from '../../registry/updates/rollouts.ts';

const LOOK_MS = 20_000;

export interface UpdateServiceOptions {
  registry: Registry;
  onMove: (move: GateMove) => void;
  onFault: (error: unknown) => void;
}

export class UpdateService {
  readonly #options: UpdateServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: UpdateServiceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Looks follow one another; what fails is said, and tried again at the next. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { registry, onMove, onFault } = this.#options;
    try {
      const move = await passGate(registry);
      if (move !== undefined) onMove(move);
    } catch (error) {
      onFault(error);
    }
  }
}
