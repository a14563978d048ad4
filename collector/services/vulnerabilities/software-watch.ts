/**
 * What hosts have installed, taken over from their inventories when those change. Invariants: how a category stands is told after each
 * change of it (agent/sources/inventory), so a host is read again exactly when that word is another; nothing is guessed of a host
 * that said nothing.
 */
import { LOOK_BACK_MS, stateAt } from '../../inventory/state-at.ts';
import { agentPages } from '../../registry/agents.ts';
import type { Registry } from '../../registry/database.ts';
import {
  type HostSoftware,
  softwarePlaces,
  writeSoftware,
} from '../../registry/vulnerability/host-software.ts';
import type { InventoryReader, ToldCategory } from '../../store/inventory-store.ts';
import { distinctInstalled, installedOf, packInstalled } from '../../vulnerability/installed.ts';
import { releaseOfHost, WINDOWS, windowsBuild } from '../../vulnerability/releases.ts';

const ITEMS_MAX = 60_000;
const HOSTS_AT_ONCE = 20;
const ALL = { kind: 'all' } as const;

export interface SoftwareWatchPorts {
  registry: Registry;
  inventory: InventoryReader;
}

/** @returns how many hosts told something else. @param signal ends it between two hosts */
export async function watchSoftware(
  { registry, inventory }: SoftwareWatchPorts,
  signal?: AbortSignal,
): Promise<number> {
  const atMs = registry.now();
  const moment = { atMs, fromMs: atMs - LOOK_BACK_MS };
  const [packages, systems, known] = await Promise.all([
    inventory.categories({ ...moment, category: 'package' }),
    inventory.categories({ ...moment, category: 'os' }),
    softwarePlaces(registry.db),
  ]);
  const told = new Map(packages.map((one) => [one.agentId, one]));
  const systemOf = new Map(systems.map((one) => [one.agentId, one]));
  let changed = 0;
  for await (const page of agentPages(registry, ALL, { states: ['active'] })) {
    const due = page.flatMap(({ id }): DueHost[] => {
      const [own, system] = [told.get(id), systemOf.get(id)];
      if (own === undefined && system === undefined) return [];
      const place = `${placeOf(own)} ${placeOf(system)}`.trim();
      return place === known.get(id) ? [] : [{ id, place, packages: own, system }];
    });
    for (let at = 0; at < due.length; at += HOSTS_AT_ONCE) {
      signal?.throwIfAborted();
      const read: HostSoftware[] = [];
      for (const one of due.slice(at, at + HOSTS_AT_ONCE)) {
        const host = await readHost(inventory, one, atMs);
        if (host !== undefined) read.push(host);
      }
      await registry.db.transaction().execute((trx) => writeSoftware(trx, read));
      changed += read.length;
    }
  }
  return changed;
}

function placeOf(told: ToldCategory | undefined): string {
  return told === undefined ? '-' : `${told.last.batch}/${told.last.row}`;
}

interface DueHost {
  id: string;
  place: string;
  packages: ToldCategory | undefined;
  system: ToldCategory | undefined;
}

/** Undefined while the host has not told enough. */
async function readHost(
  inventory: InventoryReader,
  { id, place, packages, system }: DueHost,
  atMs: number,
): Promise<HostSoftware | undefined> {
  const query = { agentIds: [id], atMs, limit: ITEMS_MAX };
  const os = (await stateAt(inventory, { ...query, category: 'os' })).items[0]?.facts ?? {};
  const text = (name: string): string => (typeof os[name] === 'string' ? os[name] : '');
  const name = (text('prettyName') || `${text('name')} ${text('version')}`).trim().slice(0, 200);
  if (text('platform') === 'win32' && system !== undefined)
    return {
      agentId: id,
      system: name,
      place,
      toldMs: system.last.timeMs,
      ...(await windowsOf(text('version'))),
    };
  if (packages === undefined) return undefined;
  const { items, more } = await stateAt(inventory, { ...query, category: 'package' });
  const installed = distinctInstalled(
    items.map(({ facts }) => installedOf(facts)).filter((one) => one !== undefined),
  );
  return {
    agentId: id,
    system: name,
    release: releaseOfHost(text('id'), text('versionId')) ?? null,
    isWhole: packages.last.facts['state'] === 'complete' && !more,
    packages: installed.length,
    place,
    toldMs: packages.last.timeMs,
    body: await packInstalled(installed),
  };
}

/** Updates of Windows are its build: one that tells no revision is known in part only. */
async function windowsOf(
  version: string,
): Promise<Pick<HostSoftware, 'release' | 'isWhole' | 'packages' | 'body'>> {
  const build = windowsBuild(version);
  const isWhole = build?.revision !== undefined;
  const installed = isWhole ? [{ name: WINDOWS, source: WINDOWS, version }] : [];
  const body = await packInstalled(installed);
  return { release: build?.release ?? null, isWhole, packages: installed.length, body };
}
