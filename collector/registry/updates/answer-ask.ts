/**
 * What an agent says of updates is written down, and it is told what it may take and from where. A site fetches a release once: one
 * host that hands out to its neighbours fetches it, the others wait for it, also where it has not asked yet, but not for ever.
 */
import { compareVersions, releaseVersionSchema } from '../../protocol/release.ts';
import { UPDATE_LIMITS, type UpdateAnswer, type UpdateAsk, updateAskSchema } from '../../protocol/update.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { findRelease, type KeptRelease, listRoots } from './releases.ts';
import { ringOf } from './rings.ts';
import { openRollout } from './rollouts.ts';
import { agenciesAbove } from './update-hosts.ts';

const ASK_AGAIN_MS = 900_000;
const WAIT_MS = 60_000;
/** A host that fetches for its site has so long; then another does, or each for itself. */
export const FETCH_MS_MAX = 7_200_000;
/** A host that hands out and did not ask for so long is away. */
const NEIGHBOUR_MS_MAX = 3_600_000;

export interface Asking {
  agentId: string;
  ask: UpdateAsk;
  /** Group of the address that it comes from. */
  network: string;
}

/** @returns undefined when there is no such active agent */
export async function answerAsk(registry: Registry, asking: Asking): Promise<UpdateAnswer | undefined> {
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agent = await trx
      .selectFrom('agent')
      .leftJoin('agent_group', 'agent_group.id', 'agent.group_id')
      .select(['agent.agency_id as agencyId', 'agent_group.name as group'])
      .where('agent.id', '=', asking.agentId)
      .where('agent.state', '=', 'active')
      .executeTakeFirst();
    if (agent === undefined) return undefined;
    const site = `${agent.agencyId} ${asking.network}`;
    await note(trx, asking, site, atMs);
    const roots = (await listRoots(trx))
      .filter(({ version }) => version > asking.ask.rootsVersion)
      .map(({ text }) => text);
    const nothing: UpdateAnswer = { roots, neighbours: [], askAgainMs: ASK_AGAIN_MS };
    const offer = await offered(trx, asking, agent);
    if (offer === undefined) return nothing;
    const { release } = offer;
    const way = await wayTo(trx, asking, { ...offer, site, atMs });
    return {
      ...nothing,
      release: release.text,
      ...way,
      askAgainMs: way.from === 'wait' ? WAIT_MS : ASK_AGAIN_MS,
    };
  });
}

async function note(trx: RegistryDb, { agentId, ask }: Asking, site: string, atMs: number): Promise<void> {
  const before = await trx
    .selectFrom('agent_update')
    .select(['running', 'running_since_ms', 'state'])
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  const isSame = before?.running === ask.running && before.state !== 'trial';
  const columns = {
    running: ask.running,
    // On trial nothing has held yet.
    running_since_ms: isSame && ask.state !== 'trial' ? before.running_since_ms : atMs,
    platform: ask.platform,
    state: ask.state,
    release_version: ask.release?.version ?? null,
    release_digest: ask.release?.digest ?? null,
    code: ask.code ?? null,
    message: ask.message ?? null,
    from_collector: ask.loaded.collector,
    from_neighbours: ask.loaded.neighbours,
    site,
    share: ask.share === undefined ? null : JSON.stringify(ask.share),
    told_ms: atMs,
  };
  await trx
    .insertInto('agent_update')
    .values({ agent_id: agentId, ...columns })
    .onConflict((conflict) => conflict.column('agent_id').doUpdateSet(columns))
    .execute();
}

interface Offer {
  release: KeptRelease;
  /** Since when the rollout is as it is: its ring was let out then, or later. */
  sinceMs: number;
}

/** What the rollout gives this host now. */
async function offered(
  trx: RegistryDb,
  { agentId, ask }: Asking,
  agent: { agencyId: number; group: string | null },
): Promise<Offer | undefined> {
  const rollout = await openRollout(trx);
  if (rollout?.state !== 'running' || ask.state === 'off') return undefined;
  const release = await findRelease(trx, rollout.version);
  const above = await agenciesAbove(trx);
  const host = { id: agentId, group: agent.group, agencies: above(agent.agencyId) };
  const ring = ringOf(rollout.rings, rollout.version, host);
  const isKnown = releaseVersionSchema.safeParse(ask.running).success;
  const isOver =
    (ask.state === 'failed' || ask.state === 'refused') && ask.release?.digest === release.digest;
  const fits = release.body.builds.some(({ platform }) => platform === ask.platform);
  if (ring > rollout.ring || !isKnown || isOver || !fits) return undefined;
  return compareVersions(release.version, ask.running) > 0
    ? { release, sinceMs: rollout.changedMs }
    : undefined;
}

function isOlder(running: string, version: string): boolean {
  return releaseVersionSchema.safeParse(running).success && compareVersions(version, running) > 0;
}

type Way = Pick<UpdateAnswer, 'from' | 'neighbours'>;

async function wayTo(
  trx: RegistryDb,
  { agentId, ask }: Asking,
  { site, release, sinceMs, atMs }: Offer & { site: string; atMs: number },
): Promise<Way> {
  const wanted = release.body.builds.find(({ platform }) => platform === ask.platform)?.program.sha256 ?? '';
  const rows = await trx
    .selectFrom('agent_update')
    .select([
      'agent_id',
      'share',
      'fetching',
      'fetching_ms',
      'told_ms',
      'state',
      'running',
      'release_digest',
      'platform',
    ])
    .where('site', '=', site)
    .where('share', 'is not', null)
    .where('told_ms', '>=', atMs - NEIGHBOUR_MS_MAX)
    .execute();
  const neighbours = rows
    .filter((row) => row.agent_id !== agentId && row.platform === ask.platform)
    .flatMap((row) => {
      const share = updateAskSchema.shape.share.parse(JSON.parse(row.share ?? 'null') ?? undefined);
      return share === undefined ? [] : [{ ...row, share }];
    });
  const urls = neighbours.flatMap(({ share }) => (share.payloads.includes(wanted) ? share.urls : []));
  if (urls.length > 0) return { from: 'neighbours', neighbours: urls.slice(0, UPDATE_LIMITS.neighboursMax) };
  const able = neighbours.filter(
    (row) => !(row.release_digest === release.digest && (row.state === 'failed' || row.state === 'refused')),
  );
  const isFetching = able.some(
    (row) => row.fetching === release.digest && (row.fetching_ms ?? 0) > atMs - FETCH_MS_MAX,
  );
  // It has not asked since the rollout is as it is, so it does not know yet that it is to fetch.
  const isAboutTo =
    ask.share === undefined &&
    atMs - sinceMs < NEIGHBOUR_MS_MAX &&
    able.some((row) => row.told_ms < sinceMs && isOlder(row.running, release.version));
  if (isFetching || isAboutTo) return { from: 'wait', neighbours: [] };
  if (ask.share !== undefined) {
    await trx
      .updateTable('agent_update')
      .set((eb) => ({
        fetching: release.digest,
        // Its time began when it was told first.
        fetching_ms: eb
          .case()
          .when('fetching', '=', release.digest)
          .then(eb.ref('fetching_ms'))
          .else(atMs)
          .end(),
      }))
      .where('agent_id', '=', agentId)
      .execute();
  }
  return { from: 'collector', neighbours: [] };
}
