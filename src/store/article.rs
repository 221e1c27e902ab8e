//! Articles: written by a poll, read by everyone.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{IndexedText, Store, concept, row};
use crate::model::{Article, ArticleId, ArticleWrite, EntryKey, FeedId, Lang, Timestamp};

/// The columns that [`ArticleRow`] reads, of `article` joined with `feed`.
macro_rules! article_columns {
    () => {
        "article.id, article.feed_id, article.entry_key, article.title, article.summary, article.body, \
         article.author, article.url, article.tags, article.lang, article.published_at, article.published_said, article.first_seen_at, \
         article.content_hash, article.boilerplate, article.attribution, feed.url AS feed_url, feed.source AS feed_source, feed.title AS feed_title, \
         feed.country AS feed_country, feed.tags AS feed_tags"
    };
}
pub(super) use article_columns;

/// An article with what its feed adds to it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredArticle {
    /// The article.
    pub article: Article,
    /// The feed's configured URL.
    pub feed_url: String,
    /// The outlet's name.
    pub source: String,
    /// The outlet's country, as configured.
    pub country: Option<String>,
    /// The owner's labels of the feed.
    pub feed_tags: Vec<String>,
}

#[derive(FromRow)]
pub(super) struct ArticleRow {
    id: Vec<u8>,
    feed_id: Vec<u8>,
    entry_key: Vec<u8>,
    title: String,
    summary: String,
    body: String,
    author: String,
    url: Option<String>,
    tags: String,
    lang: Option<String>,
    published_at: i64,
    published_said: Option<i64>,
    first_seen_at: i64,
    content_hash: Vec<u8>,
    boilerplate: String,
    attribution: Option<String>,
    feed_url: String,
    feed_source: Option<String>,
    feed_title: Option<String>,
    feed_country: Option<String>,
    feed_tags: String,
}

impl TryFrom<ArticleRow> for StoredArticle {
    type Error = anyhow::Error;

    fn try_from(row: ArticleRow) -> anyhow::Result<Self> {
        let source =
            crate::model::source_name(row.feed_source.as_deref(), row.feed_title.as_deref(), &row.feed_url);
        Ok(Self {
            source: source.to_owned(),
            country: row.feed_country,
            feed_tags: row::json(&row.feed_tags)?,
            article: Article {
                id: row::id(ArticleId::from_bytes, &row.id, "an article's id")?,
                feed: row::id(FeedId::from_bytes, &row.feed_id, "a feed's id")?,
                key: row::id(EntryKey::from_bytes, &row.entry_key, "an entry's key")?,
                title: row.title,
                summary: row.summary,
                body: row.body,
                author: row.author,
                url: row.url,
                tags: row::json(&row.tags)?,
                lang: row.lang.as_deref().and_then(Lang::parse),
                published_at: row::time(row.published_at)?,
                published_said: row::optional_time(row.published_said)?,
                first_seen_at: row::time(row.first_seen_at)?,
                content_hash: row::id(|bytes| bytes.try_into().ok(), &row.content_hash, "a content hash")?,
                boilerplate: row::json(&row.boilerplate)?,
                attribution: row.attribution,
            },
            feed_url: row.feed_url,
        })
    }
}

impl Store {
    /// One article; `None` when there is none of this id.
    pub async fn article(&self, id: ArticleId) -> anyhow::Result<Option<StoredArticle>> {
        let row: Option<ArticleRow> = sqlx::query_as(concat!(
            "SELECT ",
            article_columns!(),
            " FROM article JOIN feed ON feed.id = article.feed_id WHERE article.id = $1"
        ))
        .bind(id.as_bytes())
        .fetch_optional(self.reader())
        .await
        .with_context(|| format!("cannot read article {id}"))?;
        row.map(StoredArticle::try_from).transpose()
    }

    /// Whether the article is stored with this content.
    pub async fn has_content(&self, id: ArticleId, content_hash: &[u8; 32]) -> anyhow::Result<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM article WHERE id = $1 AND content_hash = $2)")
            .bind(id.as_bytes())
            .bind(content_hash.as_slice())
            .fetch_one(self.reader())
            .await
            .with_context(|| format!("cannot read article {id}"))
    }

    /// At most two articles whose ids are from `first` to `last`.
    pub async fn articles_between(
        &self,
        first: ArticleId,
        last: ArticleId,
    ) -> anyhow::Result<Vec<ArticleId>> {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT id FROM article WHERE id BETWEEN $1 AND $2 LIMIT 2")
                .bind(first.as_bytes())
                .bind(last.as_bytes())
                .fetch_all(self.reader())
                .await
                .context("cannot look for an article")?;
        ids.iter().map(|id| row::id(ArticleId::from_bytes, id, "an article's id")).collect()
    }

    /// The newest article whose page is at `url`.
    pub async fn article_at(&self, url: &str) -> anyhow::Result<Option<StoredArticle>> {
        let row: Option<ArticleRow> = sqlx::query_as(concat!(
            "SELECT ",
            article_columns!(),
            " FROM article JOIN feed ON feed.id = article.feed_id WHERE article.url = $1 \
             ORDER BY article.seq DESC LIMIT 1"
        ))
        .bind(url)
        .fetch_optional(self.reader())
        .await
        .with_context(|| format!("cannot look for the article at {url}"))?;
        row.map(StoredArticle::try_from).transpose()
    }
}

