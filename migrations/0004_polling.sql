-- What the answers of a feed taught about how to ask it again.
ALTER TABLE feed ADD COLUMN rhythm BLOB;               -- NULL: nothing learned yet
ALTER TABLE feed ADD COLUMN entries INTEGER NOT NULL DEFAULT 0; -- in the last answer that carried any
ALTER TABLE feed ADD COLUMN gap_at INTEGER;            -- when entries may last have been lost; NULL: never
ALTER TABLE feed ADD COLUMN failure TEXT;              -- the kind of the last failure; NULL after a success
ALTER TABLE feed ADD COLUMN wait_until INTEGER;        -- Retry-After; NULL: it did not ask
ALTER TABLE feed ADD COLUMN validators_url TEXT;       -- whose validators they are; NULL: those of the polled URL
ALTER TABLE feed ADD COLUMN address TEXT;              -- where it moved to for good; NULL: where it is configured
ALTER TABLE feed ADD COLUMN moving_to TEXT;            -- where permanent redirects lead; NULL: nowhere
ALTER TABLE feed ADD COLUMN moving_since INTEGER;      -- first seen; NULL with moving_to
ALTER TABLE feed ADD COLUMN moving_polls INTEGER;      -- polls in a row that saw it; NULL with moving_to
ALTER TABLE feed ADD COLUMN gone_since INTEGER;        -- the first 410 in a row; NULL: none
ALTER TABLE feed ADD COLUMN gone_polls INTEGER;        -- how many; NULL with gone_since
ALTER TABLE feed ADD COLUMN stopped_at INTEGER;        -- the end was confirmed; NULL: it is polled
ALTER TABLE feed ADD COLUMN settings BLOB;             -- digest of what is configured; NULL: before there was one
ALTER TABLE feed ADD COLUMN alarm TEXT CHECK (alarm IN ('failing', 'silent')); -- what was told; NULL: nothing
ALTER TABLE feed ADD COLUMN alarm_at INTEGER;          -- when; NULL with alarm

-- Hosts that asked to be left alone.
CREATE TABLE host_wait (
    host  TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- WebSub: where a hub was asked to send a feed's news to.
CREATE TABLE subscription (
    feed_id     BLOB PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
    callback    TEXT NOT NULL UNIQUE, -- the last part of the callback's path: 128 bits of chance
    secret      TEXT NOT NULL,        -- signs what is pushed
    hub         TEXT NOT NULL,
    topic       TEXT NOT NULL,        -- the feed, as the hub calls it
    state       TEXT NOT NULL CHECK (state IN ('wanted', 'asked', 'live', 'denied', 'leaving')),
    lease_until INTEGER,              -- NULL: not verified yet
    next_at     INTEGER NOT NULL,     -- when the hub is asked next
    failures    INTEGER NOT NULL,     -- requests in a row that came to nothing
    reason      TEXT                  -- of the last one; NULL: none
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_next ON subscription (next_at);
