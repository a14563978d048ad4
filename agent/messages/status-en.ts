/** What status says, in English. */
import type { Attention } from '../attention.ts';

export const statusEn = {
  never: (stateDir: string) => `The agent has never run on ${stateDir}.`,
  notEnrolled: (at: string, why: string) =>
    `This host is not enrolled; the last attempt (${at}) failed:\n${why}`,
  running: (pid: number, since: string, version: string) =>
    `running since ${since} (process ${pid}, version ${version})`,
  stopped: (at: string) => `stopped at ${at}`,
  died: (at: string) => `not running: it ended without stopping in order; last sign of life at ${at}`,
  refused: (at: string) => `stopped at ${at}: the collector refused this agent`,
  agent: 'agent',
  collector: 'collector',
  policy: 'policy',
  spool: 'spool',
  sources: 'sources',
  cost: 'cost',
  attention: 'attention',
  online: (since: string, lastAck: string) => `connected since ${since}, last acknowledgement ${lastAck}`,
  connecting: 'connecting',
  offline: (message: string, next: string) => `not connected: ${message}; next attempt ${next}`,
  never_: 'never',
  clock: (text: string, ahead: boolean) =>
    `this clock is ${text} ${ahead ? 'ahead of' : 'behind'} the collector's`,
  spoolLine: (records: number, used: string, max: string, dropped: number) =>
    `${records} records waiting (${used} of ${max}), ${dropped} dropped`,
  lanes: { security: 'security', standard: 'standard', bulk: 'bulk' },
  laneLine: (lane: string, records: number, used: string, oldest: string, retained: string) =>
    `${lane}: ${records} waiting (${used})${oldest === '' ? '' : `, the oldest for ${oldest}`}, ${retained} kept after acknowledgement`,
  collectorLine: (url: string, place: number, current: boolean) =>
    `${place}. ${url}${current ? ' (this one)' : ''}`,
  proxyLine: (proxy: string) => `through the proxy ${proxy}`,
  capLine: (rate: string) => `at most ${rate} a second now`,
  source: (records: number, last: string) => `${records} records since start, last ${last}`,
  catchingUp: 'still catching up',
  limited: (records: number) => `${records} records not passed on since start: over a limit`,
  sourceFailed: 'failed, will be tried again',
  ownSettings: "this host's own settings; the collector sends none",
  policyRuns: (group: string, version: number) => `version ${version} of group ${group}`,
  policyTrial: (group: string, version: number) =>
    `version ${version} of group ${group}, on trial until the collector has been reached under it`,
  policyRefused: (version: number, reason: string) => `version ${version} was refused: ${reason}`,
  policyRolledBack: (version: number, reason: string) => `version ${version} was taken back: ${reason}`,
  cpuLine: (seconds: string, since: string, hour: string) =>
    `${seconds} s of CPU: ${since} % of the machine since start, ${hour} % in the last hour`,
  memoryLine: (rss: string, peak: string) => `${rss} of memory, at most ${peak}`,
  bytesLine: (sent: string, written: string) => `${sent} sent, ${written} written to disk`,
  unknown: 'an unknown amount',
  days: (count: number) => `${count} d`,
  attentions: {
    'not-running': 'the agent does not run',
    'not-connected': 'there is no connection to the collector; records wait in the spool',
    'nothing-watched': 'no source is set up: nothing of this host is watched',
    'source-failed': 'a source has failed',
    'source-problem': 'a source cannot read something, or has lost something within a day',
    'records-dropped': 'records were dropped because the spool was full',
    'disk-refuses': 'the disk refuses writes',
    'spool-filling': 'more than half of the spool is full',
    'clock-off': 'the clock differs from the collector’s by more than a minute',
    'policy-refused': 'the last policy could not be used',
  } satisfies Record<Attention, string>,
};

export type StatusMessages = typeof statusEn;
