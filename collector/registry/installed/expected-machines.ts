/**
 * The list of machines that are to have an agent, and how many there are to be. A machine is found again by its serial number, else by
 * a network address, else by its name in its agency, so that the same file twice changes nothing; an empty cell takes nothing
 * back. Of what leaves the list only what counted for a system is kept, since past days are assessed by it.
 */
import { readTable, type TableRow } from '../../agency/csv-columns.ts';
import { foldName } from '../../agency/fold-name.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { foldHostname } from '../../rollout/machine-name.ts';
import { type AgencyScope, inScope, unknownAgency } from '../agencies.ts';
import { slices } from '../agency-holdings.ts';
import { writeAudit } from '../audit.ts';
import {
  type FoundAgency,
  findAgencyByText,
  importAll,
  type Imported,
  type ImportCounts,
} from '../csv-import.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { systemRows } from '../systems.ts';
import { type Fault, MACHINE_COLUMNS, readMachine, type WrittenMachine } from './machine-row.ts';

export const MACHINES_MAX = 100_000;

export interface MachinesBy {
  actor: string;
  scope: AgencyScope;
  /** Agency of rows that name none. */
  agencyId: number;
}

interface KeptMachine extends WrittenMachine {
  id: number;
  agencyId: number;
  systemId: number | null;
}

type Wanted = Omit<KeptMachine, 'id'>;

export interface ImportedMachines extends Imported {
  /** Taken off the list, since the file is the whole list. */
  removed: number;
}

/** What is on the list, found by whatever a row says of a machine. */
class Known {
  readonly #bySerial = new Map<string, KeptMachine>();
  readonly #byMac = new Map<string, KeptMachine>();
  readonly #byName = new Map<string, KeptMachine>();

  constructor(machines: readonly KeptMachine[]) {
    for (const machine of machines) this.add(machine);
  }

  add(machine: KeptMachine): void {
    if (machine.serial !== '') this.#bySerial.set(machine.serial.toLowerCase(), machine);
    for (const mac of machine.macs) this.#byMac.set(mac, machine);
    if (machine.hostname !== '') this.#byName.set(nameKey(machine), machine);
  }

  find(wanted: Wanted): KeptMachine | undefined {
    const hardware =
      this.#bySerial.get(wanted.serial.toLowerCase()) ??
      wanted.macs.map((mac) => this.#byMac.get(mac)).find((found) => found !== undefined);
    if (hardware !== undefined) return hardware;
    const named = this.#byName.get(nameKey(wanted));
    // Another serial number is another machine that took the name over.
    const isOther = named !== undefined && named.serial !== '' && wanted.serial !== '';
    return isOther ? undefined : named;
  }
}

const nameKey = ({ agencyId, hostname }: { agencyId: number; hostname: string }): string =>
  `${agencyId}\n${foldHostname(hostname)}`;

/** All or nothing; a dry run says what it would do, and writes nothing. */
export async function importMachines(
  registry: Registry,
  text: string,
  by: MachinesBy,
  options: { dryRun: boolean; replace?: boolean | undefined },
): Promise<ImportedMachines> {
  let removed = 0;
  const done = await importAll(registry, options.dryRun, async (trx) => {
    const nowMs = registry.now();
    const { rows, faults } = readTable(text, MACHINE_COLUMNS);
    const counts: ImportCounts = { created: 0, changed: 0, unchanged: 0 };
    const find = finder(trx, by, legalDayAt(nowMs));
    const known = new Known(await readKept(trx, by.scope));
    const lines = new Map<number, number>();
    const agencies = new Set<number>();
    for (const row of rows) {
      const fault: Fault = (field, message, vi) => {
        faults.push({ line: row.line, column: row.columnOf(field), message, vi });
      };
      const wanted = await wantedOf(row, find, fault);
      if (wanted === undefined) continue;
      agencies.add(wanted.agencyId);
      const kept = known.find(wanted);
      const twin = kept === undefined ? undefined : lines.get(kept.id);
      if (twin !== undefined) {
        const said = `the machine stands on line ${twin} already`;
        fault(row.has('serial') ? 'serial' : 'hostname', said, `máy này đã có ở dòng ${twin}`);
        continue;
      }
      const { outcome, machine } = await writeMachine(trx, kept, wanted, nowMs);
      counts[outcome] += 1;
      known.add(machine);
      lines.set(machine.id, row.line);
    }
    if (options.replace === true && faults.length === 0)
      removed = await endOthers(trx, [...agencies], lines, nowMs);
    const { all } = await trx
      .selectFrom('expected_machine')
      .select((eb) => eb.fn.countAll<number>().as('all'))
      .where('ended_ms', 'is', null)
      .executeTakeFirstOrThrow();
    if (all > MACHINES_MAX)
      faults.push({
        line: 1,
        column: 0,
        message: `the list would have more than ${MACHINES_MAX} machines`,
        vi: `danh sách sẽ có hơn ${MACHINES_MAX} máy`,
      });
    const detail = { ...counts, removed };
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'machine.import', target: '', detail });
    return { counts, faults };
  });
  return { ...done, removed: done.faults.length > 0 ? 0 : removed };
}

