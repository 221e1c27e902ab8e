//! Stories: which articles belong together. What was told of them is in `told.rs`.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, row};
use crate::alert::{OtherArticle, PendingAlert, StoryView};
use crate::model::{ArticleId, Joined, Lang, Membership, StoryId, Timestamp, source_name};

/// Other articles of a story that an alert names.
const MOST_OTHERS: usize = 10;
/// Articles of a story that are looked at for them, the first.
const MOST_READ: u32 = 100;

/// An article of a story that is not over, as the index of stories needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMember {
    /// Its number, in the order of arrival.
    pub seq: i64,
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, never later than seen.
    pub at: Timestamp,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What it is compared by; `None` when that was thrown away.
    pub sketch: Option<Vec<u8>>,
    /// Its language.
    pub lang: Option<Lang>,
    /// The outlet's name.
    pub source: String,
    /// The outlet's country.
    pub country: Option<String>,
}

/// A story in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct StorySummary {
    /// Its id.
    pub id: StoryId,
    /// The title of its first article.
    pub title: String,
    /// How many articles.
    pub articles: u32,
    /// How many outlets.
    pub sources: u32,
    /// The languages, sorted.
    pub langs: Vec<Lang>,
    /// The outlets' countries, sorted.
    pub countries: Vec<String>,
    /// When its first article was seen.
    pub first_seen_at: Timestamp,
    /// When its newest was.
    pub last_seen_at: Timestamp,
}

/// An article of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryArticle {
    /// The article.
    pub id: ArticleId,
    /// How it came to its story.
    pub joined: Joined,
    /// Its title.
    pub title: String,
    /// The outlet's name.
    pub source: String,
    /// Its page.
    pub url: Option<String>,
    /// Its language.
    pub lang: Option<Lang>,
    /// The agencies that it credits.
    pub attribution: Option<String>,
    /// When it was seen.
    pub first_seen_at: Timestamp,
}

#[derive(FromRow)]
struct MemberRow {
    seq: i64,
    article_id: Vec<u8>,
    story_id: Vec<u8>,
    at: i64,
    seen_at: i64,
    sketch: Option<Vec<u8>>,
    lang: Option<String>,
    feed_source: Option<String>,
    feed_title: Option<String>,
    feed_url: String,
    country: Option<String>,
}

#[derive(FromRow)]
struct SummaryRow {
    id: Vec<u8>,
    title: String,
    articles: u32,
    sources: u32,
    langs: String,
    countries: String,
    first_seen_at: i64,
    last_seen_at: i64,
}

#[derive(FromRow)]
struct ArticleRow {
    id: Vec<u8>,
    joined: String,
    title: String,
    feed_source: Option<String>,
    feed_title: Option<String>,
    feed_url: String,
    url: Option<String>,
    lang: Option<String>,
    attribution: Option<String>,
    first_seen_at: i64,
}

/// What [`SummaryRow`] reads, up to the condition on `story`. Triggers keep `story_feed`; what a feed is called and
/// where it is may change at any time.
macro_rules! summaries {
    () => {
        "SELECT story.id, coalesce((SELECT article.title FROM story_article JOIN article ON article.id = story_article.article_id \
             WHERE story_article.story_id = story.id ORDER BY story_article.seq LIMIT 1), '') AS title, \
         sum(story_feed.articles) AS articles, count(DISTINCT coalesce(feed.source, feed.title, feed.url)) AS sources, \
         json_group_array(DISTINCT nullif(story_feed.lang, '')) AS langs, json_group_array(DISTINCT feed.country) AS countries, \
         story.first_seen_at, story.last_seen_at \
         FROM story CROSS JOIN story_feed ON story_feed.story_id = story.id JOIN feed ON feed.id = story_feed.feed_id "
    };
}

impl TryFrom<MemberRow> for StoredMember {
    type Error = anyhow::Error;

    fn try_from(row: MemberRow) -> anyhow::Result<Self> {
        let source = source_name(row.feed_source.as_deref(), row.feed_title.as_deref(), &row.feed_url);
        Ok(Self {
            seq: row.seq,
            article: row::id(ArticleId::from_bytes, &row.article_id, "an article's id")?,
            story: story_id(&row.story_id)?,
            at: row::time(row.at)?,
            seen_at: row::time(row.seen_at)?,
            sketch: row.sketch,
            lang: row.lang.as_deref().and_then(Lang::parse),
            source: source.to_owned(),
            country: row.country,
        })
    }
}

impl TryFrom<SummaryRow> for StorySummary {
    type Error = anyhow::Error;

