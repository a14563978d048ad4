/** What the control plane knows of what is followed over time: days that have snapshots, feeds that were imported. */
import type { FeedFact, SnapshotDays, WeaknessFact } from '../../compliance/evidence/centre-evidence.ts';
import type { RegistryDb } from '../database.ts';
import { listFeeds } from '../vulnerability/feeds.ts';
import { listStandings } from '../vulnerability/host-standing.ts';

/** By system. @param fromDay YYYY-MM-DD: days of the period are counted; the first one is that of all time */
export async function snapshotDays(
  db: RegistryDb,
  fromDay: string,
  toDay: string,
): Promise<Map<number, SnapshotDays>> {
  const rows = await db
    .selectFrom('compliance_snapshot')
    .select((eb) => [
      'system_id',
      eb.fn.min('day').as('firstDay'),
      eb.fn.count<number>('day').distinct().filterWhere('day', '>=', fromDay).as('days'),
    ])
    .where('day', '<=', toDay)
    .groupBy('system_id')
    .execute();
  return new Map(rows.map(({ system_id: id, firstDay, days }) => [id, { firstDay, days }]));
}

/** The last import of each feed up to a moment; one that never was is left out. */
export async function importedFeeds(db: RegistryDb, atMs: number): Promise<FeedFact[]> {
  const indicators = await db
    .selectFrom('job')
    .select((eb) => eb.fn.max('ended_ms').as('lastMs'))
    .where('kind', '=', 'indicator-import')
    .where('state', '=', 'done')
    .where('ended_ms', '<=', atMs)
    .executeTakeFirst();
  const advisories = await db
    .selectFrom('audit_log')
    .select((eb) => ['target', eb.fn.max('at_ms').as('lastMs')])
    .where('action', '=', 'vulnerability-feed.import')
    .where('at_ms', '<=', atMs)
    .groupBy('target')
    .execute();
  const lastMs = indicators?.lastMs;
  return [
    ...(lastMs === undefined || lastMs === null ? [] : [{ name: 'indicators', lastMs }]),
    ...advisories.map(({ target, lastMs: at }) => ({ name: target, lastMs: at })),
  ];
}

/** Hosts read at once. */
const HOSTS_AT_ONCE = 1_000;

/** Of all hosts. */
export async function hostWeaknesses(db: RegistryDb, nowMs: number): Promise<Map<string, WeaknessFact>> {
  const feeds = await listFeeds(db);
  // The newest comes first.
  const dataOf = new Map(
    feeds.toReversed().flatMap(({ releases, dataMs }) => releases.map((one) => [one, dataMs])),
  );
  const moment = { nowMs, releases: [...dataOf.keys()] };
  const facts = new Map<string, WeaknessFact>();
  for (let after: string | undefined; ;) {
    const query = { scope: { kind: 'all' }, moment, after, limit: HOSTS_AT_ONCE } as const;
    const hosts = await listStandings(db, query);
    for (const { agentId, reasons, matchedMs, release, open, exploited } of hosts)
      facts.set(agentId, {
        why: reasons,
        matchedMs: matchedMs ?? undefined,
        dataMs: release === null ? undefined : dataOf.get(release),
        open,
        exploited,
      });
    after = hosts.at(-1)?.agentId;
    if (hosts.length < HOSTS_AT_ONCE) return facts;
  }
}
