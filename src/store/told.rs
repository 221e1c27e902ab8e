//! What was told of stories, to whom, and by which alert: a channel is told by a watch once.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, row};
use crate::model::{AlertId, Occasion, StoryId, Telling, Timestamp};

/// What was told of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// By which watch.
    pub watch: String,
    /// To which channel.
    pub channel: String,
    /// On which occasion.
    pub occasion: String,
    /// When.
    pub at: Timestamp,
    /// How far its message is: as the state of a delivery, or `waiting` for one; `None` when that was forgotten.
    pub state: Option<String>,
    /// The channel that got the message instead, whose state it is then.
    pub passed_on_to: Option<String>,
}

#[derive(FromRow)]
struct ToldRow {
    watch: String,
    channel: String,
    occasion: String,
    told_at: i64,
    state: Option<String>,
    passed_on_to: Option<String>,
}

/// Whether the alert of this id was given up on or dropped.
macro_rules! lost {
    ($alert:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM alert AS other JOIN delivery ON delivery.id = other.delivery_id WHERE other.id = ",
            $alert,
            " AND delivery.state IN ('dead', 'dropped'))"
        )
    };
}

impl Store {
    /// What was told of a story, first to last.
    pub async fn told_of(&self, id: StoryId) -> anyhow::Result<Vec<Told>> {
        let rows: Vec<ToldRow> = sqlx::query_as(
            "SELECT told.watch, told.channel, told.occasion, told.told_at, passed.channel AS passed_on_to, \
             iif(alert.id IS NULL, NULL, coalesce(delivery.state, 'waiting')) AS state FROM story_told AS told \
             LEFT JOIN alert AS passed ON passed.id = told.passed_on \
             LEFT JOIN alert ON alert.id = coalesce(told.passed_on, told.alert_id) \
             LEFT JOIN delivery ON delivery.id = alert.delivery_id \
             WHERE told.story_id = $1 ORDER BY told.told_at, told.watch, told.channel, told.occasion",
        )
        .bind(id.as_bytes())
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read who was told of story {id}"))?;
        let told = rows.into_iter().map(|row| {
            let ToldRow { watch, channel, occasion, told_at, state, passed_on_to } = row;
            anyhow::Ok(Told { watch, channel, occasion, at: row::time(told_at)?, state, passed_on_to })
        });
        told.collect()
    }
}

/// Whether `telling` has news for `channel`; if so, all that it tells is told from now on, by `alert`.
///
/// What was told by an alert that is a dead letter now, or dropped, was told to nobody: it is news again, unless
/// another channel got it instead.
pub(super) async fn tell(
    tx: &mut Transaction<'_, Sqlite>,
    telling: &Telling,
    channel: &str,
    alert: AlertId,
    at: Timestamp,
) -> anyhow::Result<bool> {
    let is_news = note(tx, telling, &telling.news, channel, alert, at).await? > 0;
    if is_news {
        note(tx, telling, &telling.known, channel, alert, at).await?;
        relieve(tx, telling, channel, alert).await?;
    }
    Ok(is_news)
}

/// Notes that `channel` is told on `occasions` by `alert`; returns how many of them are new to it.
async fn note(
    tx: &mut Transaction<'_, Sqlite>,
    telling: &Telling,
    occasions: &[Occasion],
    channel: &str,
    alert: AlertId,
    at: Timestamp,
) -> anyhow::Result<u64> {
    let occasions: Vec<String> = occasions.iter().map(ToString::to_string).collect();
    let noted = sqlx::query(concat!(
        "INSERT INTO story_told (story_id, watch, channel, occasion, told_at, alert_id) \
         SELECT $1, $2, $3, value, $5, $6 FROM json_each($4) WHERE true \
         ON CONFLICT DO UPDATE SET told_at = excluded.told_at, alert_id = excluded.alert_id, passed_on = NULL \
         WHERE ",
        lost!("story_told.alert_id"),
        " AND (story_told.passed_on IS NULL OR ",
        lost!("story_told.passed_on"),
        ")"
    ))
    .bind(telling.story.as_bytes())
    .bind(&telling.watch)
    .bind(channel)
    .bind(serde_json::to_string(&occasions)?)
    .bind(at.timestamp_millis())
    .bind(alert.as_bytes())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot note what channel '{channel}' is told of story {}", telling.story))?;
    Ok(noted.rows_affected())
}

/// Notes on earlier alerts that told the story in vain that `alert` tells all of it in their stead: whoever
/// sends the dead letters again need not send them.
async fn relieve(
    tx: &mut Transaction<'_, Sqlite>,
    telling: &Telling,
    channel: &str,
    alert: AlertId,
) -> anyhow::Result<()> {
    sqlx::query(concat!(
        "UPDATE alert SET told_by = $4 WHERE channel = $3 AND watch = $2 AND told_by IS NULL AND id != $4 \
         AND match_id IN (SELECT match.id FROM story_article \
             CROSS JOIN match ON match.article_id = story_article.article_id WHERE story_article.story_id = $1) AND ",
        lost!("alert.id"),
        " AND NOT EXISTS (SELECT 1 FROM story_told WHERE story_id = $1 AND watch = $2 AND channel = $3 \
             AND alert_id = alert.id)"
    ))
    .bind(telling.story.as_bytes())
    .bind(&telling.watch)
    .bind(channel)
    .bind(alert.as_bytes())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot note which dead letters tell what story {} told since", telling.story))?;
    Ok(())
}

/// Notes which alerts were passed on to another channel, each as another alert: `passed`, pairs of ids as
/// [`row::hex_pairs`] writes them.
pub(super) async fn pass_on(tx: &mut Transaction<'_, Sqlite>, passed: &str) -> anyhow::Result<()> {
    sqlx::query(
        "UPDATE story_told SET passed_on = passed.as_alert FROM (\
             SELECT alert.id, unhex(value ->> 1) AS as_alert, alert.watch, story_article.story_id FROM json_each($1) \
             CROSS JOIN alert ON alert.id = unhex(value ->> 0) CROSS JOIN match ON match.id = alert.match_id \
             CROSS JOIN story_article ON story_article.article_id = match.article_id) AS passed \
         WHERE story_told.story_id = passed.story_id AND story_told.watch = passed.watch \
         AND (story_told.alert_id = passed.id OR story_told.passed_on = passed.id)",
    )
    .bind(passed)
    .execute(&mut **tx)
    .await
    .context("cannot note which alerts were passed on")?;
    Ok(())
}
