-- Events: one row per record, hits in the same row, so that a batch is one atomic part.
--
-- Partition: the day received, never the event's own time, so that a host with a broken clock or an old spool
-- cannot touch many partitions. Order: hour; rows with hits apart, since the projector and every view of detections
-- read only them; then the kind of event, since rows of one kind look alike and compress better than rows of one
-- host do (59 against 72 bytes per event); then the agent and the time. A look at some minutes reads its hours only,
-- a look at one host a few granules of each kind, both through the minmax indexes.
-- time is kept as Int64 milliseconds under DateTime64: any JavaScript time comes back exactly.
--
-- Nothing stands twice. What rules and people ask most has a typed column; typed_fields names the event's fields that
-- stand in one (`,CommandLine,User,`). All other fields stand in other_fields, by name: text values as they are, the
-- others as JSON text; json_fields names the fields whose value is not text, wherever they stand. Merges split the map
-- into buckets of few names each, so that reading one field reads little more than that. The message is made of the
-- row again: message_pattern says how (collector/store/message-pattern.ts), message_text holds what stands nowhere else.
-- Whole words of command lines have a text index, which costs 1 to 7 % of the room. One over all values of the map would cost
-- four fifths of it (28 bytes per event) and there is none: a search by other words reads what lies in its hours.
-- Compression blocks are the engine's own: larger ones save 6 % on disk, but an insert then takes a gigabyte of memory.
-- fields and message are for reading: made on demand, and slower than the columns that they are made of.
CREATE TABLE IF NOT EXISTS events
(
    batch UInt64 CODEC(DoubleDelta, ZSTD(3)),
    row UInt32 CODEC(T64('bit'), ZSTD(3)),
    received DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(3)),
    time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    agent_id LowCardinality(String) CODEC(ZSTD(3)),
    epoch LowCardinality(String) CODEC(ZSTD(3)),
    lane UInt8 CODEC(ZSTD(3)),
    seq UInt64 CODEC(Delta, ZSTD(3)),
    agency_id UInt32 CODEC(T64, ZSTD(3)),
    channel LowCardinality(String) CODEC(ZSTD(3)),
    origin LowCardinality(String) CODEC(ZSTD(3)),
    log_products Array(LowCardinality(String)) CODEC(ZSTD(3)),
    log_categories Array(LowCardinality(String)) CODEC(ZSTD(3)),
    log_services Array(LowCardinality(String)) CODEC(ZSTD(3)),
    parsed Bool CODEC(ZSTD(3)),
    hostname LowCardinality(String) CODEC(ZSTD(3)),
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
    process_executable LowCardinality(String) CODEC(ZSTD(3)),
    process_parent_executable LowCardinality(String) CODEC(ZSTD(3)),
    process_parent_command_line String CODEC(ZSTD(3)),
    registry_path String CODEC(ZSTD(3)),
    destination_ip String CODEC(ZSTD(3)),
    dns_question_name String CODEC(ZSTD(3)),
    file_previous_hash_sha256 String CODEC(ZSTD(3)),
    file_mode LowCardinality(String) CODEC(ZSTD(3)),
    file_previous_mode LowCardinality(String) CODEC(ZSTD(3)),
    file_uid LowCardinality(String) CODEC(ZSTD(3)),
    file_previous_uid LowCardinality(String) CODEC(ZSTD(3)),
    inventory_category LowCardinality(String) CODEC(ZSTD(3)),
    inventory_change LowCardinality(String) CODEC(ZSTD(3)),
    inventory_key String CODEC(ZSTD(3)),
    typed_fields LowCardinality(String) CODEC(ZSTD(3)),
    other_fields Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    json_fields Array(LowCardinality(String)) CODEC(ZSTD(3)),
    message_pattern LowCardinality(String) CODEC(ZSTD(3)),
    message_text String CODEC(ZSTD(3)),
    rule_ids Array(LowCardinality(String)) CODEC(ZSTD(3)),
    hit_fields Array(String) CODEC(ZSTD(3)),
    message String ALIAS if(message_pattern = '', message_text, arrayStringConcat(arrayMap(
        part -> multiIf(
            startsWith(part, '\x01'),
                mapValues(other_fields)[indexOf(mapKeys(other_fields), substring(part, 2))],
            startsWith(part, '\x02'), splitByChar('\0', message_text)[toUInt16OrZero(substring(part, 2))],
            startsWith(part, '\x03'), [
                hostname, event_action, event_outcome, event_code, user_name, source_ip, process_name,
                process_command_line, file_path, file_hash_sha256, http_request_method, url_original,
                http_response_status_code, user_agent_original, process_executable,
                process_parent_executable, process_parent_command_line, registry_path, destination_ip,
                dns_question_name, file_previous_hash_sha256, file_mode, file_previous_mode, file_uid,
                file_previous_uid, inventory_category, inventory_change, inventory_key
            ][toUInt16OrZero(substring(part, 2))],
            part),
        splitByChar('\0', message_pattern)))),
    fields Map(LowCardinality(String), String) ALIAS if(typed_fields = '', other_fields, mapConcat(other_fields,
        CAST(arrayMap(
            name -> (name, [
                hostname, event_action, event_outcome, event_code, user_name, source_ip, process_name,
                process_command_line, file_path, file_hash_sha256, http_request_method, url_original,
                http_response_status_code, user_agent_original, process_executable,
                process_parent_executable, process_parent_command_line, registry_path, destination_ip,
                dns_question_name, file_previous_hash_sha256, file_mode, file_previous_mode, file_uid,
                file_previous_uid, inventory_category, inventory_change, inventory_key
            ][transform(name, [
                    'host.name', 'Computer', 'event.action', 'event.outcome', 'event.code', 'EventID',
                    'user.name', 'User', 'TargetUserName', 'SubjectUserName', 'cs-username', 'source.ip',
                    'source.address', 'c-ip', 'SourceIp', 'IpAddress', 'process.name',
                    'process.command_line', 'CommandLine', 'ProcessCommandLine', 'HostApplication',
                    'file.path', 'TargetFilename', 'ImageLoaded', 'ObjectName', 'file.hash.sha256',
                    'cs-method', 'cs-uri', 'cs-uri-stem', 'sc-status', 'cs-user-agent', 'Image',
                    'NewProcessName', 'SourceImage', 'ParentImage', 'ParentProcessName', 'ParentCommandLine',
                    'TargetObject', 'destination.ip', 'DestinationIp', 'DestAddress', 'dns.question.name',
                    'QueryName', 'file.previous.hash.sha256', 'file.mode', 'file.previous.mode', 'file.uid',
                    'file.previous.uid', 'inventory.category', 'inventory.change', 'inventory.key'
                ], [
                    1, 1, 2, 3, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7, 8, 8, 8, 8, 9, 9, 9, 9, 10, 11, 12,
                    12, 13, 14, 15, 15, 15, 16, 16, 17, 18, 19, 19, 19, 20, 20, 21, 22, 23, 24, 25, 26, 27,
                    28
                ], 0)]),
            arrayFilter(name -> name != '', splitByChar(',', typed_fields))), 'Map(LowCardinality(String), String)'))),
    INDEX time_range time TYPE minmax GRANULARITY 1,
    INDEX agent_range agent_id TYPE minmax GRANULARITY 1,
    INDEX batch_range batch TYPE minmax GRANULARITY 1,
    INDEX rule_set rule_ids TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX command_words lowerUTF8(process_command_line) TYPE text(tokenizer = splitByNonAlpha)
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
    fsync_part_directory = 1,
    map_serialization_version = 'with_buckets',
    map_buckets_strategy = 'constant',
    max_buckets_in_map = 32,
    map_buckets_min_avg_size = 0;

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
