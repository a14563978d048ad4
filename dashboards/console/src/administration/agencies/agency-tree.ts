/** Agencies as rows of a tree, pure: children below their parent by name, sums of what lies below, words without marks. */
import type { AgencyView as Agency } from '../../../../../collector/api/contract-agencies.ts';
import { fold } from '../../text/fold.ts';

export type TreeRow = {
  readonly agency: Agency;
  readonly depth: number;
  /** How many stand directly below. */
  readonly children: number;
};

/** Whose parent is not among them stands at the top. */
function childrenOf(
  agencies: readonly Agency[],
  locale: string,
): ReadonlyMap<number | null, readonly Agency[]> {
  const known = new Set(agencies.map(({ id }) => id));
  const collator = new Intl.Collator(locale, { numeric: true });
  const below = new Map<number | null, Agency[]>();
  for (const agency of agencies) {
    const parent = agency.parentId !== null && known.has(agency.parentId) ? agency.parentId : null;
    below.set(parent, [...(below.get(parent) ?? []), agency]);
  }
  for (const list of below.values()) list.sort((a, b) => collator.compare(a.name, b.name));
  return below;
}

/** @param closed ids of those whose children are not shown */
export function treeRows(
  agencies: readonly Agency[],
  closed: ReadonlySet<number>,
  locale: string,
): readonly TreeRow[] {
  const below = childrenOf(agencies, locale);
  const rows: TreeRow[] = [];
  const walk = (parent: number | null, depth: number) => {
    for (const agency of below.get(parent) ?? []) {
      rows.push({ agency, depth, children: below.get(agency.id)?.length ?? 0 });
      if (!closed.has(agency.id)) walk(agency.id, depth + 1);
    }
  };
  walk(null, 0);
  return rows;
}

/** Those whose name has all the words, in any order. */
export function findAgencies(agencies: readonly Agency[], text: string): readonly Agency[] {
  const words = fold(text).split(/\s+/u).filter(Boolean);
  return agencies.filter(({ name, shortName }) => {
    const said = fold(`${name} ${shortName}`);
    return words.every((word) => said.includes(word));
  });
}

/** Each agency's own things and those of all below it. */
export function sumsBelow(
  agencies: readonly Agency[],
  own: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const parents = new Map(agencies.map(({ id, parentId }) => [id, parentId]));
  const sums = new Map<number, number>();
  for (const [id, count] of own) {
    const seen = new Set<number>();
    for (let at: number | null | undefined = id; at !== null && at !== undefined && !seen.has(at);) {
      seen.add(at);
      sums.set(at, (sums.get(at) ?? 0) + count);
      at = parents.get(at);
    }
  }
  return sums;
}

/** How many things of each agency there are. */
export function countByAgency(things: readonly { readonly agencyId: number }[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { agencyId } of things) counts.set(agencyId, (counts.get(agencyId) ?? 0) + 1);
  return counts;
}

/** The names of those above, the topmost first. */
export function pathTo(agencies: readonly Agency[], id: number): readonly string[] {
  const known = new Map(agencies.map((agency) => [agency.id, agency]));
  const names: string[] = [];
  for (let at = known.get(id)?.parentId; at !== null && at !== undefined && names.length < known.size;) {
    const agency = known.get(at);
    if (agency === undefined) break;
    names.unshift(agency.name);
    at = agency.parentId;
  }
  return names;
}

/** Ids of an agency and all below it. */
export function withBelow(agencies: readonly Agency[], id: number): ReadonlySet<number> {
  const ids = new Set([id]);
  let grew = true;
  while (grew) {
    const before = ids.size;
    for (const agency of agencies)
      if (agency.parentId !== null && ids.has(agency.parentId)) ids.add(agency.id);
    grew = ids.size > before;
  }
  return ids;
}
