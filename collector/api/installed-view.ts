/** What is installed, as API and command line show it. */
import type { z } from 'zod';
import { searchKey } from '../agency/fold-name.ts';
import { listRefusals } from '../registry/enrol-refusals.ts';
import { readAgency, unknownAgency, type AgencyScope, inScope, scopeOfAgency } from '../registry/agencies.ts';
import type { Registry } from '../registry/database.ts';
import {
  inOrder,
  type Installed,
  type InstalledRow,
  readInstalled,
} from '../registry/installed/read-installed.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { MachineState } from '../rollout/judge-installed.ts';
import { version } from '../version.ts';
import type { enrolRefusalListSchema, InstalledMachineView, installedSchema } from './contract-installed.ts';

export interface MachineFilter {
  agencyId?: number | undefined;
  state?: readonly MachineState[] | undefined;
  text?: string | undefined;
}

/** @throws RefusalError agency-unknown */
async function agenciesBelow(
  { db }: Pick<Registry, 'db'>,
  scope: AgencyScope,
  agencyId: number | undefined,
): Promise<readonly number[] | undefined> {
  if (agencyId === undefined) return undefined;
  if (!inScope(scope, agencyId)) throw unknownAgency(agencyId);
  await readAgency(db, agencyId);
  const below = await scopeOfAgency(db, agencyId);
  return below.kind === 'all' ? undefined : below.agencyIds;
}

async function read(
  registry: Registry,
  scope: AgencyScope,
  agencyId: number | undefined,
  onlyCounts = false,
): Promise<Installed> {
  const agencyIds = await agenciesBelow(registry, scope, agencyId);
  const newest = version();
  return readInstalled(registry.db, { scope, agencyIds, newest, nowMs: registry.now(), onlyCounts });
}

/** @param agencyId it and what is below it; undefined: the whole scope */
export async function showInstalled(
  registry: Registry,
  scope: AgencyScope,
  agencyId: number | undefined,
): Promise<z.infer<typeof installedSchema>> {
  const { atMs, newest, totals, agencies } = await read(registry, scope, agencyId, true);
  return {
    at: isoTime(atMs),
    newest,
    totals,
    agencies: agencies.map(({ counted, ...agency }) => {
      if (counted === null) return { ...agency, counted };
      const { setMs, ...said } = counted;
      return { ...agency, counted: { ...said, setAt: isoTime(setMs) } };
    }),
  };
}

/** All that fit the filter, in the order of agencies and host names. @param seesPeople whether it is said whose machine it is */
export async function listInstalled(
  registry: Registry,
  scope: AgencyScope,
  { agencyId, state, text = '' }: MachineFilter,
  seesPeople: boolean,
): Promise<InstalledMachineView[]> {
  const { rows } = await read(registry, scope, agencyId);
  const words = searchKey(text)
    .split(' ')
    .filter((word) => word !== '');
  const fits = (row: InstalledRow): boolean => {
    if (state !== undefined && !state.includes(row.state)) return false;
    if (words.length === 0) return true;
    const { hostname, place, label, serial, macs, agentHostname, forwardsTo } = row;
    const said = [hostname, place, label, serial, ...macs, agentHostname ?? '', forwardsTo];
    if (seesPeople) said.push(row.person);
    const key = searchKey(said.join(' '));
    return words.every((word) => key.includes(word));
  };
  return inOrder(rows.filter(fits)).map(({ sinceMs, person, macs, ...row }) => ({
    ...row,
    macs: [...macs],
    person: seesPeople ? person : null,
    sinceAt: sinceMs === null ? null : isoTime(sinceMs),
  }));
}

const REFUSALS_SHOWN_MAX = 1_000;

export async function showRefusals(
  registry: Registry,
  scope: AgencyScope,
  agencyId: number | undefined,
): Promise<z.infer<typeof enrolRefusalListSchema>> {
  const agencyIds = await agenciesBelow(registry, scope, agencyId);
  const refusals = await listRefusals(registry.db, scope, { agencyIds, limit: REFUSALS_SHOWN_MAX });
  return {
    refusals: refusals.map(({ firstMs, lastMs, ...one }) => ({
      ...one,
      firstAt: isoTime(firstMs),
      lastAt: isoTime(lastMs),
    })),
  };
}
