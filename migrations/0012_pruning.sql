-- What may be forgotten is found without reading what may not.

-- 1: some watch matched it. Articles are forgotten sooner without.
ALTER TABLE article ADD COLUMN matched INTEGER NOT NULL DEFAULT 0;
UPDATE article SET matched = 1 WHERE id IN (SELECT article_id FROM match);
DROP INDEX article_last_seen;
CREATE INDEX article_forgotten ON article (feed_id, matched, last_seen_at);

DROP INDEX delivery_finished;
CREATE INDEX delivery_finished ON delivery (finished_at) WHERE state IN ('delivered', 'dropped');

-- 1: what its articles were compared by was thrown away.
ALTER TABLE story ADD COLUMN is_over INTEGER NOT NULL DEFAULT 0;
CREATE INDEX story_open ON story (last_seen_at) WHERE is_over = 0;
DROP INDEX story_article_sketched;

-- Which alert told it; NULL: one that is not known. And the one that told another channel in its stead, where it
-- was given up on; NULL: none did.
ALTER TABLE story_told ADD COLUMN alert_id BLOB;
ALTER TABLE story_told ADD COLUMN passed_on BLOB;

-- Which later alert told its story, after it was given up on or dropped; NULL: none did.
ALTER TABLE alert ADD COLUMN told_by BLOB;
