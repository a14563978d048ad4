/**
 * SQL of a list of detections: what rules found on single events, one row an event and rule, newest first. It reads only rows
 * with hits, which lie apart. Invariant: the order is total (the event's, then the rule), so pages neither repeat nor skip.
 */
import { behind, type BoundQuery, NEWEST_FIRST, SEARCH_LIMIT_MAX, spanConditions } from './event-query.ts';
import type { DetectionQuery } from './store.ts';

/** @throws RangeError for a bad limit, span or page */
export function detectionQuery(query: DetectionQuery): BoundQuery {
  const { where, params } = spanConditions(query);
  where.push('empty(rule_ids) = 0');
  if (query.ruleId !== undefined) {
    where.push('has(rule_ids, {rule:String}) AND rule_id = {rule:String}');
    params['rule'] = query.ruleId;
  }
  if (query.after !== undefined) {
    params['afterRule'] = query.after.ruleId;
    where.push(...behind(query.after, params, { column: 'rule_id', param: 'afterRule' }));
  }
  params['limit'] = Math.min(query.limit, SEARCH_LIMIT_MAX);
  return {
    query: `SELECT agent_id, epoch, lane, seq,
        toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received) AS received_ms,
        agency_id, hostname, channel, rule_id, matched_fields
      FROM events ARRAY JOIN rule_ids AS rule_id, hit_fields AS matched_fields
      WHERE ${where.join('\n AND ')}
      ORDER BY ${NEWEST_FIRST}, rule_id DESC
      LIMIT {limit:UInt32}`,
    params,
  };
}
