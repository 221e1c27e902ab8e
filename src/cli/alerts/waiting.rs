//! What waits for a delivery, as `alerts list` tells of it: which alerts, for what, and until when.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::alert::plan::wait;
use crate::alert::time::rfc3339;
use crate::alert::{Cause, Wait, Waiting, one_line};
use crate::cli::output::{Output, second};
use crate::config::Config;
use crate::model::{ChannelState, Timestamp, WatchRules};
use crate::store::{DeliveryFilter, Store, WaitingCount};

/// Titles of alerts of one watch that are told.
const TITLES: u32 = 10;

/// The alerts of one watch that wait on one channel, or the notices that do.
pub(super) struct Held {
    counted: WaitingCount,
    /// Of the first of them.
    titles: Vec<String>,
    /// `None`: nobody knows, since their channel is not configured or the configuration cannot be read.
    wait: Option<Wait>,
}

/// What waits as far as `filter` speaks of it. Why, is what `config` says.
pub(super) async fn held(
    store: &Store,
    filter: &DeliveryFilter,
    config: Option<&Config>,
    now: Timestamp,
) -> anyhow::Result<Vec<Held>> {
    let mut channels: HashMap<String, (Vec<Waiting>, ChannelState)> = HashMap::new();
    let mut held = Vec::new();
    for counted in store.waiting_counts(filter).await? {
        if !channels.contains_key(&counted.channel) {
            let channel = &counted.channel;
            let known = (store.waiting(channel).await?, store.channel_state(channel).await?);
            channels.insert(channel.clone(), known);
        }
        let (waiting, state) = &channels[&counted.channel];
        let titles = store.waiting_titles(&counted.channel, counted.watch.as_deref(), TITLES).await?;
        let wait = config.and_then(|config| wait_of(&counted, waiting, state, config, now));
        held.push(Held { counted, titles, wait });
    }
    Ok(held)
}

fn wait_of(
    counted: &WaitingCount,
    waiting: &[Waiting],
    state: &ChannelState,
    config: &Config,
    now: Timestamp,
) -> Option<Wait> {
    let rules = &config.channels.iter().find(|channel| channel.name == counted.channel)?.rules;
    Some(match &counted.watch {
        None => wait(&Waiting::notices(counted.oldest), &WatchRules::default(), rules, state, now),
        Some(name) => {
            // It may have left since it was counted.
            let waiting = waiting.iter().find(|waiting| waiting.watch == *name)?;
            let watch = config.watches.iter().find(|watch| watch.name == *name);
            let gone = config.alerts.of_gone_watches();
            wait(waiting, watch.map_or(&gone, |watch| &watch.rules), rules, state, now)
        }
    })
}

impl Held {
    pub(super) fn json(&self) -> Value {
        let Self { counted, titles, wait } = self;
        json!({
            "id": null,
            "channel": counted.channel,
            "state": "waiting",
            "type": if counted.watch.is_some() { "match" } else { "notice" },
            "watches": counted.watch.as_slice(),
            "titles": titles,
            "waiting": counted.count,
            "created_at": rfc3339(counted.oldest),
            "waits_for": wait.map(|wait| wait.cause.as_str()),
            "leaves_at": wait.map(|wait| rfc3339(wait.until)),
        })
    }

    /// The cells of a table: no id, since when, its state, channel, watch, titles, attempts, and why it waits.
    pub(super) fn row(&self, output: &Output, width: usize) -> Vec<String> {
        let Self { counted, titles, wait } = self;
        let noun = if counted.watch.is_some() { "alert" } else { "notice" };
        let plural = if counted.count == 1 { "" } else { "s" };
        let titles = format!("{} {noun}{plural}: {}", counted.count, titles.join("; "));
        vec![
            String::new(),
            second(counted.oldest),
            "waiting".to_owned(),
            counted.channel.clone(),
            counted.watch.as_deref().map(one_line).unwrap_or_default(),
            output.brief(&titles, width),
            String::new(),
            wait.map_or_else(|| "the channel is not configured".to_owned(), reason),
        ]
    }
}

fn reason(wait: Wait) -> String {
    let at = second(wait.until);
    match wait.cause {
        Cause::GroupWait => format!("group_wait until {at}"),
        Cause::GroupInterval => format!("group_interval until {at}"),
        Cause::Digest => format!("digest at {at}"),
        Cause::Quiet => format!("quiet until {at}"),
        Cause::Limit => format!("limit until {at}"),
        Cause::Failing => format!("the channel fails: again at {at}"),
        Cause::Due => "due now".to_owned(),
    }
}
