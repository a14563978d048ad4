/**
 * What comes with the product and with folders of the settings becomes content at the start. Invariant: an upgrade brings
 * new versions and takes nothing from people: what they changed goes on to count, and says that it differs.
 */
import type { RuleDocument } from '../../content/rule-document.ts';
import { writeAudit } from '../audit.ts';
import type { Registry } from '../database.ts';
import type { RuleOrigin } from '../tables/rule.ts';
import { mergePacks } from './merge-rules.ts';
import { isDeprecated } from './succeed-rules.ts';

export interface PackCounts {
  new: number;
  updated: number;
  /** Changed by people: what counts stayed as it was. */
  kept: number;
  changed: number;
}

/** @param packs each id once over all of them */
export async function syncPack(
  registry: Registry,
  packs: readonly { origin: RuleOrigin; documents: readonly RuleDocument[] }[],
): Promise<PackCounts> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const merged = await mergePacks(trx, packs, {
      stateOf: (document) => (isDeprecated(document) ? 'retired' : 'on'),
      madeBy: 'system',
      why: 'pack',
      nowMs,
    });
    const count = (outcome: string): number => merged.filter((one) => one.outcome === outcome).length;
    const counts = { new: count('new'), updated: count('updated'), kept: count('kept') };
    const changed = counts.new + counts.updated + counts.kept;
    if (changed > 0)
      await writeAudit(trx, nowMs, { actor: 'system', action: 'rule.pack', target: '', detail: counts });
    return { ...counts, changed };
  });
}