interface Finder {
  agency: (text: string) => Promise<FoundAgency>;
  system: (text: string) => Promise<number | undefined>;
}

/** Each agency and system is looked for once in a file. */
function finder(trx: RegistryTransaction, by: MachinesBy, today: string): Finder {
  const agencies = new Map<string, FoundAgency>();
  const systems = new Map<string, number | undefined>();
  return {
    async agency(text) {
      if (text === '') return { ok: true, id: by.agencyId };
      const found = agencies.get(text) ?? (await findAgencyByText(trx, text, by.scope, today));
      agencies.set(text, found);
      return found;
    },
    async system(text) {
      if (systems.has(text)) return systems.get(text);
      const rows = await systemRows(trx)
        .where((eb) =>
          eb.or([
            eb('information_system.code', '=', text),
            eb('information_system.name_key', '=', foldName(text)),
          ]),
        )
        .execute();
      const seen = rows.filter(({ agencyId }) => inScope(by.scope, agencyId));
      const found = seen.length === 1 ? seen[0]?.id : undefined;
      systems.set(text, found);
      return found;
    },
  };
}

async function wantedOf(row: TableRow, find: Finder, fault: Fault): Promise<Wanted | undefined> {
  const agency = await find.agency(row.get('agency'));
  if (!agency.ok) fault('agency', agency.message, agency.vi);
  const systemText = row.get('system');
  const systemId = systemText === '' ? null : await find.system(systemText);
  if (systemId === undefined) {
    const asked = systemText.slice(0, 64);
    const said = `"${asked}" is not the code or the name of one system: give its code`;
    fault('system', said, `"${asked}" không phải mã hay tên của đúng một hệ thống: hãy ghi mã`);
  }
  const machine = readMachine(row, fault);
  if (machine === undefined || !agency.ok || systemId === undefined) return undefined;
  return { ...machine, agencyId: agency.id, systemId };
}

async function writeMachine(
  trx: RegistryTransaction,
  kept: KeptMachine | undefined,
  wanted: Wanted,
  nowMs: number,
): Promise<{ outcome: keyof ImportCounts; machine: KeptMachine }> {
  if (kept === undefined) {
    const id = await insertMachine(trx, wanted, nowMs);
    return { outcome: 'created', machine: { ...wanted, id } };
  }
  const said = (field: Exclude<keyof WrittenMachine, 'macs'>): string =>
    wanted[field] === '' ? kept[field] : wanted[field];
  const after: KeptMachine = {
    id: kept.id,
    agencyId: wanted.agencyId,
    systemId: wanted.systemId ?? kept.systemId,
    hostname: said('hostname'),
    serial: said('serial'),
    label: said('label'),
    place: said('place'),
    person: said('person'),
    forwardsTo: said('forwardsTo'),
    macs: wanted.macs.length === 0 ? kept.macs : wanted.macs,
  };
  if (JSON.stringify(inOneOrder(after)) === JSON.stringify(inOneOrder(kept)))
    return { outcome: 'unchanged', machine: kept };
  // A past day finds it in the system that it was in.
  if (kept.systemId !== null && kept.systemId !== after.systemId) {
    await endMachines(trx, [kept.id], nowMs);
    return { outcome: 'changed', machine: { ...after, id: await insertMachine(trx, after, nowMs) } };
  }
  await trx.updateTable('expected_machine').set(columnsOf(after)).where('id', '=', kept.id).execute();
  return { outcome: 'changed', machine: after };
}

const inOneOrder = ({
  agencyId,
  systemId,
  hostname,
  serial,
  macs,
  label,
  place,
  person,
  forwardsTo,
}: Wanted) => [agencyId, systemId, hostname, serial, macs.join(' '), label, place, person, forwardsTo];

const columnsOf = ({
  agencyId,
  systemId,
  hostname,
  serial,
  macs,
  label,
  place,
  person,
  forwardsTo,
}: Wanted) => ({
  agency_id: agencyId,
  system_id: systemId,
  hostname,
  hostname_key: foldHostname(hostname),
  serial,
  macs: macs.join(' '),
  label,
  place,
  person,
  forwards_to: forwardsTo,
});

