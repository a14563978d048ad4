/**
 * Agencies as tables of people name them: by code, by name or short name however it is typed, by a name of before. One that has ended is
 * followed to what took over from it. Invariant: where several could be meant, none is taken.
 */
import { foldName, searchKey } from '../../agency/fold-name.ts';
import { holdsOn } from '../../agency/legal-day.ts';
import { agencyRows, type AgencyScope, inScope } from '../agencies.ts';
import { DEPTH_MAX } from '../agency-scope.ts';
import { listCodes } from '../agency-codes.ts';
import type { RegistryDb } from '../database.ts';

export type Found =
  | {
      kind: 'found';
      id: number;
      name: string;
      /** What was named has ended. */ tookOverFrom: string | undefined;
    }
  | { kind: 'unknown' }
  | { kind: 'ambiguous'; names: string[] };

interface Known {
  id: number;
  name: string;
  endedOn: string | null;
}

/** "Sở Y tế tỉnh An Giang" is "Sở Y tế" within its own province. */
const withoutProvince = (key: string): string =>
  key.replace(/,? (?:thuoc )?(?:tinh|thanh pho|tp\.?) .+$/, '');

/** Ways to know an agency by a text, the surest first. */
type Way = (text: string) => string;
const WAYS: readonly Way[] = [
  (text) => text.trim().toUpperCase(),
  foldName,
  searchKey,
  (text) => withoutProvince(searchKey(text)),
];

export class AgencyFinder {
  readonly #known: ReadonlyMap<number, Known>;
  readonly #successors: ReadonlyMap<number, readonly number[]>;
  readonly #names: readonly ReadonlyMap<string, readonly number[]>[];
  readonly #scope: AgencyScope;

  constructor(
    known: readonly Known[],
    successors: ReadonlyMap<number, readonly number[]>,
    names: readonly ReadonlyMap<string, readonly number[]>[],
    scope: AgencyScope,
  ) {
    this.#known = new Map(known.map((agency) => [agency.id, agency]));
    this.#successors = successors;
    this.#names = names;
    this.#scope = scope;
  }

  find(text: string): Found {
    for (const [at, way] of WAYS.entries()) {
      const named = (this.#names[at]?.get(way(text)) ?? []).flatMap((id) => this.#known.get(id) ?? []);
      const living = named.filter(({ endedOn }) => endedOn === null);
      // A name that was given anew means the one that has it now.
      const meant = living.length > 0 ? living : named;
      const heirs = new Map(meant.flatMap((agency) => this.#heirsOf(agency)).map((heir) => [heir.id, heir]));
      const seen = [...heirs.values()].filter(({ id }) => inScope(this.#scope, id));
      const [only] = seen;
      if (only === undefined) continue;
      if (seen.length > 1) return { kind: 'ambiguous', names: seen.map(({ name }) => name).slice(0, 5) };
      const tookOverFrom = living.length > 0 ? undefined : meant[0]?.name;
      return { kind: 'found', id: only.id, name: only.name, tookOverFrom };
    }
    return { kind: 'unknown' };
  }

  #heirsOf(agency: Known): Known[] {
    let open: readonly Known[] = [agency];
    for (let depth = 0; depth < DEPTH_MAX && open.some(({ endedOn }) => endedOn !== null); depth += 1)
      open = open.flatMap((one) =>
        one.endedOn === null
          ? [one]
          : (this.#successors.get(one.id) ?? []).flatMap((id) => this.#known.get(id) ?? []),
      );
    return open.filter(({ endedOn }) => endedOn === null);
  }
}

/** @param today which codes hold */
export async function readAgencyFinder(
  db: RegistryDb,
  scope: AgencyScope,
  today: string,
): Promise<AgencyFinder> {
  const agencies = await agencyRows(db).execute();
  const periods = await db.selectFrom('agency_period').select(['agency_id as id', 'name']).execute();
  const successions = await db
    .selectFrom('agency_successor')
    .select(['predecessor_id', 'successor_id'])
    .execute();
  // A code of today goes before one of before.
  const codes = (await listCodes(db)).toSorted(
    (a, b) => Number(holdsOn(b, today)) - Number(holdsOn(a, today)),
  );
  const named = [
    ...agencies.flatMap(({ id, name, shortName }) => [
      { id, name },
      ...(shortName === '' ? [] : [{ id, name: shortName }]),
    ]),
    ...periods,
  ];
  const byCode = new Map<string, number[]>();
  for (const { code, agencyId } of codes) if (!byCode.has(code)) byCode.set(code, [agencyId]);
  const byName = WAYS.slice(1).map((way) => {
    const ids = Map.groupBy(named, ({ name }) => way(name));
    return new Map([...ids].map(([key, of]) => [key, [...new Set(of.map(({ id }) => id))]]));
  });
  const successors = new Map(
    [...Map.groupBy(successions, (row) => row.predecessor_id)].map(([id, of]) => [
      id,
      of.map((row) => row.successor_id),
    ]),
  );
  return new AgencyFinder(agencies, successors, [byCode, ...byName], scope);
}
