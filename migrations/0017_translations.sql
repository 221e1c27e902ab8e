-- Articles may come to a story as translations.
CREATE TABLE story_article_with_translations (
    seq        INTEGER PRIMARY KEY,  -- in the order of arrival
    article_id BLOB NOT NULL UNIQUE REFERENCES article (id) ON DELETE CASCADE,
    story_id   BLOB NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    joined     TEXT NOT NULL CHECK (joined IN ('first', 'same_text', 'copy', 'news', 'translation')),
    at         INTEGER NOT NULL,     -- published, never later than seen
    seen_at    INTEGER NOT NULL,
    sketch     BLOB                  -- what it is compared by; NULL once its story is over
) STRICT;

INSERT INTO story_article_with_translations SELECT seq, article_id, story_id, joined, at, seen_at, sketch FROM story_article;
DROP TABLE story_article;
ALTER TABLE story_article_with_translations RENAME TO story_article;
CREATE INDEX story_article_story ON story_article (story_id);
