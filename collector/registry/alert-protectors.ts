/**
 * Alerts that bulk acts leave alone: in a case, with a legal clock running, and what else later parts name. Each part that
 * protects alerts gives one of these to the bulk acts (bulk-alerts.ts) at the composition root.
 */
import type { RegistryDb } from './database.ts';

export interface AlertProtector {
  /** Named in previews and results, e.g. `case` or `legal-clock`. */
  why: string;
  /** Those of the ids that it protects. */
  among(db: RegistryDb, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** For each protected id the first reason. */
export async function protectedAmong(
  db: RegistryDb,
  protectors: readonly AlertProtector[],
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (ids.length === 0) return found;
  for (const protector of protectors) {
    for (const id of await protector.among(db, ids)) if (!found.has(id)) found.set(id, protector.why);
  }
  return found;
}
