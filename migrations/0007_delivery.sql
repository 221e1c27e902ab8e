-- What feedwatch tells of itself. Each notice travels to one channel, in a delivery, as alerts do.
CREATE TABLE notice (
    seq         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE, -- digest of kind, subject, occasion and channel
    channel     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,        -- a feed's URL, or the name of a channel or a watch
    title       TEXT NOT NULL,
    text        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    delivery_id BLOB REFERENCES delivery (id) ON DELETE CASCADE -- NULL: in no delivery yet
) STRICT;

CREATE INDEX notice_waiting ON notice (channel, created_at) WHERE delivery_id IS NULL;
CREATE INDEX notice_delivery ON notice (delivery_id) WHERE delivery_id IS NOT NULL;

-- What is remembered of a channel; no row: nothing.
CREATE TABLE channel (
    name          TEXT PRIMARY KEY,
    deliveries    INTEGER NOT NULL, -- made so far; numbers them
    bucket_full_at INTEGER NOT NULL, -- when its rate limit is forgotten
    failures      INTEGER NOT NULL, -- failed attempts since the last success
    resume_at     INTEGER NOT NULL, -- nothing is sent before
    succeeded_at  INTEGER           -- last success; NULL: none yet
) STRICT, WITHOUT ROWID;

-- When a watch's alerts last became a delivery of a channel.
CREATE TABLE watch_grouped (
    channel    TEXT NOT NULL,
    watch      TEXT NOT NULL,
    grouped_at INTEGER NOT NULL,
    PRIMARY KEY (channel, watch)
) STRICT, WITHOUT ROWID;

-- Since when a watch asks what it asks: what was stored before is no news to it.
CREATE TABLE watch_baseline (
    watch       TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL, -- of its query and the concepts in it
    since       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE alert ADD COLUMN watch TEXT NOT NULL DEFAULT ''; -- the match's
ALTER TABLE alert ADD COLUMN storm TEXT; -- why it belongs in one message with others; NULL: it does not
UPDATE alert SET watch = coalesce((SELECT match.watch FROM match WHERE match.id = alert.match_id), '');
DROP INDEX alert_ungrouped;
CREATE INDEX alert_waiting ON alert (channel, watch, created_at, storm) WHERE delivery_id IS NULL;

ALTER TABLE delivery ADD COLUMN number INTEGER NOT NULL DEFAULT 0;   -- the channel's how many-th; 0: before they were counted
ALTER TABLE delivery ADD COLUMN priority INTEGER NOT NULL DEFAULT 1; -- 0 low, 1 normal, 2 high
DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (channel, priority, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_dead ON delivery (channel, seq) WHERE state = 'dead';
