-- What was there before a feed was watched, and what was published since.
ALTER TABLE feed ADD COLUMN added_at INTEGER;         -- when it came into the configuration; NULL: before that was noted
ALTER TABLE feed ADD COLUMN first_success_at INTEGER; -- NULL: none yet, or before that was noted
ALTER TABLE feed ADD COLUMN quiet_since INTEGER;      -- last new entry, moved on by the time in which nobody asked; NULL: as the rhythm says
ALTER TABLE match ADD COLUMN baseline INTEGER NOT NULL DEFAULT 0; -- 1: its article was there before its feed was watched, and it alerted nobody
ALTER TABLE article ADD COLUMN published_said INTEGER; -- the date that the feed gave, where it was not believed; NULL: it was, or there was none
-- 1: the database was restored from a backup since its page was due: what it brings may have been told before.
ALTER TABLE page ADD COLUMN catching_up INTEGER NOT NULL DEFAULT 0;
