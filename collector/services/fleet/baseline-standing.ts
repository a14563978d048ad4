/**
 * How the baseline of a host stands, and what people approved of it. Pure. The digest names one comparison and is another after each:
 * an approval stands as long as the host told of no change since, and compares as many paths.
 */
import type { BaselineApproval } from '../../registry/baseline-approvals.ts';
import type { ToldBaseline } from '../../store/fleet-store.ts';

export type BaselineState = 'intact' | 'made' | 'tampered';
export type BaselineStanding = 'approved' | 'changed' | 'never';

/** The comparison that made a baseline ends about when it is told. */
const SAME_SCAN_MS = 60_000;

/** Tampering stands until a person on the host accepts what is there. */
export function baselineState({ tamperedMs, acceptedMs, madeMs, toldMs }: ToldBaseline): BaselineState {
  if (tamperedMs > 0 && acceptedMs < tamperedMs) return 'tampered';
  return madeMs > 0 && toldMs - madeMs <= SAME_SCAN_MS ? 'made' : 'intact';
}

/** @param knownFromMs changes before it are not known any more */
export function baselineStanding(
  told: Pick<ToldBaseline, 'digest' | 'paths' | 'changedMs'>,
  approval: Pick<BaselineApproval, 'digest' | 'paths' | 'toldMs'> | undefined,
  knownFromMs: number,
): BaselineStanding {
  if (approval === undefined) return 'never';
  const isChanged = told.changedMs > approval.toldMs || approval.toldMs < knownFromMs;
  const isSame = told.digest === approval.digest || told.paths === approval.paths;
  return isChanged || !isSame ? 'changed' : 'approved';
}
