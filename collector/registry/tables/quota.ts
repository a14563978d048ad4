/** Rows of quotas and bandwidth caps. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export interface QuotaTable {
  id: Generated<number>;
  /** With the agencies under it; null for all. */
  agency_id: number | null;
  group_id: number | null;
  /** 1: for each agent by itself; 0: for all of them together. */
  per_agent: number;
  events_per_second: number | null;
  /** Uncompressed payload. */
  bytes_per_day: number | null;
  set_ms: number;
  set_by: string;
}

/** A site is an agency (with those under it) or what is behind an address prefix. */
export interface BandwidthCapTable {
  id: Generated<number>;
  agency_id: number | null;
  /** CIDR, IPv4 or IPv6. */
  prefix: string | null;
  /** From the begin of this hour. */
  from_hour: number;
  /** To the begin of this hour; below `from_hour`, over midnight. */
  to_hour: number;
  /** IANA zone in which the hours are meant. */
  time_zone: string;
  bytes_per_second: number;
  set_ms: number;
  set_by: string;
}
