-- How long a channel has been failing, and by which clock it was last left alone.
ALTER TABLE channel ADD COLUMN failing_since INTEGER; -- when the first attempt failed since the last success; NULL: none did
ALTER TABLE channel ADD COLUMN failed_at INTEGER;     -- when an attempt failed last; NULL: none did
UPDATE channel SET failing_since = coalesce(succeeded_at, 0) WHERE failures > 0;
