/** Lets built packs go when their time is over, and what no job knows of: work that was cancelled, failed or cut off. */
import type { Registry } from '../../registry/database.ts';
import { PACK_KIND } from './inspection-jobs.ts';
import { PACK_LIMITS } from './pack-builder.ts';
import type { PackFolders } from './pack-folders.ts';

const LOOK_MS = 600_000;

export interface PackKeeperOptions {
  registry: Registry;
  folders: PackFolders;
  onFault: (error: unknown) => void;
}

export class PackKeeper {
  readonly #options: PackKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: PackKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  look(): Promise<void> {
    this.#running = this.#running.then(() => this.#look()).catch(this.#options.onFault);
    return this.#running;
  }

  async #look(): Promise<void> {
    const { registry, folders } = this.#options;
    for (const { id, isBuilt } of await folders.ids()) {
      const job = await registry.db
        .selectFrom('job')
        .select(['state', 'ended_ms as endedMs'])
        .where('id', '=', id)
        .where('kind', '=', PACK_KIND)
        .executeTakeFirst();
      const isUnderWay = job?.state === 'queued' || job?.state === 'running';
      const isFresh = job?.state === 'done' && (job.endedMs ?? 0) + PACK_LIMITS.keptMs > registry.now();
      if (!isUnderWay && !(isBuilt && isFresh)) await folders.drop(id);
    }
  }
}