    fn try_from(row: SummaryRow) -> anyhow::Result<Self> {
        let langs: Vec<Option<String>> = row::json(&row.langs)?;
        let countries: Vec<Option<String>> = row::json(&row.countries)?;
        let mut langs: Vec<Lang> = langs.iter().flatten().filter_map(|lang| Lang::parse(lang)).collect();
        let mut countries: Vec<String> = countries.into_iter().flatten().collect();
        langs.sort_unstable();
        countries.sort_unstable();
        Ok(Self {
            id: story_id(&row.id)?,
            title: row.title,
            articles: row.articles,
            sources: row.sources,
            langs,
            countries,
            first_seen_at: row::time(row.first_seen_at)?,
            last_seen_at: row::time(row.last_seen_at)?,
        })
    }
}

impl TryFrom<ArticleRow> for StoryArticle {
    type Error = anyhow::Error;

    fn try_from(row: ArticleRow) -> anyhow::Result<Self> {
        let source = source_name(row.feed_source.as_deref(), row.feed_title.as_deref(), &row.feed_url);
        let joined = Joined::parse(&row.joined);
        Ok(Self {
            id: row::id(ArticleId::from_bytes, &row.id, "an article's id")?,
            joined: joined
                .with_context(|| format!("the database holds '{}' for how an article joined", row.joined))?,
            title: row.title,
            source: source.to_owned(),
            url: row.url,
            lang: row.lang.as_deref().and_then(Lang::parse),
            attribution: row.attribution,
            first_seen_at: row::time(row.first_seen_at)?,
        })
    }
}

fn story_id(bytes: &[u8]) -> anyhow::Result<StoryId> {
    row::id(StoryId::from_bytes, bytes, "a story's id")
}

impl Store {
    /// The numbers of the articles of stories that were joined at `since` or later, in the order of arrival; at
    /// most the last `limit`. Older stories cost nothing.
    pub async fn story_members(&self, since: Timestamp, limit: u32) -> anyhow::Result<Vec<i64>> {
        let mut seqs: Vec<i64> = sqlx::query_scalar(
            "SELECT story_article.seq FROM story CROSS JOIN story_article ON story_article.story_id = story.id \
             WHERE story.is_over = 0 AND story.last_seen_at >= $1 ORDER BY story_article.seq DESC LIMIT $2",
        )
        .bind(since.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read which stories are told")?;
        seqs.reverse();
        Ok(seqs)
    }

    /// The articles of stories that have these numbers, in the order of arrival.
    pub async fn members(&self, seqs: &[i64]) -> anyhow::Result<Vec<StoredMember>> {
        let rows: Vec<MemberRow> = sqlx::query_as(
            "SELECT story_article.seq, story_article.article_id, story_article.story_id, story_article.at, \
             story_article.seen_at, story_article.sketch, article.lang, feed.source AS feed_source, \
             feed.title AS feed_title, feed.url AS feed_url, feed.country \
             FROM story_article JOIN article ON article.id = story_article.article_id \
             JOIN feed ON feed.id = article.feed_id \
             WHERE story_article.seq IN (SELECT value FROM json_each($1)) ORDER BY story_article.seq",
        )
        .bind(serde_json::to_string(seqs)?)
        .fetch_all(self.reader())
        .await
        .context("cannot read the stories")?;
        rows.into_iter().map(StoredMember::try_from).collect()
    }

    /// Stories that were joined at `since` or later and are told by so many sources or more, the one
    /// joined last at the end, at most the last `limit`.
    pub async fn stories(
        &self,
        since: Option<Timestamp>,
        sources: u32,
        limit: u32,
    ) -> anyhow::Result<Vec<StorySummary>> {
        let rows: Vec<SummaryRow> = sqlx::query_as(concat!(
            summaries!(),
            "WHERE story.last_seen_at >= $1 GROUP BY story.id HAVING sources >= $2 \
             ORDER BY story.last_seen_at DESC, story.id LIMIT $3"
        ))
        .bind(since.map_or(i64::MIN, |since| since.timestamp_millis()))
        .bind(sources)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read the stories")?;
        rows.into_iter().rev().map(StorySummary::try_from).collect()
    }

    /// One story in numbers; `None` when there is none of this id.
    pub async fn story(&self, id: StoryId) -> anyhow::Result<Option<StorySummary>> {
        Ok(self.summaries(&[id]).await?.pop())
    }

    /// The ids of stories between these two, themselves included; at most two.
    pub async fn stories_between(&self, first: StoryId, last: StoryId) -> anyhow::Result<Vec<StoryId>> {
        let rows: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT id FROM story WHERE id BETWEEN $1 AND $2 LIMIT 2")
                .bind(first.as_bytes())
                .bind(last.as_bytes())
                .fetch_all(self.reader())
                .await
                .context("cannot look for a story")?;
        rows.iter().map(|id| story_id(id)).collect()
    }

    /// The story of each of these articles that has one.
    pub async fn stories_of(
        &self,
        articles: &[ArticleId],
    ) -> anyhow::Result<HashMap<ArticleId, StorySummary>> {
        let pairs: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT article_id, story_id FROM story_article WHERE article_id IN (SELECT unhex(value) FROM json_each($1))",
        )
        .bind(row::hex_array(articles.iter().map(ArticleId::as_bytes)))
        .fetch_all(self.reader())
        .await
        .context("cannot read the stories of articles")?;
        let mut stories = Vec::with_capacity(pairs.len());
        for (article, story) in &pairs {
            stories.push((row::id(ArticleId::from_bytes, article, "an article's id")?, story_id(story)?));
        }
        let ids: HashSet<StoryId> = stories.iter().map(|(_, story)| *story).collect();
        let summaries = self.summaries(&ids.into_iter().collect::<Vec<_>>()).await?;
        let by_id: HashMap<StoryId, StorySummary> =
            summaries.into_iter().map(|summary| (summary.id, summary)).collect();
        Ok(stories
            .into_iter()
            .filter_map(|(article, story)| Some((article, by_id.get(&story)?.clone())))
            .collect())
    }

