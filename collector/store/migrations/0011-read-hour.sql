-- The hour in which the agent read the record, whole hours since 1970: the loss ledger compares what agents counted with
-- what is stored, so both must name the same hour. Rows lie by the event's own hour, which is nearly always the same
-- one, so the column costs next to nothing. Rows of before have the hour of their arrival.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS read_hour UInt32 DEFAULT toUInt32(intDiv(toUnixTimestamp64Milli(received), 3600000))
    CODEC(Delta, ZSTD(3));
