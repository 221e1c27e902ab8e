-- What becomes of the entries that rewritten articles leave in article_index: 0, FTS5 merges them away as ever;
-- 1, that is put off until no article is stale; 2, all of it is being merged, a few pages at a time.
ALTER TABLE index_version ADD COLUMN merging INTEGER NOT NULL DEFAULT 0;

-- A rewriting that is under way goes on like any other.
UPDATE index_version SET merging = 1 WHERE stale_upto > 0;
INSERT INTO article_index (article_index, rank) SELECT 'deletemerge', 0 FROM index_version WHERE merging = 1;
