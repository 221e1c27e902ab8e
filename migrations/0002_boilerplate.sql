-- Paragraphs of each feed's articles, to tell what recurs.
CREATE TABLE paragraph (
    feed_id      BLOB NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    digest       INTEGER NOT NULL, -- of the folded text
    articles     INTEGER NOT NULL, -- different articles it stood in
    topic        INTEGER NOT NULL, -- bits of the words that all their titles share
    last_seen_at INTEGER NOT NULL, -- in a new article
    PRIMARY KEY (feed_id, digest)
) STRICT, WITHOUT ROWID;

-- JSON array of [field, {start, end}], in bytes: what only `all:` looks into.
ALTER TABLE article ADD COLUMN boilerplate TEXT NOT NULL DEFAULT '[]';
