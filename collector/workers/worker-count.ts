/** How many threads make rows of what agents send, beside the main thread. */

/** More do not help: the main thread is full then. */
export const WORKERS_MAX = 16;
const WORKERS_BY_DEFAULT_MAX = 4;
/** For the main thread and for the engine: a machine that has no more gains nothing, and saves the workers' memory. */
const OTHER_CORES = 2;

/** @param setting VONGGAC_WORKERS @param cores that this process may use */
export function workerCount(setting: number | undefined, cores: number): number {
  return setting ?? Math.max(0, Math.min(cores - OTHER_CORES, WORKERS_BY_DEFAULT_MAX));
}
