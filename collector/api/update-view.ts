/** Releases, rollouts and hosts as the API and the command line show them. */
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

export function viewRelease(release: KeptRelease): ReleaseView {
  const { version, counter, digest, bytes, state, addedBy, withdrawnBy, body } = release;
  const { fromVersionMin, notes, notAfterMs, builds } = body;
  return {
    version,
    counter,
    digest,
    bytes,
    platforms: builds.map(({ platform }) => platform),
    fromVersionMin,
    notes,
    notAfter: isoTime(notAfterMs),
    state,
    addedBy,
    addedAt: isoTime(release.addedMs),
    withdrawnBy,
    withdrawnAt: release.withdrawnMs === null ? null : isoTime(release.withdrawnMs),
  };
}

export async function viewReleases({ db }: Registry) {
  const newest = (await listRoots(db)).at(-1);
  // It was checked when it came.
  const roots = newest === undefined ? undefined : (JSON.parse(newest.text.body) as RootsBody);
  return {
    releases: (await listReleases(db)).map(viewRelease),
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
