-- Articles that tell the same news.
CREATE TABLE story (
    id            BLOB PRIMARY KEY,  -- digest of the article that it began with
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL   -- when its newest article was first seen
) STRICT, WITHOUT ROWID;

CREATE INDEX story_last_seen ON story (last_seen_at);

CREATE TABLE story_article (
    seq        INTEGER PRIMARY KEY,  -- in the order of arrival
    article_id BLOB NOT NULL UNIQUE REFERENCES article (id) ON DELETE CASCADE,
    story_id   BLOB NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    joined     TEXT NOT NULL CHECK (joined IN ('first', 'same_text', 'copy', 'news')),
    at         INTEGER NOT NULL,     -- published, never later than seen
    seen_at    INTEGER NOT NULL,
    sketch     BLOB                  -- what it is compared by; NULL once its story is over
) STRICT;

CREATE INDEX story_article_story ON story_article (story_id);
CREATE INDEX story_article_sketched ON story_article (seen_at) WHERE sketch IS NOT NULL;

-- What a watch told a channel of a story: the reason why it is not told again.
CREATE TABLE story_told (
    story_id BLOB NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    watch    TEXT NOT NULL,
    channel  TEXT NOT NULL,
    occasion TEXT NOT NULL,          -- first, sources:5, lang:ja, country:jp
    told_at  INTEGER NOT NULL,
    PRIMARY KEY (story_id, watch, channel, occasion)
) STRICT, WITHOUT ROWID;

-- The agencies that an article credits, comma-separated; NULL: none that is known.
ALTER TABLE article ADD COLUMN attribution TEXT;
