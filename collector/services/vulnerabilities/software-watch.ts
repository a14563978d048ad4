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
import { releaseOfHost } from '../../vulnerability/releases.ts';

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
    const due = page.flatMap(({ id }) => {
      const one = told.get(id);
      const place = one && placeOf(one, systemOf.get(id));
      return one === undefined || place === undefined || place === known.get(id)
        ? []
        : [{ id, place, told: one }];
    });
    for (let at = 0; at < due.length; at += HOSTS_AT_ONCE) {
      signal?.throwIfAborted();
      const read: HostSoftware[] = [];
      for (const one of due.slice(at, at + HOSTS_AT_ONCE)) read.push(await readHost(inventory, one, atMs));
      await registry.db.transaction().execute((trx) => writeSoftware(trx, read));
      changed += read.length;
    }
  }
  return changed;
}

function placeOf({ last }: ToldCategory, system: ToldCategory | undefined): string {
  const os = system === undefined ? '' : `${system.last.batch}/${system.last.row}`;
  return `${last.batch}/${last.row} ${os}`;
}

async function readHost(
  inventory: InventoryReader,
  { id, place, told }: { id: string; place: string; told: ToldCategory },
  atMs: number,
): Promise<HostSoftware> {
  const query = { agentIds: [id], atMs, limit: ITEMS_MAX };
  const os = (await stateAt(inventory, { ...query, category: 'os' })).items[0]?.facts ?? {};
  const { items, more } = await stateAt(inventory, { ...query, category: 'package' });
  const installed = distinctInstalled(
    items.map(({ facts }) => installedOf(facts)).filter((one) => one !== undefined),
  );
  const text = (name: string): string => (typeof os[name] === 'string' ? os[name] : '');
  const name = text('prettyName') || `${text('name')} ${text('version')}`.trim();
  return {
    agentId: id,
    system: name.slice(0, 200),
    release: releaseOfHost(text('id'), text('versionId')) ?? null,
    isWhole: told.last.facts['state'] === 'complete' && !more,
    packages: installed.length,
    place,
    toldMs: told.last.timeMs,
    body: await packInstalled(installed),
  };
}
