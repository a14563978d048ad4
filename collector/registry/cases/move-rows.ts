/** Rows of a case change the case that they lie in, and which did is written down. */
import { z } from 'zod';
import type { RegistryDb, RegistryTransaction } from '../database.ts';

/** Tables whose rows change their case; `same`: columns that are different for all rows of a case. */
const MOVABLE = {
  case_alert: { key: 'alert_id', same: [] },
  case_item: { key: 'id', same: ['kind', 'type', 'value'] },
  case_event: { key: 'id', same: ['event_id'] },
  case_task: { key: 'id', same: [] },
  case_note: { key: 'id', same: [] },
  case_entry: { key: 'id', same: [] },
  case_attachment: { key: 'id', same: [] },
  case_clock: { key: 'id', same: [] },
} as const;

export type MovableTable = keyof typeof MOVABLE;

export const MOVABLE_TABLES = Object.keys(MOVABLE) as MovableTable[]; // of the table above

export const movedSchema = z.object({
  rows: z.record(z.string(), z.array(z.union([z.string(), z.number()]))),
  /** Tags, watchers and agencies that the case had not before. */
  tags: z.array(z.string()),
  watchers: z.array(z.string()),
  agencyIds: z.array(z.number()),
});

export type Moved = z.infer<typeof movedSchema>;

const KEYS_MAX = 400;

/** Moves rows, all or some, that have no twin there. @returns keys of those that moved */
export async function moveRows(
  trx: RegistryTransaction,
  table: MovableTable,
  fromId: string,
  intoId: string,
  keys?: readonly (string | number)[],
): Promise<(string | number)[]> {
  const { key } = MOVABLE[table];
  const same: readonly string[] = MOVABLE[table].same;
  const columns = same as readonly 'kind'[];
  // The tables have the columns that the table above names.
  const any = trx as unknown as RegistryDb;
  let query = any
    .selectFrom(table as 'case_item')
    .select([key as 'id', ...columns])
    .where('case_id', '=', fromId);
  if (keys !== undefined) query = query.where(key as 'id', 'in', keys as number[]);
  const rows = (await query.execute()) as Record<string, string | number>[];
  const nameOf = (row: Record<string, string | number>): string =>
    JSON.stringify(same.map((column) => row[column]));
  const twins = new Set<string>();
  if (same.length > 0) {
    const there = await any
      .selectFrom(table as 'case_item')
      .select(columns)
      .where('case_id', '=', intoId)
      .execute();
    for (const row of there as Record<string, string | number>[]) twins.add(nameOf(row));
  }
  const moving = rows
    .filter((row) => same.length === 0 || !twins.has(nameOf(row)))
    .map((row) => row[key] ?? '');
  for (let at = 0; at < moving.length; at += KEYS_MAX) {
    await any
      .updateTable(table as 'case_item')
      .set({ case_id: intoId })
      .where(key as 'id', 'in', moving.slice(at, at + KEYS_MAX) as number[])
      .execute();
  }
  return moving;
}

export async function writeMove(
  trx: RegistryTransaction,
  move: {
    kind: 'merge' | 'split';
    fromId: string;
    intoId: string;
    actor: string;
    reason: string;
    moved: Moved;
  },
  nowMs: number,
): Promise<number> {
  const { kind, fromId, intoId, actor, reason, moved } = move;
  const { id } = await trx
    .insertInto('case_move')
    .values({
      kind,
      from_id: fromId,
      into_id: intoId,
      at_ms: nowMs,
      actor,
      reason,
      moved: JSON.stringify(moved),
      undone_ms: null,
      undone_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export const counted = ({ rows }: Moved): Record<string, number> =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([table, keys]) =>
      keys.length === 0 ? [] : [[table.slice(5), keys.length]],
    ),
  );
