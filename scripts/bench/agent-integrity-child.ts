/** Measured by agent-integrity.ts: the integrity source and the spool in a process of their own. Prints one JSON line. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../agent/clock.ts';
import { runSource } from '../../agent/source-runner.ts';
import { createIntegritySource } from '../../agent/sources/integrity/integrity-source.ts';
import { openSpool } from '../../agent/spool/sqlite-spool.ts';

const MIB = 1_048_576;
const QUIET_MS = 2_000;

const [mode = '', tree = '', state = ''] = process.argv.slice(2);
fs.mkdirSync(state, { recursive: true });
const spool = openSpool({
  file: path.join(state, 'spool.db'),
  bytesMax: 1_024 * MIB,
  now: Date.now,
  random: (bytes) => randomBytes(bytes),
});
const floors: number[] = [];
let floorCpuSeconds = 0;
if (mode === 'baseline') {
  const { readAndHash } = await import('./agent-integrity.ts');
  // Once for the cache, then measured before and after.
  readAndHash(tree);
  const cpu = process.cpuUsage();
  floors.push(
    seconds(() => readAndHash(tree)),
    seconds(() => readAndHash(tree)),
  );
  floorCpuSeconds = cpuSeconds(cpu) / floors.length;
}
const stop = new AbortController();
const caughtUp = Promise.withResolvers<number>();
const begun = performance.now();
const cpuBegun = process.cpuUsage();
const running = runSource({
  source: createIntegritySource({ watch: [{ path: tree }], key: Buffer.alloc(32, 7) }),
  spool,
  clock: systemClock,
  random: Math.random,
  signal: stop.signal,
  onEvent: (event) => {
    if (event.kind === 'caught-up') caughtUp.resolve((performance.now() - begun) / 1_000);
    if (event.kind === 'failed') caughtUp.reject(event.error);
  },
});
const baselineSeconds = await caughtUp.promise;
const baselineCpuSeconds = cpuSeconds(cpuBegun);
if (mode === 'watch') await systemClock.sleep(QUIET_MS);
const watchedRssMb = process.memoryUsage.rss() / MIB;
stop.abort();
await running;
spool.close();
process.stdout.write(
  `${JSON.stringify({ baselineSeconds, baselineCpuSeconds, floorCpuSeconds, floorSeconds: floors.reduce((sum, each) => sum + each, 0) / floors.length, watchedRssMb })}\n`,
);

/** Of all threads, since then. */
function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000_000;
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
}