async function insertMachine(trx: RegistryTransaction, wanted: Wanted, nowMs: number): Promise<number> {
  const row = { ...columnsOf(wanted), begun_ms: nowMs, ended_ms: null };
  const { id } = await trx
    .insertInto('expected_machine')
    .values(row)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function readKept(trx: RegistryDb, scope: AgencyScope): Promise<KeptMachine[]> {
  let select = trx
    .selectFrom('expected_machine')
    .select(['id', 'agency_id as agencyId', 'system_id as systemId', 'hostname', 'serial', 'macs', 'label'])
    .select(['place', 'person', 'forwards_to as forwardsTo'])
    .where('ended_ms', 'is', null)
    .orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  return rows.map(({ macs, ...row }) => ({ ...row, macs: macs === '' ? [] : macs.split(' ') }));
}

async function endMachines(trx: RegistryDb, ids: readonly number[], nowMs: number): Promise<void> {
  for (const some of slices(ids)) {
    await trx.deleteFrom('expected_machine').where('id', 'in', some).where('system_id', 'is', null).execute();
    // Nobody's name is kept longer than it is needed.
    await trx
      .updateTable('expected_machine')
      .set({ ended_ms: nowMs, person: '' })
      .where('id', 'in', some)
      .where('ended_ms', 'is', null)
      .execute();
  }
}

/** The file is the whole list of the agencies that it names. */
async function endOthers(
  trx: RegistryTransaction,
  agencyIds: readonly number[],
  lines: ReadonlyMap<number, number>,
  nowMs: number,
): Promise<number> {
  const ids: number[] = [];
  for (const some of slices(agencyIds)) {
    const rows = await trx
      .selectFrom('expected_machine')
      .select('id')
      .where('ended_ms', 'is', null)
      .where('agency_id', 'in', some)
      .execute();
    ids.push(...rows.map(({ id }) => id).filter((id) => !lines.has(id)));
  }
  await endMachines(trx, ids, nowMs);
  return ids.length;
}

/** @throws RefusalError machine-unknown */
export async function removeMachine(
  registry: Registry,
  id: number,
  { actor, scope }: Pick<MachinesBy, 'actor' | 'scope'>,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('expected_machine')
      .select(['agency_id as agencyId', 'hostname', 'serial'])
      .where('id', '=', id)
      .where('ended_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined || !inScope(scope, row.agencyId))
      throw new RefusalError('machine-unknown', String(id), `the list has no machine ${id}`);
    const nowMs = registry.now();
    await endMachines(trx, [id], nowMs);
    const { agencyId, ...detail } = row;
    const act = { actor, action: 'machine.remove', target: `machine:${id}`, agencyId, detail };
    await writeAudit(trx, nowMs, act);
  });
}

/** @param wanted.machines null: the agency does not say @throws RefusalError agency-unknown */
export async function setExpectedCount(
  registry: Registry,
  wanted: { agencyId: number; machines: number | null; source: string },
  { actor, scope }: Pick<MachinesBy, 'actor' | 'scope'>,
): Promise<void> {
  const { agencyId, machines, source } = wanted;
  if (!inScope(scope, agencyId)) throw unknownAgency(agencyId);
  await registry.db.transaction().execute(async (trx) => {
    const agency = await trx.selectFrom('agency').select('id').where('id', '=', agencyId).executeTakeFirst();
    if (agency === undefined) throw unknownAgency(agencyId);
    const nowMs = registry.now();
    await trx.deleteFrom('expected_count').where('agency_id', '=', agencyId).execute();
    if (machines !== null)
      await trx
        .insertInto('expected_count')
        .values({ agency_id: agencyId, machines, source, set_ms: nowMs, set_by: actor })
        .execute();
    const detail = { machines, source };
    const act = { actor, action: 'machine.count', target: `agency:${agencyId}`, agencyId, detail };
    await writeAudit(trx, nowMs, act);
  });
}

/** How many machines the list had of each system at a moment; systems without any are left out. */
export async function listedOfSystems(db: RegistryDb, atMs: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('expected_machine')
    .select((eb) => ['system_id as systemId', eb.fn.countAll<number>().as('machines')])
    .where('system_id', 'is not', null)
    .where('begun_ms', '<=', atMs)
    .where((eb) => eb.or([eb('ended_ms', 'is', null), eb('ended_ms', '>', atMs)]))
    .groupBy('system_id')
    .execute();
  return new Map(rows.flatMap(({ systemId, machines }) => (systemId === null ? [] : [[systemId, machines]])));
}
