/** systemd, its login manager, and the daemons whose silence matters: rsyslog, auditd, journald. */
import type { NormalEvent } from './event.ts';
import { phraseTable, readPhrase } from './phrases.ts';

const SYSTEMD = phraseTable([
  {
    first: 'Started',
    pattern: /^Started (\S+\.(?:service|socket|timer|scope|mount|path)) - (.*?)\.?$/s,
    action: 'service_started',
    groups: ['service.name', 'service.description'],
  },
  {
    first: 'Started',
    pattern: /^Started (.*?)\.?$/s,
    action: 'service_started',
    groups: ['service.description'],
  },
  {
    first: 'Stopped',
    pattern: /^Stopped (\S+\.(?:service|socket|timer|scope|mount|path)) - (.*?)\.?$/s,
    action: 'service_stopped',
    groups: ['service.name', 'service.description'],
  },
  {
    first: 'Stopped',
    pattern: /^Stopped (.*?)\.?$/s,
    action: 'service_stopped',
    groups: ['service.description'],
  },
  {
    first: 'Stopping',
    pattern: /^Stopping (.*?)\.*$/s,
    action: 'service_stopping',
    groups: ['service.description'],
  },
  {
    first: 'Failed',
    pattern: /^Failed to start (.*?)\.?$/s,
    action: 'service_failed',
    outcome: 'failure',
    groups: ['service.description'],
  },
  { first: 'Reloading.', pattern: /^Reloading\.$/, action: 'systemd_reloaded' },
  {
    first: 'Reloading',
    pattern: /^Reloading(?: requested from client PID (\d+))?/,
    action: 'systemd_reloaded',
    groups: ['process.pid'],
  },
]);

const LOGIND = phraseTable([
  {
    first: 'New',
    pattern: /^New session (\S+) of user (.*?)\.?$/s,
    action: 'session_opened',
    outcome: 'success',
    groups: ['session.id', 'user.name'],
  },
  {
    first: 'Removed',
    pattern: /^Removed session (\S+?)\.?$/,
    action: 'session_closed',
    groups: ['session.id'],
  },
  {
    first: 'Session',
    pattern: /^Session (\S+) logged out/,
    action: 'session_closed',
    groups: ['session.id'],
  },
  {
    first: 'System',
    pattern: /^System is (rebooting|powering down)/,
    action: 'system_stopping',
    groups: ['event.reason'],
  },
]);

const RSYSLOGD = phraseTable([
  {
    first: '[origin',
    pattern: /^\[origin software="rsyslogd".{0,200}\] exiting on signal (\d+)/,
    action: 'logging_stopped',
    groups: ['process.signal'],
  },
  { first: '[origin', pattern: /^\[origin software="rsyslogd".{0,200}\] start/, action: 'logging_started' },
  {
    first: '[origin',
    pattern: /^\[origin software="rsyslogd".{0,200}\] rsyslogd was HUPed/,
    action: 'logging_rotated',
  },
]);

const AUDITD = phraseTable([
  { first: 'The', pattern: /^The audit daemon is exiting/, action: 'audit_stopped' },
  { first: 'Init', pattern: /^Init complete/, action: 'audit_started' },
]);

const JOURNALD = phraseTable([
  { first: 'Journal', pattern: /^Journal (?:stopped|started)/, action: 'journal_restarted' },
  { first: 'Received', pattern: /^Received SIGTERM/, action: 'logging_stopped' },
]);

export const readSystemd = (event: NormalEvent, text: string): boolean => readPhrase(SYSTEMD, event, text);
export const readLogind = (event: NormalEvent, text: string): boolean => readPhrase(LOGIND, event, text);
export const readRsyslogd = (event: NormalEvent, text: string): boolean => readPhrase(RSYSLOGD, event, text);
export const readAuditd = (event: NormalEvent, text: string): boolean => readPhrase(AUDITD, event, text);
export const readJournald = (event: NormalEvent, text: string): boolean => readPhrase(JOURNALD, event, text);
