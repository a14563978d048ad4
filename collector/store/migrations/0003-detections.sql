-- Detections: one row per event and rule. They are the hits on the events' rows, so nothing is stored for them, and what
-- is counted here is what alerts are made of. The id is the one that alerts carry (collector/alert/detection.ts): the
-- first half of SHA-256 over the JSON list ["rule", rule id, event id]. Rules that only feed correlations have rows too.
-- (Of names with control characters from \u001a on the id differs: they are written in other letters here.)
CREATE VIEW IF NOT EXISTS detections AS
SELECT
    lower(hex(substring(SHA256(concat('["', arrayStringConcat(arrayMap(
        part -> if(
            match(part, '[\\x00-\\x1f]'),
            substring(replaceAll(toJSONString(part), '\\/', '/'), 2, -1),
            replaceAll(replaceAll(part, '\\', '\\\\'), '"', '\\"')),
        ['rule', rule_id, concat(agent_id, '/', epoch, '/', toString(lane), '/', toString(seq))]
    ), '","'), '"]')), 1, 16))) AS detection_id,
    rule_id,
    time,
    received,
    agent_id,
    epoch,
    lane,
    seq,
    agency_id,
    hostname,
    channel,
    batch,
    row,
    matched_fields
FROM events
ARRAY JOIN rule_ids AS rule_id, hit_fields AS matched_fields
WHERE empty(rule_ids) = 0;
