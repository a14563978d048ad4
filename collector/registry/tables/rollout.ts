/** Rows of what is rolled out, and where to. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { RefusalReason } from '../../rollout/refusal-reason.ts';

/** A package that was fetched whole; by its content, so a file put in its place counts for itself. */
export interface PackageDownloadTable {
  /** Lower-case hex. */
  sha256: string;
  name: string;
  downloads: number;
  last_ms: number;
}

/** A machine that is to have an agent. One that is taken off the list ends, so that a past day still finds it. */
export interface ExpectedMachineTable {
  id: Generated<number>;
  agency_id: number;
  system_id: number | null;
  hostname: string;
  /** As rollout/machine-name.ts folds it. */
  hostname_key: string;
  serial: string;
  /** `aa:bb:cc:dd:ee:ff`, joined by spaces. */
  macs: string;
  label: string;
  place: string;
  person: string;
  /** Host that it forwards its events to, since it cannot have an agent; empty: none. */
  forwards_to: string;
  begun_ms: number;
  ended_ms: number | null;
}

/** How many machines an agency says it has. */
export interface ExpectedCountTable {
  agency_id: number;
  machines: number;
  /** Where the number comes from, in the words of whoever gave it. */
  source: string;
  set_ms: number;
  set_by: string;
}

/** What a host said of itself that was not let in; one row for each host and reason, of an agency by its join token. */
export interface EnrolRefusalTable {
  id: Generated<number>;
  agency_id: number;
  token_id: string;
  hostname: string;
  hostname_key: string;
  os_name: string;
  os_version: string;
  arch: string;
  reason: RefusalReason;
  address: string;
  first_ms: number;
  last_ms: number;
  times: number;
}

export interface RolloutTables {
  package_download: PackageDownloadTable;
  expected_machine: ExpectedMachineTable;
  expected_count: ExpectedCountTable;
  enrol_refusal: EnrolRefusalTable;
}
