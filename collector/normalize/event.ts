/**
 * An event is a record after interpretation: what rules match and what the store keeps.
 * `fields` is complete (nothing the record said is lost: what has no field of its own is in `message`);
 * `columns` repeats the few facts that people and rules query most, under ECS meaning.
 */
import type { ShapedEvent } from '../../rules/sigma/index.ts';
import type { Sentence } from './sentence.ts';

export type FieldValue = string | number | boolean | null | readonly FieldValue[];

/** Sigma log source; an event may belong to several. */
export interface LogSource {
  product?: string | undefined;
  category?: string | undefined;
  service?: string | undefined;
}

/** Typed columns. The empty string means absent; names follow ECS with dots replaced by underscores. */
export interface EventColumns {
  /** ECS event.action, e.g. `ssh_login_failed`, `file_modified`, `package_installed`. */
  event_action: string;
  /** ECS event.outcome: success, failure or unknown. */
  event_outcome: string;
  /** Windows event id or a program's own message id. */
  event_code: string;
  user_name: string;
  source_ip: string;
  process_name: string;
  process_command_line: string;
  file_path: string;
  file_hash_sha256: string;
  http_request_method: string;
  url_original: string;
  http_response_status_code: string;
  user_agent_original: string;
}

export interface NormalEvent {
  /** Event's own time, corrected where the record says how; else when the agent read it. Milliseconds since 1970. */
  timeMs: number;
  logsources: readonly LogSource[];
  columns: Partial<EventColumns>;
  /** By Sigma's names; what rules match against. */
  fields: ShapedEvent<FieldValue>;
  /**
   * What people read: the raw line, which keyword rules read too, or a sentence made of the fields, in which these
   * would find nothing but the fields again.
   */
  message: string | Sentence;
  /** False when the line was kept whole because its form is not known. */
  parsed: boolean;
}

/** What a normaliser may know beyond the record. */
export interface NormalizeContext {
  hostname: string;
  /** IANA zone of the host, for times that carry none. */
  timeZone: string;
  /** Collector's clock at arrival: decides the missing year of old syslog times. */
  receivedMs: number;
  /** How far the host's clock is ahead of the collector's; left out when it is right. */
  clockSkewMs?: number | undefined;
}
