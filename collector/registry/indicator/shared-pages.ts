/** The register as it is passed on: pages of indicators, those that were taken out marked as revoked. */
import type { SharedIndicator } from '../../indicator/write-stix.ts';
import type { RegistryDb } from '../database.ts';
import { INDICATOR_PAGE_MAX, listIndicators, type IndicatorQuery } from './list-indicators.ts';

export type SharedQuery = Omit<IndicatorQuery, 'limit'>;

/** One page and where the next one begins; undefined after the last. */
export async function sharedPage(
  db: RegistryDb,
  query: SharedQuery,
): Promise<{ page: SharedIndicator[]; next: number | undefined }> {
  const found = await listIndicators(db, { ...query, limit: INDICATOR_PAGE_MAX });
  const page = found.map((one) => ({
    kind: one.kind,
    value: one.value,
    confidence: one.confidence,
    source: one.source,
    validUntilMs: one.validUntilMs,
    tlp: one.tlp,
    tags: one.tags,
    description: one.description,
    addedMs: one.addedMs,
    updatedMs: one.updatedMs,
    isRevoked: one.state === 'retired',
  }));
  return { page, next: found.length < INDICATOR_PAGE_MAX ? undefined : found.at(-1)?.id };
}

export async function* sharedPages(
  db: RegistryDb,
  query: SharedQuery,
): AsyncGenerator<readonly SharedIndicator[], void> {
  let after = query.after;
  do {
    const { page, next } = await sharedPage(db, { ...query, after });
    yield page;
    after = next;
  } while (after !== undefined);
}
