/** Releases, rollouts and hosts as the API and the command line show them. */
import { signersOf } from '../protocol/release-trust.ts';
import type { RootsBody } from '../protocol/release.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { type KeptRelease, listReleases, listRoots } from '../registry/updates/releases.ts';
import { ringOf } from '../registry/updates/rings.ts';
import { listUpdateRollouts, openRollout, type UpdateRollout } from '../registry/updates/rollouts.ts';
import { agenciesAbove, countRings, listUpdateHosts, outcomeOf } from '../registry/updates/update-hosts.ts';
import type { ReleaseView, UpdateRolloutView, UpdateStatusView } from './contract-updates.ts';

const HOUR_MS = 3_600_000;

/** Of all lists: a key that a later one has no more still signed what came before. */
async function keysOf({ db }: Registry): Promise<RootsBody['keys']> {
  const lists = await listRoots(db);
  // They were checked when they came.
  const keys = lists.flatMap(({ text }) => (JSON.parse(text.body) as RootsBody).keys);
  return [...new Map(keys.map((one) => [one.key, one])).values()];
}

export async function viewRelease(registry: Registry, release: KeptRelease): Promise<ReleaseView> {
  return viewSigned(release, await keysOf(registry));
}

function viewSigned(release: KeptRelease, keys: RootsBody['keys']): ReleaseView {
  const { version, counter, digest, bytes, state, addedBy, withdrawnBy, body, text } = release;
  const { fromVersionMin, notes, notAfterMs, builds } = body;
  return {
    version,
    counter,
    digest,
    bytes,
    platforms: builds.map(({ platform }) => platform),
    fromVersionMin,
    notes,
    signedBy: signersOf('release', text, keys).map(({ name }) => name),
    notAfter: isoTime(notAfterMs),
    state,
    addedBy,
    addedAt: isoTime(release.addedMs),
    withdrawnBy,
    withdrawnAt: release.withdrawnMs === null ? null : isoTime(release.withdrawnMs),
  };
}

export async function viewReleases(registry: Registry) {
  const { db } = registry;
  const newest = (await listRoots(db)).at(-1);
  // It was checked when it came.
  const roots = newest === undefined ? undefined : (JSON.parse(newest.text.body) as RootsBody);
  const keys = await keysOf(registry);
  return {
    releases: (await listReleases(db)).map((release) => viewSigned(release, keys)),
    roots:
      roots === undefined
        ? null
        : {
            version: roots.version,
            threshold: roots.threshold,
            keys: roots.keys.map(({ name }) => name),
          },
  };
}

export function viewUpdateRollout(rollout: UpdateRollout): UpdateRolloutView {
  const { soakMs, plannedMs, startedMs, changedMs, rings, ...same } = rollout;
  return {
    ...same,
    rings: [...rings],
    soakHours: soakMs / HOUR_MS,
    plannedAt: isoTime(plannedMs),
    startedAt: startedMs === null ? null : isoTime(startedMs),
    changedAt: isoTime(changedMs),
  };
}

export async function viewUpdateRollouts({ db, now }: Registry) {
  const open = await openRollout(db);
  return {
    rollouts: (await listUpdateRollouts(db)).map(viewUpdateRollout),
    totals: open === undefined ? [] : await countRings(db, open, now()),
  };
}

export async function viewUpdateStatus(
  { db, now }: Registry,
  scope: AgencyScope,
): Promise<UpdateStatusView[]> {
  const [open, above] = await Promise.all([openRollout(db), agenciesAbove(db)]);
  const nowMs = now();
  return (await listUpdateHosts(db, scope)).map(({ toldMs, runningSinceMs, ...host }) => {
    const ring =
      open === undefined
        ? undefined
        : open.rings[
            ringOf(open.rings, open.version, {
              id: host.agentId,
              group: host.group,
              agencies: above(host.agencyId),
            })
          ];
    return {
      ...host,
      outcome: open === undefined ? null : outcomeOf({ ...host, toldMs, runningSinceMs }, open, nowMs),
      ring: ring?.name ?? null,
      toldAt: toldMs === null ? null : isoTime(toldMs),
    };
  });
}
