//! T1: everything that one poll decided, or nothing of it.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

use super::{Store, article, counter, feed, matched, notice, page, paragraph, story, subscription, told};
use crate::failpoint::{Failpoint, pass};
use crate::model::{Alert, Clustered, Match, MatchId, PollIntent, Telling, Timestamp};

/// What a committed poll added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Matches that were not recorded before.
    pub matches: Vec<MatchId>,
    /// Alerts that were not recorded before.
    pub alerts: usize,
    /// Notices that were not recorded before.
    pub notices: usize,
}

impl Store {
    /// Commits `intent`. A match that is recorded already is not alerted again, nor is a channel told of a
    /// story what it was told before.
    ///
    /// # Errors
    /// Nothing is stored then, the feed's validators included: its next poll sees the same answer.
    pub async fn commit_poll(&self, intent: &PollIntent) -> anyhow::Result<Committed> {
        let mut tx =
            if intent.is_repeatable() { self.write_repeatable().await? } else { self.write().await? };
        let mut tokens = Vec::with_capacity(intent.new.len() + intent.changed.len());
        for write in &intent.new {
            let seq = article::insert(&mut tx, write, intent.at).await?;
            tokens.extend(seq.map(|seq| (seq, write.index_text.as_str())));
        }
        for write in &intent.changed {
            let seq = article::update(&mut tx, write).await?;
            tokens.extend(seq.map(|seq| (seq, write.index_text.as_str())));
            matched::clear_spans(&mut tx, write.article.id).await?;
        }
        article::index(&mut tx, &tokens).await?;
        article::touch(&mut tx, &intent.seen, intent.at).await?;
        paragraph::remember(&mut tx, intent.state.id, &intent.paragraphs, intent.at).await?;
        pass(Failpoint::PollStoring);
        for page in &intent.pages {
            page::save(&mut tx, page).await?;
        }
        if let Some(hub) = &intent.hub {
            subscription::want(&mut tx, intent.state.id, hub, intent.at).await?;
        }
        let mut committed =
            add_matches(&mut tx, &intent.matches, &intent.alerts, &intent.clustered, intent.at).await?;
        if !intent.baseline.is_empty() {
            matched::mark_baseline(&mut tx, &intent.baseline).await?;
        }
        committed.notices = notice::insert_all(&mut tx, &intent.notices).await?;
        match intent.pushed {
            true => feed::save_pushed(&mut tx, intent).await?,
            false => feed::save_state(&mut tx, intent).await?,
        }
        counter::add(&mut tx, intent).await?;
        pass(Failpoint::PollBeforeCommit);
        tx.commit().await.context("cannot commit the poll")?;
        pass(Failpoint::PollCommitted);
        Ok(committed)
    }
}

/// Records where articles stand among the stories, matches, and alerts of those that were not recorded
/// before, where they tell their channel something new of the story.
pub(super) async fn add_matches(
    tx: &mut Transaction<'_, Sqlite>,
    matches: &[Match],
    alerts: &[Alert],
    clustered: &Clustered,
    at: Timestamp,
) -> anyhow::Result<Committed> {
    for membership in &clustered.memberships {
        story::join(tx, membership, at).await?;
    }
    let mut committed = Committed::default();
    for found in matches {
        if matched::upsert(tx, found).await? {
            committed.matches.push(found.id);
        }
    }
    let new: HashSet<MatchId> = committed.matches.iter().copied().collect();
    let tellings: HashMap<MatchId, &Telling> =
        clustered.tellings.iter().map(|telling| (telling.matched, telling)).collect();
    for alert in alerts.iter().filter(|alert| new.contains(&alert.matched)) {
        if let Some(telling) = tellings.get(&alert.matched)
            && !told::tell(tx, telling, &alert.channel, alert.id, at).await?
        {
            continue;
        }
        insert_alert(tx, alert).await?;
        committed.alerts += 1;
    }
    Ok(committed)
}

async fn insert_alert(tx: &mut Transaction<'_, Sqlite>, alert: &Alert) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO alert (id, match_id, watch, channel, created_at, storm, delivery_id) \
         VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT DO NOTHING",
    )
    .bind(alert.id.as_bytes())
    .bind(alert.matched.as_bytes())
    .bind(&alert.watch)
    .bind(&alert.channel)
    .bind(alert.created_at.timestamp_millis())
    .bind(&alert.storm)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store an alert for channel '{}'", alert.channel))?;
    Ok(())
}
