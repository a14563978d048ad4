/**
 * Debian's auditd with settings and a log of its own, which does not touch those of the machine. There is one auditd per
 * kernel: where another runs, or rules of ours are loaded, nothing is started. What was changed in the kernel is put back.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../../agent/host/run-program.ts';
import { parseRules, parseStatus } from '../../agent/audit/audit-state.ts';

/** Keys of rules that tests load. */
export const TEST_KEY = 'vonggac-test';

function auditctl(...args: readonly string[]): string {
  return execFileSync(findProgram('auditctl') ?? 'auditctl', [...args], { encoding: 'utf8', stdio: 'pipe' });
}

/** Why auditd cannot be run here; undefined when it can. */
export function auditdMissing(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  if (findProgram('auditd') === undefined || findProgram('auditctl') === undefined)
    return 'auditd is not installed';
  try {
    const { pid, enabled } = parseStatus(auditctl('-s'));
    if (pid !== 0) return 'another auditd runs';
    if (enabled === 2) return 'the audit is locked';
    return parseRules(auditctl('-l')).rules.size > 0 ? 'audit rules of the agent are loaded' : undefined;
  } catch (error) {
    return `the kernel does not let: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

const settings = (folder: string): string => `local_events = yes
write_logs = yes
log_file = ${path.join(folder, 'audit.log')}
log_group = root
log_format = RAW
flush = INCREMENTAL_ASYNC
freq = 50
max_log_file = 8
num_logs = 10
priority_boost = 0
name_format = NONE
max_log_file_action = ROTATE
space_left = 2
space_left_action = IGNORE
admin_space_left = 1
admin_space_left_action = IGNORE
disk_full_action = IGNORE
disk_error_action = IGNORE
q_depth = 2000
overflow_action = IGNORE
plugin_dir = ${path.join(folder, 'plugins.d')}
end_of_event_timeout = 2
`;

export class RealAuditd {
  readonly log: string;
  readonly #child: ChildProcess;
  readonly #enabled: number;
  readonly #keys = new Set<string>();

  private constructor(folder: string, child: ChildProcess, enabled: number) {
    this.log = path.join(folder, 'audit.log');
    this.#child = child;
    this.#enabled = enabled;
    // A test run that is broken off must not leave it behind.
    process.once('exit', () => child.kill());
  }

  /** @param folder of the caller, who removes it. @throws when it does not start */
  static async start(folder: string): Promise<RealAuditd> {
    const { enabled } = parseStatus(auditctl('-s'));
    fs.mkdirSync(path.join(folder, 'plugins.d'));
    fs.writeFileSync(path.join(folder, 'auditd.conf'), settings(folder), { mode: 0o640 });
    const child = spawn(findProgram('auditd') ?? 'auditd', ['-n', '-s', 'enable', '-c', folder], {
      stdio: 'ignore',
    });
    const auditd = new RealAuditd(folder, child, enabled);
    const deadline = Date.now() + 60_000;
    while (parseStatus(auditctl('-s')).pid !== child.pid) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await auditd.stop();
        throw new Error(`auditd has not started (exit code ${child.exitCode})`);
      }
      await sleep(20); // the pace of asking, not a wait for luck
    }
    return auditd;
  }

  /** @param rule without its key, e.g. `-a always,exit -F arch=b64 -S execve`. */
  addRule(rule: string, name: string): void {
    const key = `${TEST_KEY}-${name}`;
    this.#keys.add(key);
    auditctl(...rule.split(' '), '-F', `key=${key}`);
  }

  /** Begins a new log, as auditd does when one is full. */
  async rotate(): Promise<void> {
    const before = fs.statSync(this.log).ino;
    this.#child.kill('SIGUSR1');
    const deadline = Date.now() + 60_000;
    while (fs.statSync(this.log, { throwIfNoEntry: false })?.ino === before && Date.now() < deadline) {
      await sleep(10); // the pace of asking
    }
  }

  /** Ends it and puts the kernel back as it was. */
  async stop(): Promise<void> {
    for (const key of this.#keys) auditctl('-D', '-k', key);
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exited;
    }
    auditctl('-e', String(this.#enabled));
  }
}