    /// The first articles of a story, in the order of arrival, at most `limit`: those that follow cost nothing.
    pub async fn story_articles(&self, id: StoryId, limit: u32) -> anyhow::Result<Vec<StoryArticle>> {
        let rows: Vec<ArticleRow> = sqlx::query_as(
            "SELECT article.id, story_article.joined, article.title, feed.source AS feed_source, \
             feed.title AS feed_title, feed.url AS feed_url, article.url, article.lang, article.attribution, \
             article.first_seen_at FROM story_article CROSS JOIN article ON article.id = story_article.article_id \
             JOIN feed ON feed.id = article.feed_id WHERE story_article.story_id = $1 \
             ORDER BY story_article.seq LIMIT $2",
        )
        .bind(id.as_bytes())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the articles of story {id}"))?;
        rows.into_iter().map(StoryArticle::try_from).collect()
    }

    /// Gives pending alerts the story of their article, as it stands now.
    pub(super) async fn attach_stories(&self, alerts: &mut [PendingAlert]) -> anyhow::Result<()> {
        let articles: Vec<ArticleId> = alerts.iter().map(|pending| pending.article.id).collect();
        let stories = self.stories_of(&articles).await?;
        let shared: HashSet<StoryId> =
            stories.values().filter(|story| story.sources > 1).map(|story| story.id).collect();
        let others = self.others_of(shared).await?;
        for pending in alerts {
            pending.story = stories.get(&pending.article.id).map(|story| {
                let others = others.get(&story.id).map(Vec::as_slice).unwrap_or_default();
                view(story, others, &pending.source)
            });
        }
        Ok(())
    }

    /// The first articles of these stories, as many as alerts look at for others to name.
    pub(super) async fn others_of(
        &self,
        stories: HashSet<StoryId>,
    ) -> anyhow::Result<HashMap<StoryId, Vec<StoryArticle>>> {
        let mut others = HashMap::with_capacity(stories.len());
        for story in stories {
            others.insert(story, self.story_articles(story, MOST_READ).await?);
        }
        Ok(others)
    }

