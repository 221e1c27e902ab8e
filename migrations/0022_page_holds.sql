-- Pages of which nothing can be stored, not even that they are given up on: how long they are left alone.
CREATE TABLE page_hold (
    article_id BLOB PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    until      INTEGER NOT NULL,
    times      INTEGER NOT NULL  -- in a row
) STRICT, WITHOUT ROWID;
