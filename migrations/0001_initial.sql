-- Times are milliseconds since the Unix epoch, UTC. Ids are 16-byte digests of what they name.

CREATE TABLE installation (
    id         TEXT NOT NULL,     -- random; part of every delivery's id
    created_at INTEGER NOT NULL
) STRICT;

-- Feeds come from the configuration; this is what is remembered of them.
CREATE TABLE feed (
    id              BLOB PRIMARY KEY,
    url             TEXT NOT NULL,
    source          TEXT,             -- configured; NULL: take the title
    country         TEXT,             -- configured; NULL: not declared
    tags            TEXT NOT NULL,    -- configured; JSON array
    title           TEXT,             -- NULL before the first success
    etag            BLOB,             -- as received; NULL: the server sent none
    last_modified   BLOB,
    ttl_seconds     INTEGER,          -- what the feed itself asks for; NULL: nothing
    skip_bits       INTEGER NOT NULL, -- skipHours from bit 0, skipDays from bit 24
    next_poll_at    INTEGER NOT NULL,
    last_poll_at    INTEGER,          -- NULL before the first poll
    last_success_at INTEGER,          -- NULL: the next success is the baseline
    last_read_at    INTEGER,          -- last answer that carried entries, not a 304
    failures        INTEGER NOT NULL, -- polls failed since the last success
    last_error      TEXT,             -- NULL after a success
    last_report     TEXT,             -- what had to be repaired in the last answer; NULL: nothing
    configured      INTEGER NOT NULL  -- 0: gone from the configuration; kept while articles point here
) STRICT, WITHOUT ROWID;

CREATE INDEX feed_due ON feed (next_poll_at) WHERE configured = 1;

CREATE TABLE article (
    seq           INTEGER PRIMARY KEY, -- rowid of article_index
    id            BLOB NOT NULL UNIQUE,
    feed_id       BLOB NOT NULL REFERENCES feed (id),
    entry_key     BLOB NOT NULL,       -- SHA-256 of the entry's identity
    alternate_key BLOB,                -- identity without scheme and host; NULL: it has none
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    body          TEXT NOT NULL,
    author        TEXT NOT NULL,
    url           TEXT,
    tags          TEXT NOT NULL,       -- JSON array
    lang          TEXT,                -- NULL: could not be told
    published_at  INTEGER NOT NULL,    -- clamped
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,    -- in its feed; at most a day behind
    content_hash  BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX article_key ON article (feed_id, entry_key);
CREATE INDEX article_alternate_key ON article (feed_id, alternate_key) WHERE alternate_key IS NOT NULL;
CREATE INDEX article_first_seen ON article (first_seen_at);
CREATE INDEX article_last_seen ON article (last_seen_at);

-- The tokens of an article, as the matcher sees them; a superset filter for `search`.
CREATE VIRTUAL TABLE article_index USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = full, tokenize = 'ascii'
);

CREATE TABLE match (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    watch      TEXT NOT NULL,
    article_id BLOB NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    matched_at INTEGER NOT NULL,
    spans      TEXT NOT NULL,          -- JSON array; empty after an edit that took the words away
    UNIQUE (watch, article_id)
) STRICT;

CREATE INDEX match_article ON match (article_id);
CREATE INDEX match_time ON match (matched_at);

CREATE TABLE delivery (
    seq             INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE,
    channel         TEXT NOT NULL,
    payload         TEXT NOT NULL,     -- frozen; the same over retries
    state           TEXT NOT NULL CHECK (state IN ('pending', 'in_flight', 'delivered', 'dead', 'dropped')),
    created_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    claims          INTEGER NOT NULL,  -- attempts taken up; a crash inflates it
    attempts        INTEGER NOT NULL,  -- attempts with a recorded outcome
    finished_at     INTEGER,           -- NULL while pending or in flight
    reason          TEXT               -- of the last failure; NULL: none failed
) STRICT;

CREATE INDEX delivery_due ON delivery (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_in_flight ON delivery (id) WHERE state = 'in_flight';
CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE alert (
    seq         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    match_id    BLOB NOT NULL REFERENCES match (id) ON DELETE CASCADE,
    channel     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    delivery_id BLOB REFERENCES delivery (id) ON DELETE CASCADE -- NULL: not grouped yet
) STRICT;

CREATE INDEX alert_ungrouped ON alert (channel, seq) WHERE delivery_id IS NULL;
CREATE INDEX alert_match ON alert (match_id);
CREATE INDEX alert_delivery ON alert (delivery_id) WHERE delivery_id IS NOT NULL;

CREATE TABLE attempt (
    delivery_id BLOB NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,      -- 1 for the first
    ended_at    INTEGER NOT NULL,
    outcome     TEXT NOT NULL,         -- delivered, failed, given_up
    detail      TEXT NOT NULL,         -- the channel's answer
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
