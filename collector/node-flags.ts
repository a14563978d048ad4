/**
 * How Node runs the collector, for CPU and memory at a high rate of events. Measured with the ingest benchmark.
 */
import { spawnSync } from 'node:child_process';

export const COLLECTOR_NODE_FLAGS: readonly string[] = [
  // The nursery for short-lived objects is kept small: by default it grows while rules load, and never shrinks below
  // what it once took; 70 to 110 MB less at 20,000 events a second for the same work.
  '--max-semi-space-size=16',
  // The nursery is cleared in one to three milliseconds; four helpers that wait for each other take several times the CPU.
  '--no-parallel-scavenge',
  // Left to itself the runtime takes events for long-lived while it warms up and makes them among the old objects ever
  // after, with all they refer to: what is promoted is three to four times as much.
  '--no-allocation-site-pretenuring',
  // The rules' 170 MB are looked through when half as much has come, not a tenth: every second or so before.
  '--heap-growing-percent=50',
];

/** Options before the command that take the next argument. */
const WITH_VALUE = new Set(['--data', '--lang']);

function accepts(node: string, flags: readonly string[]): boolean {
  return spawnSync(node, [...flags, '--version'], { stdio: 'ignore' }).status === 0;
}

/** Those of the flags that this Node knows: it would end at any other, and its engine drops and renames them. */
export function knownNodeFlags(
  flags: readonly string[] = COLLECTOR_NODE_FLAGS,
  node: string = process.execPath,
): readonly string[] {
  return accepts(node, flags) ? flags : flags.filter((flag) => accepts(node, [flag]));
}

/** The flags that a command of `vonggac` wants: only the collector lives long enough to be worth a second start of Node. */
export function nodeFlagsFor(args: readonly string[]): readonly string[] {
  const command = args.find((arg, at) => !arg.startsWith('-') && !WITH_VALUE.has(args[at - 1] ?? ''));
  return command === 'start' ? knownNodeFlags() : [];
}
