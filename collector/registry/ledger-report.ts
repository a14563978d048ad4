/**
 * The ledger as people read it: sums over channels, hours, agents or agencies, and whatever does not balance. For each
 * line: produced = limited + dropped + stored + rejected - uncounted + waiting - untold + named + missing.
 */
import type { AgencyScope } from './agencies.ts';
import type { RegistryDb } from './database.ts';
import { HOUR_MS } from './ledger-cells.ts';
import { unsettledCells } from './ledger-unsettled.ts';

export const LEDGER_BY = ['channel', 'hour', 'agent', 'agency'] as const;
export type LedgerBy = (typeof LEDGER_BY)[number];

export interface LedgerQuery {
  fromMs: number;
  toMs: number;
  agentId?: string | undefined;
  agencyId?: number | undefined;
  by: LedgerBy;
  scope: AgencyScope;
}

export interface LedgerNumbers {
  produced: number;
  limited: number;
  dropped: number;
  stored: number;
  rejected: number;
  duplicate: number;
  /** Of stored and rejected: rows of agents that do not count what they read. */
  uncounted: number;
  waiting: number;
  untold: number;
  named: number;
  missing: number;
}

export interface LedgerLine extends LedgerNumbers {
  /** Channel, begin of the hour (ISO), agent id or agency id. */
  key: string;
  /** Host or agency name, where the key is an id. */
  label: string;
}

export interface Unbalanced {
  agentId: string;
  hostname: string;
  agencyId: number;
  channel: string;
  lane: number;
  hourMs: number;
  /** Above 0 lost without a name, below 0 stored more than was read. */
  difference: number;
}

export interface SequenceFault {
  agentId: string;
  hostname: string;
  agencyId: number;
  epoch: string;
  lane: number;
  afterSeq: number;
  toSeq: number;
  missing: number;
}

export interface LossReasons {
  limited: Record<string, number>;
  dropped: Record<string, number>;
  named: Record<string, number>;
}

export interface LedgerReport {
  lines: LedgerLine[];
  reasons: LossReasons;
  unbalanced: Unbalanced[];
  gaps: SequenceFault[];
  /** Agents whose spool was lost with an unknown number of records in it. */
  unknownLosses: { agentId: string; hostname: string; hourMs: number }[];
}

interface AgentName {
  hostname: string;
  agencyId: number;
}

const NOTHING: LedgerNumbers = {
  produced: 0,
  limited: 0,
  dropped: 0,
  stored: 0,
  rejected: 0,
  duplicate: 0,
  uncounted: 0,
  waiting: 0,
  untold: 0,
  named: 0,
  missing: 0,
};

type CellSums = Pick<
  LedgerNumbers,
  'produced' | 'limited' | 'dropped' | 'stored' | 'rejected' | 'duplicate' | 'uncounted'
>;

export async function readLedger(db: RegistryDb, query: LedgerQuery): Promise<LedgerReport> {
  const fromHour = Math.floor(query.fromMs / HOUR_MS);
  const toHour = Math.ceil(query.toMs / HOUR_MS);
  const agents = await agentNames(db, query);
  const agencies = await agencyNames(db);
  const lines = new Map<string, LedgerLine>();
  const lineOf = (place: { agentId: string; hour: number; channel: string }): LedgerLine | undefined => {
    const agent = agents.get(place.agentId);
    if (agent === undefined) return undefined;
    const { key, label } = keyOf(query.by, place, agent, agencies);
    let line = lines.get(key);
    if (line === undefined) lines.set(key, (line = { key, label, ...NOTHING }));
    return line;
  };

  for (const row of await sumCells(db, query, fromHour, toHour)) {
    const { agentId, hour, channel, ...sums } = row;
    const line = lineOf({ agentId, hour, channel });
    if (line !== undefined) add(line, sums);
  }
  const report: LedgerReport = {
    lines: [],
    reasons: await toldReasons(db, query, agents, fromHour, toHour),
    unbalanced: [],
    gaps: await sequenceFaults(db, agents, query),
    unknownLosses: await unknownLosses(db, agents, fromHour, toHour),
  };
  for await (const cells of unsettledCells(db, { agentId: query.agentId })) {
    for (const cell of cells) {
      const agent = agents.get(cell.agentId);
      if (agent === undefined || cell.hour < fromHour || cell.hour >= toHour) continue;
      const { waiting, untold, missing } = cell;
      const named = Object.values(cell.named).reduce((sum, count) => sum + count, 0);
      const line = lineOf(cell);
      if (line !== undefined) add(line, { waiting, untold, named, missing });
      addReasons(report.reasons.named, cell.named);
      if (missing === 0) continue;
      report.unbalanced.push({
        agentId: cell.agentId,
        ...agent,
        channel: cell.channel,
        lane: cell.lane,
        hourMs: cell.hour * HOUR_MS,
        difference: missing,
      });
    }
  }
  report.lines = [...lines.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return report;
}

function add(line: LedgerLine, numbers: Partial<LedgerNumbers>): void {
  for (const name of Object.keys(NOTHING) as (keyof LedgerNumbers)[]) line[name] += numbers[name] ?? 0;
}

function addReasons(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(counts)) sums[reason] = (sums[reason] ?? 0) + count;
}