/// Inserts an article and returns its number, under which it is to be [`index`]ed. One that is there already is left
/// alone: `None`.
pub(super) async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    write: &ArticleWrite,
    at: Timestamp,
) -> anyhow::Result<Option<i64>> {
    let article = &write.article;
    let seq: Option<i64> = sqlx::query_scalar(
        "INSERT INTO article (id, feed_id, entry_key, alternate_key, title, summary, body, author, url, tags, \
         lang, published_at, first_seen_at, last_seen_at, content_hash, \
         boilerplate, attribution, published_said) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
         $15, $16, $17, $18) \
         ON CONFLICT DO NOTHING RETURNING seq",
    )
    .bind(article.id.as_bytes())
    .bind(article.feed.as_bytes())
    .bind(article.key.as_bytes())
    .bind(write.alternate.as_ref().map(EntryKey::as_bytes))
    .bind(&article.title)
    .bind(&article.summary)
    .bind(&article.body)
    .bind(&article.author)
    .bind(&article.url)
    .bind(serde_json::to_string(&article.tags)?)
    .bind(article.lang.as_ref().map(Lang::as_str))
    .bind(article.published_at.timestamp_millis())
    .bind(article.first_seen_at.timestamp_millis())
    .bind(at.timestamp_millis())
    .bind(article.content_hash.as_slice())
    .bind(serde_json::to_string(&article.boilerplate)?)
    .bind(&article.attribution)
    .bind(article.published_said.map(|at| at.timestamp_millis()))
    .fetch_optional(&mut **tx)
    .await
    .with_context(|| format!("cannot store article {}", article.id))?;
    if let Some(seq) = seq {
        concept::add(tx, seq, &write.concepts).await?;
    }
    Ok(seq)
}

/// Replaces the text of a known article, and returns its number, under which it is to be [`index`]ed; `None`: there is
/// no such article. When it was first seen, and under which key, stays.
pub(super) async fn update(
    tx: &mut Transaction<'_, Sqlite>,
    write: &ArticleWrite,
) -> anyhow::Result<Option<i64>> {
    let article = &write.article;
    let seq: Option<i64> = sqlx::query_scalar(
        "UPDATE article SET title = $2, summary = $3, body = $4, author = $5, url = $6, tags = $7, lang = $8, \
         published_at = $9, content_hash = $10, boilerplate = $11, attribution = $12, \
         published_said = $13 WHERE id = $1 RETURNING seq",
    )
    .bind(article.id.as_bytes())
    .bind(&article.title)
    .bind(&article.summary)
    .bind(&article.body)
    .bind(&article.author)
    .bind(&article.url)
    .bind(serde_json::to_string(&article.tags)?)
    .bind(article.lang.as_ref().map(Lang::as_str))
    .bind(article.published_at.timestamp_millis())
    .bind(article.content_hash.as_slice())
    .bind(serde_json::to_string(&article.boilerplate)?)
    .bind(&article.attribution)
    .bind(article.published_said.map(|at| at.timestamp_millis()))
    .fetch_optional(&mut **tx)
    .await
    .with_context(|| format!("cannot update article {}", article.id))?;
    if let Some(seq) = seq {
        concept::clear(tx, seq).await?;
        concept::add(tx, seq, &write.concepts).await?;
    }
    Ok(seq)
}

/// Makes these the tokens of the articles of these numbers.
///
/// All in one statement and in rising order: FTS5 writes out what it has gathered before each statement that may have
/// to be taken back, and whenever a number is not above the last one. That would be a segment of the index for each
/// article, and they are merged at once.
pub(super) async fn index(tx: &mut Transaction<'_, Sqlite>, tokens: &[(i64, &str)]) -> anyhow::Result<()> {
    if tokens.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT OR REPLACE INTO article_index (rowid, tokens) \
         SELECT value ->> 0, value ->> 1 FROM json_each($1) ORDER BY 1",
    )
    .bind(serde_json::to_string(tokens)?)
    .execute(&mut **tx)
    .await
    .context("cannot index the articles")?;
    Ok(())
}

/// Replaces the tokens of those articles whose text is still what it was.
pub(super) async fn reindex(
    tx: &mut Transaction<'_, Sqlite>,
    rewritten: &[(IndexedText, String)],
) -> anyhow::Result<()> {
    let mut same: Vec<(i64, &str)> = Vec::with_capacity(rewritten.len());
    for (text, tokens) in rewritten {
        let is_same: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM article WHERE seq = $1 \
             AND title = $2 AND summary = $3 AND body = $4 AND author = $5 AND lang IS $6)",
        )
        .bind(text.seq)
        .bind(&text.title)
        .bind(&text.summary)
        .bind(&text.body)
        .bind(&text.author)
        .bind(text.lang.as_ref().map(Lang::as_str))
        .fetch_one(&mut **tx)
        .await
        .with_context(|| format!("cannot read article number {}", text.seq))?;
        if is_same {
            same.push((text.seq, tokens));
        }
    }
    index(tx, &same).await
}

/// Notes that the feed still carries these articles; at most once a day for each, since it only
/// serves retention.
pub(super) async fn touch(
    tx: &mut Transaction<'_, Sqlite>,
    seen: &[ArticleId],
    at: Timestamp,
) -> anyhow::Result<()> {
    const DAY: i64 = 86_400_000;
    if seen.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE article SET last_seen_at = $1 \
         WHERE id IN (SELECT unhex(value) FROM json_each($2)) AND last_seen_at < $1 - $3",
    )
    .bind(at.timestamp_millis())
    .bind(row::hex_array(seen.iter().map(ArticleId::as_bytes)))
    .bind(DAY)
    .execute(&mut **tx)
    .await
    .context("cannot note which articles were seen again")?;
    Ok(())
}
