/** Rows of what is rolled out. Times are milliseconds UTC. */

/** A package that was fetched whole; by its content, so a file put in its place counts for itself. */
export interface PackageDownloadTable {
  /** Lower-case hex. */
  sha256: string;
  name: string;
  downloads: number;
  last_ms: number;
}

export interface RolloutTables {
  package_download: PackageDownloadTable;
}
