//! Matches: what matched, and why.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::article::{ArticleRow, article_columns};
use super::{Store, StoredArticle, row};
use crate::model::{ArticleId, Match, MatchId, Timestamp};

/// A match with its article.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMatch {
    /// The match.
    pub matched: Match,
    /// Whether its article was there before its feed was watched: it alerted nobody.
    pub is_baseline: bool,
    /// What it matched.
    pub article: StoredArticle,
}

/// Which matches to list.
#[derive(Clone, Debug, Default)]
pub struct MatchFilter {
    /// Only this watch's.
    pub watch: Option<String>,
    /// Only those decided at this moment or later.
    pub since: Option<Timestamp>,
    /// At most so many, the newest; `None` lists all.
    pub limit: Option<u32>,
}

/// The columns that [`MatchRow`] reads beside the article's.
macro_rules! match_columns {
    () => {
        "match.id AS match_id, match.watch, match.matched_at, match.spans, match.baseline"
    };
}
pub(super) use match_columns;

#[derive(FromRow)]
pub(super) struct MatchRow {
    match_id: Vec<u8>,
    watch: String,
    matched_at: i64,
    spans: String,
    baseline: bool,
    #[sqlx(flatten)]
    article: ArticleRow,
}

impl TryFrom<MatchRow> for StoredMatch {
    type Error = anyhow::Error;

    fn try_from(row: MatchRow) -> anyhow::Result<Self> {
        let article = StoredArticle::try_from(row.article)?;
        Ok(Self {
            matched: Match {
                id: row::id(MatchId::from_bytes, &row.match_id, "a match's id")?,
                watch: row.watch,
                article: article.article.id,
                matched_at: row::time(row.matched_at)?,
                spans: row::json(&row.spans)?,
            },
            is_baseline: row.baseline,
            article,
        })
    }
}

impl Store {
    /// The matches that `filter` lets through, oldest first.
    pub async fn matches(&self, filter: &MatchFilter) -> anyhow::Result<Vec<StoredMatch>> {
        let rows: Vec<MatchRow> = sqlx::query_as(concat!(
            "SELECT ",
            match_columns!(),
            ", ",
            article_columns!(),
            " FROM match JOIN article ON article.id = match.article_id JOIN feed ON feed.id = article.feed_id \
             WHERE ($1 IS NULL OR match.watch = $1) AND match.matched_at >= $2 \
             ORDER BY match.seq DESC LIMIT $3"
        ))
        .bind(&filter.watch)
        .bind(filter.since.map_or(i64::MIN, |since| since.timestamp_millis()))
        .bind(filter.limit.map_or(-1, i64::from))
        .fetch_all(self.reader())
        .await
        .context("cannot read the matches")?;
        rows.into_iter().rev().map(StoredMatch::try_from).collect()
    }
}

impl Store {
    /// The watches that ever matched, those too that are not configured any more.
    pub async fn matched_watches(&self) -> anyhow::Result<Vec<String>> {
        sqlx::query_scalar("SELECT DISTINCT watch FROM match ORDER BY watch")
            .fetch_all(self.reader())
            .await
            .context("cannot read the names of watches")
    }
}

/// Inserts a match, or renews the spans of the recorded one; tells whether it is new.
pub(super) async fn upsert(tx: &mut Transaction<'_, Sqlite>, matched: &Match) -> anyhow::Result<bool> {
    let spans = serde_json::to_string(&matched.spans)?;
    let inserted = sqlx::query(
        "INSERT INTO match (id, watch, article_id, matched_at, spans) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    )
    .bind(matched.id.as_bytes())
    .bind(&matched.watch)
    .bind(matched.article.as_bytes())
    .bind(matched.matched_at.timestamp_millis())
    .bind(&spans)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store the match of watch '{}'", matched.watch))?;
    if inserted.rows_affected() == 1 {
        sqlx::query("UPDATE article SET matched = 1 WHERE id = $1 AND matched = 0")
            .bind(matched.article.as_bytes())
            .execute(&mut **tx)
            .await
            .with_context(|| format!("cannot note that article {} is matched", matched.article))?;
        return Ok(true);
    }
    // Not by its id, which tells the name under which it was found.
    sqlx::query("UPDATE match SET spans = $3 WHERE watch = $1 AND article_id = $2")
        .bind(&matched.watch)
        .bind(matched.article.as_bytes())
        .bind(&spans)
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot renew the spans of watch '{}'", matched.watch))?;
    Ok(false)
}

/// Notes that `matches` alert nobody, since their articles were there before their feed was watched.
pub(super) async fn mark_baseline(
    tx: &mut Transaction<'_, Sqlite>,
    matches: &[MatchId],
) -> anyhow::Result<()> {
    sqlx::query("UPDATE match SET baseline = 1 WHERE id IN (SELECT unhex(value) FROM json_each($1))")
        .bind(row::hex_array(matches.iter().map(MatchId::as_bytes)))
        .execute(&mut **tx)
        .await
        .context("cannot note what a first poll found")?;
    Ok(())
}

/// Empties the spans of an edited article's matches: they point into text that is gone. Those that
/// still match are renewed by [`upsert`].
pub(super) async fn clear_spans(tx: &mut Transaction<'_, Sqlite>, article: ArticleId) -> anyhow::Result<()> {
    sqlx::query("UPDATE match SET spans = '[]' WHERE article_id = $1")
        .bind(article.as_bytes())
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot clear the spans of article {article}"))?;
    Ok(())
}
