-- How many articles of each feed, in each language, a story has: what it is told by is counted without reading them.
CREATE TABLE story_feed (
    story_id BLOB NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    feed_id  BLOB NOT NULL,
    lang     TEXT NOT NULL,    -- '': could not be told
    articles INTEGER NOT NULL, -- never 0
    PRIMARY KEY (story_id, feed_id, lang)
) STRICT, WITHOUT ROWID;

INSERT INTO story_feed (story_id, feed_id, lang, articles)
SELECT story_article.story_id, article.feed_id, coalesce(article.lang, ''), count(*)
FROM story_article JOIN article ON article.id = story_article.article_id
GROUP BY 1, 2, 3;

-- They are kept here, so that no statement can forget them: an article comes to a story, moves to another, is found to
-- be in another language, and goes.
CREATE TRIGGER story_feed_joined AFTER INSERT ON story_article BEGIN
    INSERT INTO story_feed (story_id, feed_id, lang, articles)
    SELECT new.story_id, feed_id, coalesce(lang, ''), 1 FROM article WHERE id = new.article_id
    ON CONFLICT DO UPDATE SET articles = articles + 1;
END;

CREATE TRIGGER story_feed_moved AFTER UPDATE OF story_id ON story_article WHEN new.story_id != old.story_id BEGIN
    UPDATE story_feed SET articles = articles - 1
    FROM article WHERE article.id = new.article_id AND story_feed.story_id = old.story_id
    AND story_feed.feed_id = article.feed_id AND story_feed.lang = coalesce(article.lang, '');
    DELETE FROM story_feed WHERE story_id = old.story_id AND articles = 0;
    INSERT INTO story_feed (story_id, feed_id, lang, articles)
    SELECT new.story_id, feed_id, coalesce(lang, ''), 1 FROM article WHERE id = new.article_id
    ON CONFLICT DO UPDATE SET articles = articles + 1;
END;

CREATE TRIGGER story_feed_translated AFTER UPDATE OF lang ON article WHEN new.lang IS NOT old.lang BEGIN
    UPDATE story_feed SET articles = articles - 1
    FROM story_article WHERE story_article.article_id = new.id AND story_feed.story_id = story_article.story_id
    AND story_feed.feed_id = old.feed_id AND story_feed.lang = coalesce(old.lang, '');
    DELETE FROM story_feed WHERE story_id = (SELECT story_id FROM story_article WHERE article_id = new.id) AND articles = 0;
    INSERT INTO story_feed (story_id, feed_id, lang, articles)
    SELECT story_id, new.feed_id, coalesce(new.lang, ''), 1 FROM story_article WHERE article_id = new.id
    ON CONFLICT DO UPDATE SET articles = articles + 1;
END;

-- Before, since its place in the story goes with it.
CREATE TRIGGER story_feed_left BEFORE DELETE ON article BEGIN
    UPDATE story_feed SET articles = articles - 1
    FROM story_article WHERE story_article.article_id = old.id AND story_feed.story_id = story_article.story_id
    AND story_feed.feed_id = old.feed_id AND story_feed.lang = coalesce(old.lang, '');
    DELETE FROM story_feed WHERE story_id = (SELECT story_id FROM story_article WHERE article_id = old.id) AND articles = 0;
END;
