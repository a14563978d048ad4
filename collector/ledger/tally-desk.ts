/**
 * Takes in what agents have counted and writes it down, many accounts in one transaction: ten thousand agents tell
 * theirs each minute, and a commit costs a sync of the disk. Invariant: an account counts as told only once it is
 * written; one that cannot be written is told again by its agent.
 */
export interface DeskPorts<A> {
  /** One transaction. @returns ids of agents whose accounts are not taken */
  write: (accounts: readonly A[]) => Promise<string[]>;
  onError: (error: unknown) => void;
}

const ACCOUNTS_PER_WRITE = 50;

export class TallyDesk<A extends { agentId: string }> {
  readonly #ports: DeskPorts<A>;
  readonly #lingerMs: number;
  #waiting: { account: A; done: (written: boolean) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(ports: DeskPorts<A>, lingerMs: number) {
    this.#ports = ports;
    this.#lingerMs = lingerMs;
  }

  /** Resolves with true once it is written down; false when it was not. Never rejects. */
  take(account: A): Promise<boolean> {
    return new Promise((done) => {
      this.#waiting.push({ account, done });
      this.#timer ??= setTimeout(() => void this.flush(), this.#lingerMs);
    });
  }

  /** Writes everything taken so far. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0 || this.#running !== undefined) {
      this.#running ??= this.#write().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async #write(): Promise<void> {
    const part = this.#waiting.splice(0, ACCOUNTS_PER_WRITE);
    try {
      const refused = new Set(await this.#ports.write(part.map(({ account }) => account)));
      for (const { account, done } of part) done(!refused.has(account.agentId));
    } catch (error) {
      this.#ports.onError(error);
      for (const { done } of part) done(false);
    }
  }
}
