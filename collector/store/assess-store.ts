/**
 * What an assessment asks of the store about all hosts at once, beside fleet-store.ts: the last word on configuration checks,
 * which kinds of logs hosts send, and how complete these are. Invariants: a record counts for a moment by its own time;
 * (batch, row) orders an agent's records as it told them.
 */
import type { PostureResult } from '../protocol/posture-record.ts';

export interface AssessMoment {
  /** Left out: all hosts. */
  agentIds?: readonly string[] | undefined;
  /** Records up to it, by their own time: milliseconds since 1970. */
  atMs: number;
  /** Older records are left out. */
  fromMs: number;
}

/** A check as the newest record of any host names it. */
export interface CheckName {
  policy: string;
  check: string;
  title: string;
  controls: readonly string[];
}

export interface CheckWord {
  /** Place in the list of checks that was asked for. */
  index: number;
  /** `removed`: the host's policy has it no longer. */
  result: PostureResult | 'removed';
  timeMs: number;
  /** Of one that the host's own policy excepts; 0: none. */
  exceptedUntilMs: number;
  /** These are told where the result is no pass. */
  reasonCode: string;
  observed: string;
}

export interface CheckWords {
  byAgent: ReadonlyMap<string, readonly CheckWord[]>;
  /** Up to this batch everything is in the answer: the next question may begin behind it. */
  batch: number;
}

/** Kinds of log as requirements name them; a record may be of several. */
export const LOG_KINDS = [
  /** Sessions at the machine itself, and devices plugged in. */
  'hardware-access',
  /** Programs used, and who signs in to them. */
  'software-access',
  /** People and services that log on, or try to. */
  'system-access',
  'logon',
  'application',
  /** What security products and devices say. */
  'security-alert',
  'firewall',
  'process',
  'data-access',
  'network-connection',
  'configuration-change',
  'error',
  /** Of services that somebody else runs. */
  'provider',
] as const;
export type LogKind = (typeof LOG_KINDS)[number];

export const LOG_FIELDS = [
  'host',
  'source',
  'destination',
  'account',
  'time',
  'action',
  'mac',
  'process-name',
  'process-id',
  'process-parent',
  'process-command',
] as const;
export type LogField = (typeof LOG_FIELDS)[number];

export interface LogCount {
  agentId: string;
  kind: LogKind;
  count: number;
  lastMs: number;
}

export interface LogFieldCount {
  agentId: string;
  /** Records looked at: the newest of the host, at most `sample`. */
  total: number;
  /** How many of them have the field; in the order asked for. */
  having: readonly number[];
  lastMs: number;
}

export interface ToldSinceQuery {
  channel: 'inventory' | 'posture';
  /** Records of a later batch, or of a later time of their own, count as told since. */
  afterBatch: number;
  afterMs: number;
  /** Of more hosts nothing is said but that there are more. */
  agentsMax: number;
  atMs: number;
  fromMs: number;
}

export interface ToldSince {
  /** Undefined: more than were asked for. */
  agentIds: readonly string[] | undefined;
  /** Up to this batch everything was looked at. */
  batch: number;
}

export interface AssessReader {
  /** Which hosts told something since. */
  toldSince(asked: ToldSinceQuery): Promise<ToldSince>;
  /** Checks that any host was told of, by policy and name. */
  checks(moment: AssessMoment): Promise<CheckName[]>;
  /**
   * The last word on each of these checks, by host.
   * @param asked.afterBatch only records behind it: what an earlier answer has is left out
   */
  checkWords(
    asked: AssessMoment & {
      checks: readonly Pick<CheckName, 'policy' | 'check'>[];
      afterBatch?: number | undefined;
    },
  ): Promise<CheckWords>;
  /** What hosts sent of each kind; what they did not send is left out. */
  logCounts(asked: AssessMoment & { kinds: readonly LogKind[] }): Promise<LogCount[]>;
  /** How many records of any of these kinds have each field. */
  logFields(
    asked: AssessMoment & { kinds: readonly LogKind[]; fields: readonly LogField[]; sample: number },
  ): Promise<LogFieldCount[]>;
}
