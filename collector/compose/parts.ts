/**
 * The parts that run now. They stop in the reverse order of their start, so that what was accepted is stored before what
 * stores it goes; one that does not stop well does not keep the others from stopping.
 */
type Work = Promise<void> | void;

/** What runs for as long as the collector does. */
export interface Part {
  start?(): Work;
  stop(): Work;
}

export interface PartEvents {
  onStarted: (part: string) => void;
  onStopped: (part: string) => void;
  onFault: (part: string, error: unknown) => void;
}

export class Parts {
  readonly #running: { name: string; stop: () => Work }[] = [];
  #events: PartEvents | undefined;
  #stopping: Promise<void> | undefined;

  /** Whom to tell from now on. */
  tell(events: PartEvents | undefined): void {
    this.#events = events;
  }

  /** Starts it; a part whose start fails is not one that runs. */
  async start<P extends Part>(name: string, part: P): Promise<P> {
    await part.start?.();
    this.runs(name, () => part.stop());
    return part;
  }

  /** Something runs already. */
  runs(name: string, stop: () => Work): void {
    this.#running.push({ name, stop });
    this.#events?.onStarted(name);
  }

  /** Stops everything, the last first. Calling it again waits for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    for (let part = this.#running.pop(); part !== undefined; part = this.#running.pop()) {
      try {
        await part.stop();
        this.#events?.onStopped(part.name);
      } catch (error) {
        this.#events?.onFault(part.name, error);
      }
    }
  }
}
