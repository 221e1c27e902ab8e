-- Which version of the index text (analysis) made the tokens in article_index. One row.
CREATE TABLE index_version (
    version    INTEGER NOT NULL, -- that of the articles whose seq is greater; 0: not known
    stale_upto INTEGER NOT NULL  -- articles up to this seq may be indexed by another version; 0: none is
) STRICT;

-- What was stored before versions were noted may be of any.
INSERT INTO index_version (version, stale_upto) SELECT 0, coalesce(max(seq), 0) FROM article;