    /// Closes stories that were last joined before `over`: throws away what their articles were compared by,
    /// and those that have no article any more; at most `limit`. Returns how many.
    pub async fn prune_stories(&self, over: Timestamp, limit: u32) -> anyhow::Result<u64> {
        let found: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT id FROM story WHERE is_over = 0 AND last_seen_at < $1 ORDER BY last_seen_at LIMIT $2",
        )
        .bind(over.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read which stories are over")?;
        if found.is_empty() {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        let closed: Vec<Vec<u8>> = sqlx::query_scalar(
            "UPDATE story SET is_over = 1 WHERE id IN (SELECT unhex(value) FROM json_each($1)) \
             AND last_seen_at < $2 RETURNING id",
        )
        .bind(row::hex_array(found.iter().map(Vec::as_slice)))
        .bind(over.timestamp_millis())
        .fetch_all(&mut *tx)
        .await
        .context("cannot close old stories")?;
        for statement in [
            "UPDATE story_article SET sketch = NULL \
             WHERE story_id IN (SELECT unhex(value) FROM json_each($1)) AND sketch IS NOT NULL",
            "DELETE FROM story WHERE id IN (SELECT unhex(value) FROM json_each($1)) \
             AND NOT EXISTS (SELECT 1 FROM story_article WHERE story_article.story_id = story.id)",
        ] {
            sqlx::query(statement)
                .bind(row::hex_array(closed.iter().map(Vec::as_slice)))
                .execute(&mut *tx)
                .await
                .context("cannot prune old stories")?;
        }
        tx.commit().await.context("cannot commit the pruning of stories")?;
        // One that was joined meanwhile is found again in the next round, not in this one.
        Ok(found.len() as u64)
    }

    async fn summaries(&self, ids: &[StoryId]) -> anyhow::Result<Vec<StorySummary>> {
        let rows: Vec<SummaryRow> = sqlx::query_as(concat!(
            summaries!(),
            "WHERE story.id IN (SELECT unhex(value) FROM json_each($1)) GROUP BY story.id"
        ))
        .bind(row::hex_array(ids.iter().map(StoryId::as_bytes)))
        .fetch_all(self.reader())
        .await
        .context("cannot read stories")?;
        rows.into_iter().map(StorySummary::try_from).collect()
    }
}

/// The story as an alert of an article by `source` tells it: one article of each other outlet.
fn view(story: &StorySummary, articles: &[StoryArticle], source: &str) -> StoryView {
    let mut outlets = HashSet::from([source]);
    let others = articles.iter().filter(|other| outlets.insert(&other.source)).take(MOST_OTHERS);
    StoryView {
        id: story.id.to_string(),
        articles: story.articles as usize,
        sources: story.sources as usize,
        languages: story.langs.clone(),
        first_seen_at: story.first_seen_at,
        others: others
            .map(|other| OtherArticle {
                title: other.title.clone(),
                source: other.source.clone(),
                url: other.url.clone(),
                lang: other.lang,
            })
            .collect(),
    }
}

/// Notes an article's place in its story. One that has a place already keeps how it came there.
pub(super) async fn join(
    tx: &mut Transaction<'_, Sqlite>,
    membership: &Membership,
    seen_at: Timestamp,
) -> anyhow::Result<()> {
    let Membership { article, story, .. } = membership;
    let before: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT story_id FROM story_article WHERE article_id = $1")
            .bind(article.as_bytes())
            .fetch_optional(&mut **tx)
            .await
            .with_context(|| format!("cannot read the story of article {article}"))?;
    sqlx::query(
        "INSERT INTO story (id, first_seen_at, last_seen_at) VALUES ($1, $2, $2) \
         ON CONFLICT DO UPDATE SET last_seen_at = max(last_seen_at, excluded.last_seen_at), is_over = 0",
    )
    .bind(story.as_bytes())
    .bind(seen_at.timestamp_millis())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store story {story}"))?;
    sqlx::query(
        "INSERT INTO story_article (article_id, story_id, joined, at, seen_at, sketch) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (article_id) DO UPDATE SET sketch = excluded.sketch, \
         joined = iif(story_id = excluded.story_id, joined, excluded.joined), story_id = excluded.story_id",
    )
    .bind(article.as_bytes())
    .bind(story.as_bytes())
    .bind(membership.joined.as_str())
    .bind(membership.at.timestamp_millis())
    .bind(seen_at.timestamp_millis())
    .bind(&membership.sketch)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store the place of article {article} in its story"))?;
    match before {
        Some(before) if before != story.as_bytes() => carry_over(tx, &before, *story).await,
        _ => Ok(()),
    }
}

/// A story whose only article moved to another ends there: what was told of it was told of the other.
async fn carry_over(tx: &mut Transaction<'_, Sqlite>, from: &[u8], to: StoryId) -> anyhow::Result<()> {
    for statement in [
        "INSERT INTO story_told (story_id, watch, channel, occasion, told_at, alert_id, passed_on) \
         SELECT $2, watch, channel, occasion, told_at, alert_id, passed_on FROM story_told WHERE story_id = $1 \
         AND NOT EXISTS (SELECT 1 FROM story_article WHERE story_id = $1) ON CONFLICT DO NOTHING",
        "DELETE FROM story WHERE id = $1 AND id != $2 \
         AND NOT EXISTS (SELECT 1 FROM story_article WHERE story_id = $1)",
    ] {
        sqlx::query(statement)
            .bind(from)
            .bind(to.as_bytes())
            .execute(&mut **tx)
            .await
            .with_context(|| format!("cannot carry over to story {to} what was told of its article"))?;
    }
    Ok(())
}
