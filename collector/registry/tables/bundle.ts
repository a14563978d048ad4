/** Tables of signed bundles: whom this site trusts, and what it took. */
import type { Generated } from 'kysely';

/** Whom bundles are taken from. */
export interface BundlePublisherTable {
  name: string;
  /** JSON array of public keys, `ed25519:...`. */
  keys: string;
  threshold: number;
  added_ms: number;
  added_by: string;
}

/** Each bundle that was taken; kept when its publisher is not trusted any more, so that no older one comes back. */
export interface BundleTakenTable {
  id: Generated<number>;
  publisher: string;
  stream: string;
  serial: number;
  /** Of the signed list of files, lower-case hex. */
  digest: string;
  title: string;
  created_ms: number;
  files: number;
  bytes: number;
  taken_ms: number;
  taken_by: string;
  /** JSON: what became of each kind of content. */
  outcome: string;
}

export interface BundleTables {
  bundle_publisher: BundlePublisherTable;
  bundle_taken: BundleTakenTable;
}
