/** Candidates that rules hit, for whoever looks back at detections: statements for `HuntStore.page`. */
import { CANDIDATE_COLUMNS } from './clickhouse-hunts.ts';
import type { Candidates } from './hunt-store.ts';

/** Of other candidates those that any of the rules hit, or any rule at all. */
export function withHits({ query, params }: Candidates, ruleIds: readonly string[] | undefined): Candidates {
  const among = ruleIds === undefined ? '' : ' AND hasAny(rule_ids, {hit_rules:Array(String)})';
  return {
    query: `SELECT ${CANDIDATE_COLUMNS.join(', ')} FROM (${query}) WHERE notEmpty(rule_ids)${among}`,
    params: ruleIds === undefined ? params : { ...params, hit_rules: ruleIds },
  };
}

/** All events of a time. `fromMs` included, `toMs` not. */
export function eventsBetween(fromMs: number, toMs: number): Candidates {
  return {
    query: `SELECT ${CANDIDATE_COLUMNS.join(', ')} FROM events
      WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
    params: { from: fromMs, to: toMs },
  };
}
