-- Which hosts a day holds, counted when the day is looked at for retention: what retention asks every day would
-- otherwise be read from every event. It may be missing or old: it counts only while its rows add up to the day's.
CREATE TABLE IF NOT EXISTS event_day
(
    day UInt32,
    agent_id String,
    agency_ids Array(UInt32),
    rows UInt64,
    first_ms Int64,
    last_ms Int64,
    batch_max UInt64
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY agent_id;

-- Hosts of a deletion under way: a list of ten thousand is data, not part of a statement.
CREATE TABLE IF NOT EXISTS retention_doomed
(
    deletion UInt64,
    agent_id String
)
ENGINE = MergeTree
ORDER BY (deletion, agent_id)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1;
