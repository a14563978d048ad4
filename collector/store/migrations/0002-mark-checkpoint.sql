-- lane_mark holds the marks of every event whose batch is at or below the highest number here, so that a start reads
-- the events of later batches only. Events may be deleted only at or below it.
CREATE TABLE IF NOT EXISTS mark_checkpoint
(
    batch UInt64
)
ENGINE = MergeTree
ORDER BY batch
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1;
