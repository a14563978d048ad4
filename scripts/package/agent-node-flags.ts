/**
 * One heap of glibc for all threads: each of the others keeps pages, some 1 to 2 MB in all. What is freed at its top or was
 * large goes back to the system at once, which glibc else does later and later: another 1 MB. A host may choose otherwise.
 */
export const AGENT_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};

/**
 * Flags of the runtime under the shipped agent. It lives long and does little, so memory is worth more than speed:
 * without optimised code (and the compilers' own pages) it is 15 MB smaller, and at 1,000 events a second costs the same
 * CPU; what it is slower at (baselines, catching up after months) goes at the governor's pace anyway. A small young
 * generation keeps garbage from spreading over pages that are then resident for good, and the agent may ask for a
 * collection when it has started. That Node 22 calls SQLite an
 * experiment is no news to who reads the log of a host.
 */
export const AGENT_NODE_FLAGS: readonly string[] = [
  '--lite-mode',
  '--max-semi-space-size=1',
  '--expose-gc',
  '--disable-warning=ExperimentalWarning',
];
