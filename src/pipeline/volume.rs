//! Looks regularly at how much the watches match that tell of spikes or silences: count, judge, commit.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::{Ambient, Setup};
use crate::alert::{one_line, shorten};
use crate::model::{EntryKey, Incident, Notice, NoticeKind, Timestamp, Watch};
use crate::store::{Store, VolumeState};
use crate::volume::{Baseline, HOURS, Hour, Quiet, Spike, judge, silence};

/// How often.
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
        match look(&setup.load_full(), &store, &ambient).await {
            Ok(0) => {}
            Ok(_) => drop(recorded.send_replace(())),
            Err(error) => error!("the volumes of watches were not looked at: {error:#}"),
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Looks once; returns how many notices were recorded.
///
/// # Errors
/// When the database fails.
pub async fn look(setup: &Setup, store: &Store, ambient: &Ambient) -> anyhow::Result<usize> {
    let watches = setup.config.watches.iter().filter(|watch| watch.spike || watch.silence.is_some());
    let watches: Vec<&Watch> = watches.collect();
    if watches.is_empty() {
        return Ok(0);
    }
    let now = ambient.now();
    let mut known = store.volume_states().await?;
    let (mut states, mut notices) = (Vec::new(), Vec::new());
    for watch in watches {
        let known = known.remove(&watch.name);
        let mut state = remembered(store, watch, known, now).await?;
        if let Some(limit) = watch.silence {
            let matched = store.matched_between(&watch.name, state.since).await?;
            let quiet = Quiet { since: state.quiet_since, is_told: state.quiet_told, looked_at: state.looked_at };
            let mut quiet = quiet.look(matched.map(|(_, last)| last), now);
            if silence(&quiet, limit, now) {
                quiet.is_told = true;
                notices.extend(tell(watch, &silent(watch, &quiet, now), now));
            }
            (state.quiet_since, state.quiet_told) = (quiet.since, quiet.is_told);
        }
        if watch.spike {
            let (articles, sources) = store.volume_of_hour(&watch.name, now).await?;
            let since = state.since.max(now - TimeDelta::hours(i64::from(HOURS)));
            let counts = store.volume_by_hour(&watch.name, since, now).await?;
            let baseline = Baseline::of(&counts, now);
            let (elevated_at, spike) = judge(&baseline, Hour { articles, sources }, state.elevated_at, now);
            state.elevated_at = elevated_at;
            if let Some(spike) = spike {
                let titles = store.titles_of_hour(&watch.name, now, TITLES).await?;
                notices.extend(tell(watch, &spiking(watch, &spike, &titles, now), now));
            }
        }
        state.looked_at = now;
        states.push(state);
    }
    store.commit_volume(&states, &notices).await
}

/// What is remembered of `watch`; where nothing is, what its matches say. Another query begins anew.
async fn remembered(
    store: &Store,
    watch: &Watch,
    known: Option<VolumeState>,
    now: Timestamp,
) -> anyhow::Result<VolumeState> {
    let query = EntryKey::of("query", &[&watch.text]).as_bytes().to_vec();
    let mut since = now;
    match known {
        Some(state) if state.query == query => return Ok(state),
        Some(_) => {}
        None => {
            let looked_back = now - TimeDelta::hours(i64::from(HOURS));
            if let Some((first, _)) = store.matched_between(&watch.name, looked_back).await? {
                since = first.min(now);
            }
        }
    }
    let Quiet { since: quiet_since, is_told: quiet_told, looked_at } = Quiet::new(now);
    let watch = watch.name.clone();
    Ok(VolumeState { watch, query, since, looked_at, quiet_since, quiet_told, elevated_at: None })
}

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
