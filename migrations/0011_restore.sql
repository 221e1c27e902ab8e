-- 1: the database was restored from a backup, and the feed was not read since: what is new in it may have
-- been told before.
ALTER TABLE feed ADD COLUMN catching_up INTEGER NOT NULL DEFAULT 0;
