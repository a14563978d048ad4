-- Events: one row per record, hits in the same row, so that a batch is one atomic part.
--
-- Partition: the day received, never the event's own time, so that a host with a broken clock or an old spool
-- cannot touch many partitions. Order: hour; rows with hits apart, since the projector and every view of detections
-- read only them; then the kind of event, since rows of one kind look alike and compress better than rows of one
-- host do (59 against 72 bytes per event); then the agent and the time. A look at some minutes reads its hours only,
-- a look at one host a few granules of each kind, both through the minmax indexes.
-- time is kept as Int64 milliseconds under DateTime64: any JavaScript time comes back exactly.
--
-- fields: the complete set of fields. Text values stand as they are, the others as JSON text; json_fields names
-- those others. A map rather than JSON text, since SQL made from rules reads single fields.
CREATE TABLE IF NOT EXISTS events
(
    batch UInt64 CODEC(Delta, ZSTD(3)),
    row UInt32 CODEC(Delta, ZSTD(3)),
    received DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    agent_id LowCardinality(String) CODEC(ZSTD(3)),
    epoch LowCardinality(String) CODEC(ZSTD(3)),
    lane UInt8 CODEC(ZSTD(3)),
    seq UInt64 CODEC(Delta, ZSTD(3)),
    agency_id UInt32 CODEC(ZSTD(3)),
    hostname LowCardinality(String) CODEC(ZSTD(3)),
    channel LowCardinality(String) CODEC(ZSTD(3)),
    origin LowCardinality(String) CODEC(ZSTD(3)),
    log_products Array(LowCardinality(String)) CODEC(ZSTD(3)),
    log_categories Array(LowCardinality(String)) CODEC(ZSTD(3)),
    log_services Array(LowCardinality(String)) CODEC(ZSTD(3)),
    parsed Bool CODEC(ZSTD(3)),
    event_action LowCardinality(String) CODEC(ZSTD(3)),
    event_outcome LowCardinality(String) CODEC(ZSTD(3)),
    event_code LowCardinality(String) CODEC(ZSTD(3)),
    user_name LowCardinality(String) CODEC(ZSTD(3)),
    source_ip String CODEC(ZSTD(3)),
    process_name LowCardinality(String) CODEC(ZSTD(3)),
    process_command_line String CODEC(ZSTD(3)),
    file_path String CODEC(ZSTD(3)),
    file_hash_sha256 String CODEC(ZSTD(3)),
    http_request_method LowCardinality(String) CODEC(ZSTD(3)),
    url_original String CODEC(ZSTD(3)),
    http_response_status_code LowCardinality(String) CODEC(ZSTD(3)),
    user_agent_original LowCardinality(String) CODEC(ZSTD(3)),
    message String CODEC(ZSTD(3)),
    fields Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    json_fields Array(LowCardinality(String)) CODEC(ZSTD(3)),
    rule_ids Array(LowCardinality(String)) CODEC(ZSTD(3)),
    hit_fields Array(String) CODEC(ZSTD(3)),
    INDEX time_range time TYPE minmax GRANULARITY 1,
    INDEX agent_range agent_id TYPE minmax GRANULARITY 1,
    INDEX batch_range batch TYPE minmax GRANULARITY 1,
    INDEX rule_set rule_ids TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (
    intDiv(toUnixTimestamp64Milli(time), 3600000),
    empty(rule_ids),
    channel,
    event_code,
    event_action,
    agent_id,
    time
)
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- Marks outlive the events they came from. batch: the highest batch stored when the mark was saved.
CREATE TABLE IF NOT EXISTS lane_mark
(
    agent_id String,
    epoch String,
    lane UInt8,
    seq UInt64,
    batch UInt64
)
ENGINE = ReplacingMergeTree(seq)
ORDER BY (agent_id, epoch, lane)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1;
