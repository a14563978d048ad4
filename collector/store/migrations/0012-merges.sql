-- What merges cost, which is more than inserts do: measured per row, an insert of 16,000 rows takes 6 µs of the engine
-- and every merge the row goes through 8 to 15 µs, so what counts is how often and how a row is merged.
--
-- Base: about 30 parts are merged at once instead of 5. By a model of the engine's choice of merges (it says 0.70
-- where 0.70 was measured) a row is merged 2.7 times within four hours of 20,000 events a second instead of 4.8 times; the price is some 30 young parts at rest where there were 10.
-- Vertical: column by column from the first row on. Row by row, as the engine merges small parts, it takes 14.9 µs, so 9.4.
-- Wide: a fresh part of a full batch (about 12 MB before compression) is one file rather than three per column, which
-- halves the time of its insert; what is merged is wide, since only that is merged vertically.
-- Largest merge: a quarter of an hour or so. A longer one would hold one of the few threads for hours, and young parts
-- would pile up behind it.
ALTER TABLE events MODIFY SETTING
    merge_selector_base = 30,
    vertical_merge_algorithm_min_rows_to_activate = 1,
    min_bytes_for_wide_part = 33554432,
    max_bytes_to_merge_at_max_space_in_pool = 10737418240;
