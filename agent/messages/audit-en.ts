/** What is said about the audit, in English. */
import type { RuleConflict } from '../audit/rule-conflicts.ts';
import { windowsAuditEn } from './windows-audit-en.ts';

export const auditEn = {
  help: {
    audit:
      'what the system writes down of who did what (Linux: auditd; Windows: audit policy and logs): sets it up, takes that back, says how it stands',
    install:
      'Linux: write the rules beside those of the host and load them; Windows: switch auditing and logs on; what others set is not weakened',
    uninstall: 'take it back: the rules on Linux; on Windows exactly what was found before',
    status: 'whether the audit runs, what is set and what is not, what was lost',
    dryRun: 'only say what would be changed',
    connections: 'also audit connections that programs open: an event for each',
    noConnections: 'no longer audit connections; left out: as the last install was told',
    root: 'root of the file system; with another one rules are written but not loaded (default: /)',
  },
  noFolder: (folder: string): string =>
    `${folder} is not there: install auditd first (Debian, Ubuntu: apt install auditd; RHEL family: dnf install audit)`,
  unchanged: (file: string): string => `${file} is as it should be`,
  wouldWrite: (file: string): string => `${file} would be written:`,
  wouldRemove: (file: string): string => `${file} would be removed:`,
  written: (file: string, rules: number): string => `${file} is written: ${rules} rules`,
  removed: (file: string): string => `${file} is removed`,
  absent: (file: string): string => `${file} is not there: nothing to take away`,
  loaded: 'the kernel has taken it over',
  locked:
    "the kernel's rules are locked (-e 2): this holds from the next start of the system; until then nothing changes",
  noProgram: 'auditctl is not here: the rules are loaded when auditd starts',
  failed: (reason: string): string => `the rules could not be loaded, so everything is as it was: ${reason}`,
  conflicts: {
    locks: (file: string): string =>
      `${file} locks the rules until the next start of the system (-e 2): later changes of ours wait for it`,
    silences: (file: string, rule: string): string =>
      `${file} switches the audit of system calls off (${rule}): take the line out, or our rules catch nothing`,
    'limits-rate': (file: string, perSecond: number): string =>
      `${file} lets the kernel drop what is above ${perSecond} records a second (-r): starting one program writes about seven`,
    'small-backlog': (file: string, records: number): string =>
      `${file} lets ${records} records wait (-b): 8192 or more lose nothing in a busy minute`,
    panics: (file: string): string =>
      `${file} stops the whole system when a record is lost (-f 2); -f 1 only says so`,
  } satisfies Record<RuleConflict['kind'], unknown>,
  state: {
    notHere: 'the audit is not installed: auditctl is not here',
    unknown: (reason: string): string => `the audit cannot be asked: ${reason}; run this as root`,
    off: 'the audit is switched off (auditctl -e 1 switches it on)',
    on: 'the audit is on',
    locked: 'the audit is on, its rules locked until the next start of the system',
    daemon: (pid: number): string => `auditd runs (process ${pid})`,
    noDaemon: 'auditd does not run: nobody writes the log; systemctl enable --now auditd',
    lost: (records: number, backlog: number): string =>
      `${records} records were lost since the system was started: raise -b (now ${backlog}) in /etc/audit/rules.d`,
    nothingLost: 'nothing was lost',
    rules: (own: number, foreign: number): string => `rules loaded: ${own} of ours, ${foreign} of others`,
    fileCurrent: (file: string): string => `${file} is as this version of the agent writes it`,
    fileOlder: (file: string): string =>
      `${file} is not as this version writes it: run "vonggac-agent audit install"`,
    fileAbsent: (file: string): string => `${file} is not there: run "vonggac-agent audit install"`,
    partly: (loaded: number, written: number): string =>
      `only ${loaded} of ${written} rules are loaded: run "vonggac-agent audit install"`,
  },
  windows: windowsAuditEn,
  logReadable: (file: string): string => `${file} can be read`,
  logAbsent: (file: string): string => `${file} is not there: auditd is not installed, or writes elsewhere`,
  logUnreadable: (file: string, reason: string): string =>
    `${file} cannot be read: ${reason}; run the agent as root, or in the group of log_group in auditd.conf`,
};

export type AuditMessages = typeof auditEn;
