/**
 * Our rules beside those of the host: written as a file of their own, loaded, taken back. Invariants: no other file is
 * touched; of the kernel's rules only those with our keys are; what cannot be loaded is undone.
 */
import fs from 'node:fs';
import path from 'node:path';
import { at, type Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { writeAtomic } from '../write-atomic.ts';
import { readAuditState } from './audit-state.ts';
import { findConflicts, type RuleConflict } from './rule-conflicts.ts';

export const RULES_FOLDER = '/etc/audit/rules.d';
export const RULES_NAME = '60-vonggac.rules';
const MODE = 0o640;

export type LoadResult =
  | { kind: 'loaded' }
  /** The kernel's rules are locked: they hold from the next start of the system. */
  | { kind: 'locked' }
  /** There is nothing here to load them with. */
  | { kind: 'no-program' }
  | { kind: 'failed'; reason: string };

export type RulesPlan =
  | { kind: 'no-folder'; folder: string }
  | { kind: 'plan'; file: string; before: string | undefined; conflicts: readonly RuleConflict[] };

/** What is there now. @throws when it cannot be read */
export function planRules(host: Pick<Host, 'root'>): RulesPlan {
  const folder = at(host, RULES_FOLDER);
  if (!fs.existsSync(folder)) return { kind: 'no-folder', folder };
  const file = path.join(folder, RULES_NAME);
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  return { kind: 'plan', file, before, conflicts: findConflicts(folder, RULES_NAME) };
}

/**
 * @param after undefined takes the rules away.
 * @throws when the file cannot be written
 */
export async function applyRules(
  host: Host,
  { file, before }: { file: string; before: string | undefined },
  after: string | undefined,
): Promise<LoadResult> {
  replace(file, after);
  const result = await load(host, file, after !== undefined);
  if (result.kind !== 'failed') return result;
  replace(file, before);
  await load(host, file, before !== undefined);
  return result;
}

function replace(file: string, text: string | undefined): void {
  if (text === undefined) fs.rmSync(file, { force: true });
  else writeAtomic(file, text, { mode: MODE, durable: true });
}

async function load(host: Host, file: string, present: boolean): Promise<LoadResult> {
  const reading = await readAuditState(host);
  if (reading.kind === 'absent') return { kind: 'no-program' };
  if (reading.kind === 'failed') return reading;
  // What the next start of the system loads; without the program it is somebody else's to put together.
  const merged = await host.run('augenrules', []);
  const problem = merged.kind === 'absent' ? undefined : whyNot('augenrules', merged);
  if (problem !== undefined) return { kind: 'failed', reason: problem };
  if (reading.state.enabled === 2) return { kind: 'locked' };
  for (const key of reading.state.rules.keys()) {
    const reason = whyNot('auditctl', await host.run('auditctl', ['-D', '-k', key]));
    if (reason !== undefined) return { kind: 'failed', reason };
  }
  if (!present) return { kind: 'loaded' };
  const reason = whyNot('auditctl', await host.run('auditctl', ['-R', file]));
  return reason === undefined ? { kind: 'loaded' } : { kind: 'failed', reason };
}
