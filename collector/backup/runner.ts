/** One backup at a time inside a running collector: begun by a command, followed by it, finished with or without it. */
import type { BackupProgress, BackupSize } from './create-backup.ts';

export type BackupState =
  | { state: 'idle' }
  | { state: 'running'; name: string; progress: BackupProgress | undefined }
  | { state: 'done'; name: string; bytes: number; eventsMin: number; eventsMax: number }
  | { state: 'failed'; name: string; message: string };

export interface BackupOutcome {
  bytes: number;
  eventsMin: number;
  eventsMax: number;
}

export class BackupRunner {
  /** Where backups lie. */
  readonly folder: string;
  /** What the next one would take. */
  readonly size: () => Promise<BackupSize>;
  readonly #make: (name: string, onProgress: (progress: BackupProgress) => void) => Promise<BackupOutcome>;
  readonly #onFailure: (error: unknown) => void;
  #state: BackupState = { state: 'idle' };
  #running: Promise<void> | undefined;

  constructor(options: {
    folder: string;
    size: () => Promise<BackupSize>;
    make: (name: string, onProgress: (progress: BackupProgress) => void) => Promise<BackupOutcome>;
    onFailure: (error: unknown) => void;
  }) {
    this.folder = options.folder;
    this.size = options.size;
    this.#make = options.make;
    this.#onFailure = options.onFailure;
  }

  get state(): BackupState {
    return this.#state;
  }

  /** @returns false when one is under way already */
  begin(name: string): boolean {
    if (this.#running !== undefined) return false;
    this.#state = { state: 'running', name, progress: undefined };
    this.#running = this.#run(name).finally(() => (this.#running = undefined));
    return true;
  }

  async #run(name: string): Promise<void> {
    try {
      const outcome = await this.#make(
        name,
        (progress) => (this.#state = { state: 'running', name, progress }),
      );
      this.#state = { state: 'done', name, ...outcome };
    } catch (error) {
      this.#onFailure(error);
      this.#state = {
        state: 'failed',
        name,
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }
}
