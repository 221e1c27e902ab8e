-- Which concepts an article mentioned when it was stored.
CREATE TABLE article_concept (
    article_seq INTEGER NOT NULL REFERENCES article (seq) ON DELETE CASCADE,
    concept     TEXT NOT NULL,
    PRIMARY KEY (article_seq, concept)
) STRICT, WITHOUT ROWID;
