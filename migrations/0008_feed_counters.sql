-- How the polls of a feed went, counted in the transactions that they ended in.
CREATE TABLE feed_counter (
    feed_id   BLOB PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
    polls     INTEGER NOT NULL, -- all, failed ones too
    answers   INTEGER NOT NULL, -- of these, those that ended in 200 and were read, or in 304
    unchanged INTEGER NOT NULL, -- of these, those that ended in 304
    lang      TEXT              -- of most of the last new articles; NULL: could not be told
) STRICT, WITHOUT ROWID;
