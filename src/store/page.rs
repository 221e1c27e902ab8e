//! Pages of articles: which are to be fetched, and what they gave.

use std::collections::HashMap;

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::article::{ArticleRow, article_columns};
use super::poll::{Committed, add_matches};
use super::{Store, StoredArticle, article, matched, row};
use crate::model::{ArticleId, PageIntent, PageState, Timestamp};

/// A page with its article.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPage {
    /// How far its fetching is.
    pub state: PageState,
    /// The article as stored.
    pub article: StoredArticle,
}

#[derive(FromRow)]
struct PageRow {
    fetches: u32,
    fetched_at: Option<i64>,
    next_fetch_at: Option<i64>,
    reason: Option<String>,
    catching_up: bool,
    #[sqlx(flatten)]
    article: ArticleRow,
}

impl TryFrom<PageRow> for StoredPage {
    type Error = anyhow::Error;

    fn try_from(row: PageRow) -> anyhow::Result<Self> {
        let article = StoredArticle::try_from(row.article)?;
        let state = PageState {
            article: article.article.id,
            fetches: row.fetches,
            fetched_at: row::optional_time(row.fetched_at)?,
            next_fetch_at: row::optional_time(row.next_fetch_at)?,
            reason: row.reason,
            catching_up: row.catching_up,
        };
        Ok(Self { state, article })
    }
}

/// The columns that [`PageRow`] reads beside the article's.
macro_rules! page_columns {
    () => {
        "page.fetches, page.fetched_at, page.next_fetch_at, page.reason, page.catching_up"
    };
}

impl Store {
    /// Pages of configured feeds that are due at `now`, longest overdue first, at most `limit`.
    pub async fn due_pages(&self, now: Timestamp, limit: u32) -> anyhow::Result<Vec<StoredPage>> {
        let rows: Vec<PageRow> = sqlx::query_as(concat!(
            "SELECT ",
            page_columns!(),
            ", ",
            article_columns!(),
            " FROM page JOIN article ON article.id = page.article_id JOIN feed ON feed.id = article.feed_id \
             WHERE page.next_fetch_at <= $1 AND feed.configured = 1 ORDER BY page.next_fetch_at LIMIT $2"
        ))
        .bind(now.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read which pages are due")?;
        rows.into_iter().map(StoredPage::try_from).collect()
    }

    /// When the first page is due that is not due at `now`; `None` when there is none.
    pub async fn next_page_after(&self, now: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let next: Option<i64> =
            sqlx::query_scalar("SELECT min(next_fetch_at) FROM page WHERE next_fetch_at > $1")
                .bind(now.timestamp_millis())
                .fetch_one(self.reader())
                .await
                .context("cannot read when a page is due")?;
        row::optional_time(next)
    }

    /// The pages of those of `articles` that have one.
    pub async fn pages_of(&self, articles: &[ArticleId]) -> anyhow::Result<HashMap<ArticleId, StoredPage>> {
        if articles.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<PageRow> = sqlx::query_as(concat!(
            "SELECT ",
            page_columns!(),
            ", ",
            article_columns!(),
            " FROM page JOIN article ON article.id = page.article_id JOIN feed ON feed.id = article.feed_id \
             WHERE page.article_id IN (SELECT unhex(value) FROM json_each($1))"
        ))
        .bind(row::hex_array(articles.iter().map(ArticleId::as_bytes)))
        .fetch_all(self.reader())
        .await
        .context("cannot read the pages of articles")?;
        let pages = rows.into_iter().map(|row| {
            let page = StoredPage::try_from(row)?;
            Ok((page.state.article, page))
        });
        pages.collect()
    }

    /// Notes that the page of an article is left alone until then, after so many failures in a row.
    pub async fn hold_page(&self, article: ArticleId, until: Timestamp, times: u32) -> anyhow::Result<()> {
        let failed = || format!("cannot note that the page of article {article} is held");
        let mut tx = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO page_hold (article_id, until, times) VALUES ($1, $2, $3)")
            .bind(article.as_bytes())
            .bind(until.timestamp_millis())
            .bind(times)
            .execute(&mut *tx)
            .await
            .with_context(failed)?;
        tx.commit().await.with_context(failed)
    }

    /// The pages that are left alone: whose, until when, and after how many failures in a row.
    pub async fn held_pages(&self) -> anyhow::Result<Vec<(ArticleId, Timestamp, u32)>> {
        let rows: Vec<(Vec<u8>, i64, u32)> = sqlx::query_as("SELECT article_id, until, times FROM page_hold")
            .fetch_all(self.reader())
            .await
            .context("cannot read which pages are held")?;
        rows.into_iter()
            .map(|(id, until, times)| {
                Ok((row::id(ArticleId::from_bytes, &id, "an article's id")?, row::time(until)?, times))
            })
            .collect()
    }

    /// Commits what came of a page. `None`, and nothing stored: the article was edited or deleted
    /// meanwhile; its page stays due.
    ///
    /// # Errors
    /// Nothing is stored then either.
    pub async fn commit_page(&self, intent: &PageIntent) -> anyhow::Result<Option<Committed>> {
        let id = intent.page.article;
        let mut tx = self.write().await?;
        let stored: Option<Vec<u8>> = sqlx::query_scalar("SELECT content_hash FROM article WHERE id = $1")
            .bind(id.as_bytes())
            .fetch_optional(&mut *tx)
            .await
            .with_context(|| format!("cannot read article {id}"))?;
        if stored.as_deref() != Some(intent.of.as_slice()) {
            return Ok(None);
        }
        if let Some(write) = &intent.changed {
            let seq = article::update(&mut tx, write).await?;
            let tokens: Vec<_> = seq.map(|seq| (seq, write.index_text.as_str())).into_iter().collect();
            article::index(&mut tx, &tokens).await?;
            matched::clear_spans(&mut tx, id).await?;
        }
        let committed =
            add_matches(&mut tx, &intent.matches, &intent.alerts, &intent.clustered, intent.at).await?;
        save(&mut tx, &intent.page).await?;
        sqlx::query("DELETE FROM page_hold WHERE article_id = $1")
            .bind(id.as_bytes())
            .execute(&mut *tx)
            .await
            .with_context(|| format!("cannot forget that the page of article {id} was held"))?;
        tx.commit().await.context("cannot commit a page")?;
        Ok(Some(committed))
    }
}

/// Writes how far the fetching of a page is.
pub(super) async fn save(tx: &mut Transaction<'_, Sqlite>, page: &PageState) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO page (article_id, fetches, fetched_at, next_fetch_at, reason, catching_up) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(page.article.as_bytes())
    .bind(page.fetches)
    .bind(page.fetched_at.map(|at| at.timestamp_millis()))
    .bind(page.next_fetch_at.map(|at| at.timestamp_millis()))
    .bind(&page.reason)
    .bind(page.catching_up)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store the page of article {}", page.article))?;
    Ok(())
}