function keyOf(
  by: LedgerBy,
  place: { agentId: string; hour: number; channel: string },
  agent: AgentName,
  agencies: ReadonlyMap<number, string>,
): { key: string; label: string } {
  switch (by) {
    case 'channel':
      return { key: place.channel, label: '' };
    case 'hour':
      return { key: new Date(place.hour * HOUR_MS).toISOString(), label: '' };
    case 'agent':
      return { key: place.agentId, label: agent.hostname };
    case 'agency':
      return { key: String(agent.agencyId), label: agencies.get(agent.agencyId) ?? '' };
  }
}

/** Agents that the query is about, and whom the reader may see. */
async function agentNames(db: RegistryDb, query: LedgerQuery): Promise<Map<string, AgentName>> {
  let select = db.selectFrom('agent').select(['id', 'hostname', 'agency_id']);
  if (query.scope.kind === 'some') select = select.where('agency_id', 'in', query.scope.agencyIds);
  if (query.agentId !== undefined) select = select.where('id', '=', query.agentId);
  if (query.agencyId !== undefined) select = select.where('agency_id', '=', query.agencyId);
  const rows = await select.execute();
  return new Map(rows.map((row) => [row.id, { hostname: row.hostname, agencyId: row.agency_id }]));
}

async function agencyNames(db: RegistryDb): Promise<Map<number, string>> {
  const rows = await db.selectFrom('agency').select(['id', 'name']).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Summed by the database as far as the grouping allows. */
async function sumCells(
  db: RegistryDb,
  query: LedgerQuery,
  fromHour: number,
  toHour: number,
): Promise<(CellSums & { agentId: string; hour: number; channel: string })[]> {
  const perHour = query.by === 'hour';
  const perChannel = query.by === 'channel';
  let select = db
    .selectFrom('ledger_cell')
    .select((eb) => [
      'agent_id as agentId',
      perHour ? eb.ref('hour').as('hour') : eb.lit(0).as('hour'),
      perChannel ? eb.ref('channel').as('channel') : eb.val('').as('channel'),
      eb.fn.sum<number>('produced').as('produced'),
      eb.fn.sum<number>('limited').as('limited'),
      eb.fn.sum<number>('dropped').as('dropped'),
      eb.fn.sum<number>('stored').as('stored'),
      eb.fn.sum<number>('rejected').as('rejected'),
      eb.fn.sum<number>('duplicate').as('duplicate'),
      eb.fn
        .sum<number>(
          eb
            .case()
            .when('told', '=', 1)
            .then(0)
            .else(eb('stored', '+', eb.ref('rejected')))
            .end(),
        )
        .as('uncounted'),
    ])
    .where('hour', '>=', fromHour)
    .where('hour', '<', toHour)
    .groupBy('agent_id');
  if (perHour) select = select.groupBy('hour');
  if (perChannel) select = select.groupBy('channel');
  if (query.agentId !== undefined) select = select.where('agent_id', '=', query.agentId);
  return select.execute();
}

async function toldReasons(
  db: RegistryDb,
  query: LedgerQuery,
  agents: ReadonlyMap<string, AgentName>,
  fromHour: number,
  toHour: number,
): Promise<LossReasons> {
  let select = db
    .selectFrom('ledger_told')
    .select(['agent_id', 'limited', 'dropped'])
    .where('hour', '>=', fromHour)
    .where('hour', '<', toHour)
    .where((eb) => eb.or([eb('limited', '!=', '{}'), eb('dropped', '!=', '{}')]));
  if (query.agentId !== undefined) select = select.where('agent_id', '=', query.agentId);
  const reasons: LossReasons = { limited: {}, dropped: {}, named: {} };
  for (const row of await select.execute()) {
    if (!agents.has(row.agent_id)) continue;
    addReasons(reasons.limited, JSON.parse(row.limited) as Record<string, number>);
    addReasons(reasons.dropped, JSON.parse(row.dropped) as Record<string, number>);
  }
  return reasons;
}

async function sequenceFaults(
  db: RegistryDb,
  agents: ReadonlyMap<string, AgentName>,
  query: LedgerQuery,
): Promise<SequenceFault[]> {
  const rows = await db
    .selectFrom('ledger_gap')
    .selectAll()
    .where('found_ms', '>=', query.fromMs)
    .where('found_ms', '<', query.toMs)
    .orderBy('id')
    .execute();
  return rows.flatMap((row) => {
    const agent = agents.get(row.agent_id);
    if (agent === undefined) return [];
    const { agent_id: agentId, epoch, lane, after_seq: afterSeq, to_seq: toSeq, missing } = row;
    return [{ agentId, ...agent, epoch, lane, afterSeq, toSeq, missing }];
  });
}

async function unknownLosses(
  db: RegistryDb,
  agents: ReadonlyMap<string, AgentName>,
  fromHour: number,
  toHour: number,
): Promise<LedgerReport['unknownLosses']> {
  const rows = await db
    .selectFrom('ledger_reset')
    .select(['agent_id', 'hour'])
    .where('lost', 'is', null)
    .where('hour', '>=', fromHour)
    .where('hour', '<', toHour)
    .execute();
  return rows.flatMap(({ agent_id: agentId, hour }) => {
    const agent = agents.get(agentId);
    return agent === undefined ? [] : [{ agentId, hostname: agent.hostname, hourMs: hour * HOUR_MS }];
  });
}
