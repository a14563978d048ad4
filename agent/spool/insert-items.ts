/** Puts what a source yielded into the lanes, with its positions and counts, inside a transaction. */
import { LANES, laneNumber } from '#protocol/lane.ts';
import type { SourceItem } from '../sources/source.ts';
import { encodeRecord } from './encode-record.ts';
import type { LaneDraft, SpooledRecord } from './lane-draft.ts';
import type { Statements } from './statements.ts';
import { hourOf, placeOf } from './tally.ts';
import type { TallyDraft } from './tally.ts';
import { must } from '../must.ts';

export interface ItemSink {
  drafts: readonly LaneDraft[];
  tally: TallyDraft;
  sql: Statements;
}

/** @returns how many records fit no frame: they are named as lost. */
export function insertItems(
  { drafts, tally, sql }: ItemSink,
  sourceName: string,
  items: readonly SourceItem[],
  nowMs: number,
): number {
  const spooled = LANES.map((): SpooledRecord[] => []);
  for (const item of items) {
    const lane = laneNumber(item.lane);
    for (const record of item.records)
      spooled[lane]?.push({ ...placeOf(record), json: encodeRecord(record) });
    for (const { channel, reason, count, at } of item.limited ?? [])
      tally.limit(lane, { channel, hourMs: hourOf(at) }, reason, count);
    for (const { key, value } of item.positions) {
      if (value === undefined) sql.deletePosition.run(sourceName, key);
      else sql.writePosition.run(sourceName, key, value);
    }
  }
  let unsendable = 0;
  for (const [lane, records] of spooled.entries()) {
    unsendable += must(drafts[lane]).append(records, nowMs);
  }
  return unsendable;
}
