/** The register of indicators as people ask for it: by kind, source, tag, how it stands, and text, page by page. */
import { foldText } from '../../alert/search-text.ts';
import { canonical } from '../../indicator/canonical.ts';
import { INDICATOR_KINDS, type IndicatorKind } from '../../indicator/indicator.ts';
import type { RegistryDb } from '../database.ts';
import {
  PROVINCE_TLP,
  STORED_COLUMNS,
  toStored,
  type IndicatorStanding,
  type StoredIndicator,
} from './stored.ts';

export const INDICATOR_PAGE_MAX = 500;

export interface IndicatorQuery {
  kind?: IndicatorKind | undefined;
  source?: string | undefined;
  tag?: string | undefined;
  /** A value however it is written; needs no kind. */
  value?: string | undefined;
  /** Stands in the value in any case, or in the description, whose accents do not count either. */
  text?: string | undefined;
  standing?: IndicatorStanding | 'throttled' | undefined;
  /** Leaves out what is marked for the province alone. */
  seesAll: boolean;
  nowMs: number;
  /** The last id of the page before. */
  after?: number | undefined;
  /** Up to INDICATOR_PAGE_MAX. */
  limit: number;
}

/** In the order in which they came. */
export async function listIndicators(db: RegistryDb, query: IndicatorQuery): Promise<StoredIndicator[]> {
  const { kind, source, tag, value, text, standing, seesAll, nowMs, after, limit } = query;
  let select = db
    .selectFrom('indicator')
    .select(STORED_COLUMNS)
    .orderBy('id')
    .limit(Math.min(limit, INDICATOR_PAGE_MAX));
  if (after !== undefined) select = select.where('id', '>', after);
  if (kind !== undefined) select = select.where('kind', '=', kind);
  if (source !== undefined) select = select.where('source', '=', source);
  if (value !== undefined) select = select.where('value', 'in', formsOf(value));
  // Tags are kept as JSON: with its quotes a tag is found whole.
  if (tag !== undefined)
    select = select.where((eb) => eb(eb.fn<number>('instr', ['tags', eb.val(JSON.stringify(tag))]), '>', 0));
  if (text !== undefined) {
    const sought = text.toLowerCase();
    select = select.where((eb) => {
      const described = eb.fn.coalesce('description_key', eb.fn<string>('lower', ['description']));
      return eb.or([
        eb(eb.fn<number>('instr', ['value', eb.val(sought)]), '>', 0),
        eb(eb.fn<number>('instr', [described, eb.val(foldText(text))]), '>', 0),
      ]);
    });
  }
  if (!seesAll) {
    select = select.where((eb) => eb.or([eb('tlp', 'is', null), eb('tlp', 'not in', PROVINCE_TLP)]));
  }
  if (standing === 'retired') select = select.where('state', '=', 'retired');
  else if (standing !== undefined) {
    // Most are: behind a function no index is taken for it, which would sort them all for each page.
    select = select.where((eb) => eb(eb.fn.coalesce('state', eb.val('')), '=', 'active'));
    if (standing === 'expired') select = select.where('valid_until_ms', '<=', nowMs);
    else {
      select = select.where((eb) =>
        eb.or([eb('valid_until_ms', 'is', null), eb('valid_until_ms', '>', nowMs)]),
      );
    }
    if (standing === 'throttled') select = select.where('throttled_ms', 'is not', null);
  }
  return (await select.execute()).map(toStored);
}

/** What somebody wrote, as each kind would keep it. */
function formsOf(text: string): string[] {
  const forms = INDICATOR_KINDS.flatMap((kind) => {
    const made = canonical(kind, text);
    return 'value' in made ? [made.value] : [];
  });
  return [...new Set([text, ...forms])];
}
