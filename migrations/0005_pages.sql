-- Pages of articles whose feeds want full text.
CREATE TABLE page (
    article_id    BLOB PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    fetches       INTEGER NOT NULL, -- requests for it so far
    fetched_at    INTEGER,          -- when its text arrived last; NULL: the body is the feed's own
    next_fetch_at INTEGER,          -- NULL: not to be fetched any more
    reason        TEXT              -- why the last fetch gave no text; NULL: it did, or there was none
) STRICT, WITHOUT ROWID;

CREATE INDEX page_due ON page (next_fetch_at) WHERE next_fetch_at IS NOT NULL;

-- How many of a feed's latest entries carry no more than a headline and a teaser.
ALTER TABLE feed ADD COLUMN entries_judged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN entries_brief INTEGER NOT NULL DEFAULT 0;
