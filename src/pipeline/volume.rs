//! Looks regularly at how much the watches match that tell of spikes or silences: count, judge, commit.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::{Ambient, Setup};
use crate::alert::{one_line, shorten};
use crate::model::{Incident, Notice, NoticeKind, Timestamp, Watch};
use crate::store::{Store, VolumeState};
use crate::volume::{Baseline, HOURS, Hour, Looks, Quiet, Spike, judge, silence};

/// How often. The first time comes after it, too: feeds that were due are polled by then.
const INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Titles that a notice of a spike names.
const TITLES: u32 = 5;
/// Characters of each.
const LONGEST_TITLE: usize = 120;

/// Looks every five minutes until `shutdown`; rings `recorded` when there is something to tell.
pub async fn look_regularly(
    setup: Arc<ArcSwap<Setup>>,
    store: Store,
    ambient: Ambient,
    recorded: watch::Sender<()>,
    shutdown: CancellationToken,
) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        match look(&setup.load_full(), &store, &ambient).await {
            Ok(0) => {}
            Ok(_) => {
                recorded.send_replace(());
            }
            Err(error) => error!("how much the watches match was not looked at: {error:#}"),
        }
    }
}

/// Looks once; returns how many notices were recorded.
///
/// # Errors
/// When the database fails.
pub async fn look(setup: &Setup, store: &Store, ambient: &Ambient) -> anyhow::Result<usize> {
    let states = store.volume_states().await?;
    let watches: Vec<&Watch> =
        setup.config.watches.iter().filter(|watch| watch.spike || watch.silence.is_some()).collect();
    if watches.is_empty() && states.is_empty() {
        return Ok(0);
    }
    let now = ambient.now();
    let mut states: HashMap<String, VolumeState> =
        states.into_iter().map(|state| (state.watch.clone(), state)).collect();
    let asked_since = store.watch_baselines().await?;
    let answered_at = store.last_answer(now).await?;
    let (mut looked, mut notices) = (Vec::with_capacity(watches.len()), Vec::new());
    for watch in watches {
        let asked_since = asked_since.get(&watch.name).copied().unwrap_or(now);
        let known = states.remove(&watch.name).filter(|state| state.asked_since == asked_since);
        let (state, incidents) = match known {
            None => (begin(store, watch, asked_since, now).await?, Vec::new()),
            Some(state) if has_news(&state.looks, answered_at, now) => {
                look_at(setup, store, watch, state, now).await?
            }
            Some(state) => (state, Vec::new()),
        };
        looked.push(state);
        notices.extend(incidents.iter().flat_map(|incident| tell(watch, incident, now)));
    }
    store.commit_volume(&looked, &notices).await
}

/// Without an answer of any feed there was nothing to see: whoever looks then has not looked.
fn has_news(looks: &Looks, answered_at: Option<Timestamp>, now: Timestamp) -> bool {
    looks.looked_at > now || answered_at.is_some_and(|at| at > looks.looked_at)
}

/// The first look at `watch`. It learned something before only if it matched something.
async fn begin(
    store: &Store,
    watch: &Watch,
    asked_since: Timestamp,
    now: Timestamp,
) -> anyhow::Result<VolumeState> {
    let learned_since = store.first_match(&watch.name, asked_since, now).await?.unwrap_or(now);
    Ok(VolumeState {
        watch: watch.name.clone(),
        asked_since,
        looks: Looks::first(learned_since, now),
        quiet: Quiet::new(now),
        elevated_at: None,
    })
}

/// What is to be remembered of `watch` from now on, and told.
async fn look_at(
    setup: &Setup,
    store: &Store,
    watch: &Watch,
    mut state: VolumeState,
    now: Timestamp,
) -> anyhow::Result<(VolumeState, Vec<Incident>)> {
    let mut incidents = Vec::new();
    if let Some(limit) = watch.silence {
        let last = store.last_match(&watch.name, now).await?;
        state.quiet = state.quiet.look(&state.looks, last, limit, now);
        if silence(&state.quiet, limit, now) {
            state.quiet.is_told = true;
            incidents.push(silent(watch, &state.quiet, now));
        }
    }
    state.looks = state.looks.look(now);
    if watch.spike && state.looks.is_steady() {
        let (articles, sources) = store.volume_of_hour(&watch.name, now).await?;
        let hour = Hour { articles, sources };
        let baseline = match hour.is_quiet() {
            true => Baseline::of(&[], now),
            false => learned(setup, store, watch, &state.looks, now).await?,
        };
        let (elevated_at, spike) = judge(&baseline, hour, state.elevated_at, now);
        state.elevated_at = elevated_at;
        if let Some(spike) = spike {
            let titles = store.titles_of_hour(&watch.name, now, TITLES).await?;
            incidents.push(spiking(watch, &spike, &titles, now));
        }
    }
    Ok((state, incidents))
}

/// What is usual for `watch`, as far as its matches are kept. The hour under way is not learned from.
async fn learned(
    setup: &Setup,
    store: &Store,
    watch: &Watch,
    looks: &Looks,
    now: Timestamp,
) -> anyhow::Result<Baseline> {
    let kept = TimeDelta::from_std(setup.config.retention.matches).unwrap_or(TimeDelta::MAX);
    let since = looks.learned_since.max(now - kept.min(TimeDelta::hours(i64::from(HOURS))));
    let counts = store.volume_by_hour(&watch.name, since, now).await?;
    Ok(Baseline::of(&counts, now))
}

/// It is about the watch: the watch's own channels are told.
fn tell(watch: &Watch, incident: &Incident, now: Timestamp) -> Vec<Notice> {
    info!(watch.name = watch.name, notice = incident.kind.as_str(), "{}", one_line(&incident.text));
    incident.tell(&watch.channels, now).collect()
}

fn silent(watch: &Watch, quiet: &Quiet, now: Timestamp) -> Incident {
    let (since, name) = (quiet.since.format("%F %H:%M"), &watch.name);
    Incident {
        kind: NoticeKind::Silence,
        subject: name.clone(),
        occasion: quiet.since.to_rfc3339(),
        title: format!("{name}: nothing matched for {}", spoken(now - quiet.since)),
        text: format!(
            "The watch \"{name}\" has matched nothing since {since} UTC.\n\n`feedwatch feed list` shows whether its \
             feeds are well, `feedwatch watch backtest {name}` what it would have matched."
        ),
    }
}

fn spiking(watch: &Watch, spike: &Spike, titles: &[String], now: Timestamp) -> Incident {
    let titles = titles.iter().map(|title| format!("\n\n{}", shorten(&one_line(title), LONGEST_TITLE)));
    Incident {
        kind: NoticeKind::Spike,
        subject: watch.name.clone(),
        occasion: now.to_rfc3339(),
        title: format!("{}: {} articles within an hour", watch.name, spike.hour.articles),
        text: format!("{spike}. Copies are not counted. The latest:{}", titles.collect::<String>()),
    }
}

fn spoken(span: TimeDelta) -> String {
    match span.num_hours() {
        hours if hours >= 48 => format!("{} days", hours / 24),
        1 => "an hour".to_owned(),
        hours => format!("{hours} hours"),
    }
}

#[cfg(test)]
mod tests;
