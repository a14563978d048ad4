/**
 * Inventories of all hosts, read once and then only of the hosts that told something since. Invariants: an answer is the one
 * that the store would give at that moment; what is too large, was cut, or is about few hosts is not kept; a moment
 * before the kept one is asked by itself.
 */
import type { AssessReader } from '../../store/assess-store.ts';
import type {
  FleetItem,
  FleetItemsQuery,
  FleetMoment,
  FleetReader,
  FleetStanding,
} from '../../store/fleet-store.ts';

/** Of fewer hosts only they are asked for. */
const FEW_HOSTS = 200;
const ROWS_KEPT_MAX = 200_000;
const ANSWERS_KEPT_MAX = 100;

interface Row {
  agentId: string;
}

interface Kept<T extends Row> {
  atMs: number;
  fromMs: number;
  batch: number;
  rows: readonly T[];
}

interface Question<T extends Row> {
  /** Without its moment and hosts. */
  key: string;
  moment: FleetMoment;
  /** Undefined: rows are missing, so the answer cannot be gone on from. */
  ask: (agentIds: readonly string[] | undefined) => Promise<readonly T[] | undefined>;
  timeOf: (row: T) => number;
}

/** Questions of one moment that are alike share an answer. */
function oncePerMoment(store: Pick<AssessReader, 'toldSince'>): AssessReader['toldSince'] {
  let moment: number | undefined;
  const answers = new Map<string, ReturnType<AssessReader['toldSince']>>();
  return (asked) => {
    if (moment !== asked.atMs) answers.clear();
    moment = asked.atMs;
    const key = JSON.stringify(asked);
    const answer = answers.get(key) ?? store.toldSince(asked);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key)); // whoever asked is told
    return answer;
  };
}

class KeptAnswers<T extends Row> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #toldSince: AssessReader['toldSince'];

  constructor(toldSince: AssessReader['toldSince']) {
    this.#toldSince = toldSince;
  }

  /** Undefined: it has to be asked in full, and cannot be kept. */
  async answer({ key, moment, ask, timeOf }: Question<T>): Promise<readonly T[] | undefined> {
    const { atMs, fromMs } = moment;
    const kept = this.#kept.get(key);
    const canGoOn = kept !== undefined && kept.atMs <= atMs && kept.fromMs <= fromMs;
    const told = await this.#toldSince({
      channel: 'inventory',
      afterBatch: canGoOn ? kept.batch : Number.MAX_SAFE_INTEGER,
      afterMs: canGoOn ? kept.atMs : atMs,
      agentsMax: FEW_HOSTS,
      atMs,
      fromMs,
    });
    let rows: readonly T[] | undefined;
    // Behind a word that grew too old may stand another, of a time that is not: what comes late has a later batch.
    const expired = canGoOn ? kept.rows.filter((row) => timeOf(row) < fromMs) : [];
    const news = new Set([...(told.agentIds ?? []), ...expired.map(({ agentId }) => agentId)]);
    if (canGoOn && told.agentIds !== undefined && news.size <= FEW_HOSTS) {
      const fresh = news.size === 0 ? [] : await ask([...news]);
      if (fresh === undefined) return undefined;
      rows = kept.rows
        .filter((row) => !news.has(row.agentId))
        .concat(fresh)
        .toSorted((one, other) => (one.agentId < other.agentId ? -1 : one.agentId > other.agentId ? 1 : 0));
    } else rows = await ask(undefined);
    // A look into the past is not where the next one goes on from.
    if (rows === undefined || (kept !== undefined && kept.atMs > atMs)) return rows;
    this.#kept.delete(key);
    if (rows.length <= ROWS_KEPT_MAX) this.#kept.set(key, { atMs, fromMs, batch: told.batch, rows });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= ANSWERS_KEPT_MAX) break;
      this.#kept.delete(oldest);
    }
    return rows;
  }
}

export function keptInventory(fleet: FleetReader, store: Pick<AssessReader, 'toldSince'>): FleetReader {
  const toldSince = oncePerMoment(store);
  const standings = new KeptAnswers<FleetStanding>(toldSince);
  const items = new KeptAnswers<FleetItem>(toldSince);
  const isFew = ({ agentIds }: FleetMoment): boolean =>
    agentIds !== undefined && agentIds.length <= FEW_HOSTS;
  const keyOf = ({ agentIds: _hosts, atMs: _at, fromMs: _from, ...rest }: FleetMoment): string =>
    JSON.stringify(rest);

  return {
    async standing(query) {
      if (isFew(query)) return fleet.standing(query);
      const answer = await standings.answer({
        key: keyOf(query),
        moment: query,
        ask: (agentIds) => fleet.standing({ ...query, agentIds }),
        timeOf: ({ toldMs }) => toldMs,
      });
      return [...(answer ?? [])];
    },
    async items(query: FleetItemsQuery) {
      if (isFew(query)) return fleet.items(query);
      let cut: Awaited<ReturnType<FleetReader['items']>> | undefined;
      const answer = await items.answer({
        key: keyOf(query),
        moment: query,
        async ask(agentIds) {
          const found = await fleet.items({ ...query, agentIds });
          if (found.cutFrom === undefined) return found.items;
          if (agentIds === undefined) cut = found;
          return undefined;
        },
        timeOf: ({ timeMs }) => timeMs,
      });
      if (answer !== undefined && answer.length <= query.limit) return { items: answer, cutFrom: undefined };
      return cut ?? fleet.items(query);
    },
    keys: (query) => fleet.keys(query),
    counts: (query) => fleet.counts(query),
    logons: (query) => fleet.logons(query),
    lastLogons: (query) => fleet.lastLogons(query),
    sharedUse: (query) => fleet.sharedUse(query),
    outbound: (query) => fleet.outbound(query),
    integrityScans: (query) => fleet.integrityScans(query),
    baselines: (query) => fleet.baselines(query),
    loads: (query) => fleet.loads(query),
  };
}
