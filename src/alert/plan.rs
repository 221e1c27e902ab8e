//! Which of the alerts that wait on a channel leave now, and in which messages.

use std::collections::BTreeSet;

use super::hold::{self, Cause, Patience, Release, Together, Wait, Waiting};
use super::limit;
use crate::model::{ChannelRules, ChannelState, Priority, Timestamp, WatchRules};

/// What leaves now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One message each; the most urgent first, and of those the one that waited longest.
    pub parcels: Vec<Parcel>,
    /// Whether notices leave too.
    pub notices: bool,
    /// When to look again; `None`: nothing waits for a time.
    pub next_at: Option<Timestamp>,
}

/// Watches whose alerts travel in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// By name.
    pub watches: Vec<String>,
    /// Whether it has headings per watch.
    pub is_digest: bool,
    /// Why it is one message, in words.
    pub reason: Option<String>,
    /// That of its most urgent watch.
    pub priority: Priority,
}

/// What waits on a channel.
#[derive(Clone, Copy, Debug)]
pub struct Queue<'a> {
    /// Alerts by watch, with their rules.
    pub alerts: &'a [(Waiting, &'a WatchRules)],
    /// When the first notice was recorded; `None`: none waits.
    pub oldest_notice: Option<Timestamp>,
}

/// Decides what of `queue` leaves at `now` on a channel with these `rules`, of which `state` is remembered.
///
/// What waited for a digest, for the end of quiet hours or for a storm to be told travels in one message,
/// and so do all alerts where the channel takes fewer messages than there are: nothing is dropped. Notices and
/// alerts do not hold each other up: see `share`.
pub fn plan(
    queue: Queue<'_>,
    rules: &ChannelRules,
    state: &ChannelState,
    patience: Patience,
    now: Timestamp,
) -> Plan {
    let released = |(waiting, watch): &'_ (Waiting, &WatchRules)| {
        (hold::release(waiting, watch, rules, patience, now), waiting.clone(), watch.priority)
    };
    let (mut ready, held): (Vec<Ready>, Vec<Ready>) =
        queue.alerts.iter().map(released).partition(|(release, ..)| release.at <= now);
    ready.sort_by(|(_, a, a_priority), (_, b, b_priority)| {
        b_priority.cmp(a_priority).then(a.oldest.cmp(&b.oldest)).then(a.watch.cmp(&b.watch))
    });
    let notices_at = queue.oldest_notice.map(|oldest| notices_at(oldest, rules, patience, now));
    let mut notices = notices_at.is_some_and(|at| at <= now);
    let mut next_at = held.iter().map(|(release, ..)| release.at).min();
    next_at = earliest(next_at, notices_at.filter(|_| !notices));

    let mut parcels = pack(&ready);
    if let Some(limit) = &rules.limit {
        let tokens = limit::tokens(limit, state.bucket_full_at, now) as usize;
        if tokens < parcels.len() + usize::from(notices) {
            let share = share(tokens, &ready, queue.oldest_notice.filter(|_| notices));
            if share.leaves_something_behind(&ready, notices) {
                let full_at = limit::take(limit, state.bucket_full_at, share.tokens(), now);
                next_at = earliest(next_at, Some(limit::next_token_at(limit, full_at, now)));
            }
            notices = share.notices;
            parcels = if share.alerts { vec![one(&ready)] } else { Vec::new() };
        }
    }
    Plan { parcels, notices, next_at }
}

/// What could have left at `since` or before, if the channel took it: one parcel for each watch, with the moment
/// since when it could, that of the notices, and when the next could be as old.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overdue {
    /// By themselves, whatever the channel's limit: they go to another one.
    pub parcels: Vec<(Parcel, Timestamp)>,
    /// Since when notices could have left; `None`: not that long.
    pub notices: Option<Timestamp>,
    /// The earliest moment at which what is not in it could leave; `None`: there is nothing else.
    pub next: Option<Timestamp>,
}

/// Decides what of `queue` is overdue; see [`Overdue`].
pub fn overdue(
    queue: Queue<'_>,
    rules: &ChannelRules,
    patience: Patience,
    since: Timestamp,
    now: Timestamp,
) -> Overdue {
    let mut overdue = Overdue::default();
    for (waiting, watch) in queue.alerts {
        let at = hold::release(waiting, watch, rules, patience, now).at;
        if at <= since {
            let ready = (Release { at, together: None }, waiting.clone(), watch.priority);
            overdue.parcels.extend(pack(&[ready]).into_iter().map(|parcel| (parcel, at)));
        } else {
            overdue.next = earliest(overdue.next, Some(at));
        }
    }
    if let Some(at) = queue.oldest_notice.map(|oldest| notices_at(oldest, rules, patience, now)) {
        match at <= since {
            true => overdue.notices = Some(at),
            false => overdue.next = earliest(overdue.next, Some(at)),
        }
    }
    overdue
}

/// Decides why the alerts of a watch wait, and until when at least; alone on their channel, others aside.
pub fn wait(
    waiting: &Waiting,
    watch: &WatchRules,
    rules: &ChannelRules,
    state: &ChannelState,
    now: Timestamp,
) -> Wait {
    let held = hold::wait(waiting, watch, rules, now);
    if held.until > now {
        return held;
    }
    if state.failures > 0 {
        return Wait { until: state.resume_at.max(now), cause: Cause::Failing };
    }
    match &rules.limit {
        Some(limit) if limit::tokens(limit, state.bucket_full_at, now) == 0 => {
            Wait { until: limit::next_token_at(limit, state.bucket_full_at, now), cause: Cause::Limit }
        }
        _ => Wait { until: now, cause: Cause::Due },
    }
}

/// What leaves of more than a channel takes.
struct Share {
    /// All alerts, in one message.
    alerts: bool,
    notices: bool,
}

impl Share {
    fn tokens(&self) -> u32 {
        u32::from(self.alerts) + u32::from(self.notices)
    }

    fn leaves_something_behind(&self, ready: &[Ready], notices: bool) -> bool {
        self.alerts == ready.is_empty() || self.notices != notices
    }
}

/// Alerts and notices share the `tokens`. Of a single one the older have the use: each of them waits for one
/// message of the other at most, however much comes.
fn share(tokens: usize, ready: &[Ready], oldest_notice: Option<Timestamp>) -> Share {
    let oldest_alert = ready.iter().map(|(_, waiting, _)| waiting.oldest).min();
    let are_notices_first = match (oldest_notice, oldest_alert) {
        (Some(notice), Some(alert)) => notice < alert,
        (notice, _) => notice.is_some(),
    };
    Share {
        alerts: oldest_alert.is_some() && tokens > usize::from(are_notices_first),
        notices: oldest_notice.is_some() && tokens > usize::from(!are_notices_first),
    }
}

/// A watch's alerts that leave.
type Ready = (Release, Waiting, Priority);

/// Notices wait for others as alerts do without a word in the configuration, and for the channel's quiet
/// hours.
fn notices_at(oldest: Timestamp, rules: &ChannelRules, patience: Patience, now: Timestamp) -> Timestamp {
    hold::release(&Waiting::notices(oldest), &WatchRules::default(), rules, patience, now).at
}

fn pack(ready: &[Ready]) -> Vec<Parcel> {
    let (together, alone): (Vec<&Ready>, Vec<&Ready>) =
        ready.iter().partition(|(release, ..)| release.together.is_some());
    let mut parcels: Vec<Parcel> = alone
        .into_iter()
        .map(|(_, waiting, priority)| Parcel {
            watches: vec![waiting.watch.clone()],
            is_digest: false,
            reason: None,
            priority: *priority,
        })
        .collect();
    if !together.is_empty() {
        parcels.push(parcel(&together, None));
    }
    // Stable: of one priority, those that travel alone keep their order.
    parcels.sort_by_key(|parcel| std::cmp::Reverse(parcel.priority));
    parcels
}

/// Everything in one, because the channel takes no more.
fn one(ready: &[Ready]) -> Parcel {
    parcel(&ready.iter().collect::<Vec<_>>(), Some(Together::Limit))
}

fn parcel(ready: &[&Ready], because: Option<Together>) -> Parcel {
    let causes: BTreeSet<&Together> =
        ready.iter().filter_map(|(release, ..)| release.together.as_ref()).chain(&because).collect();
    let reasons: Vec<String> = causes.into_iter().filter_map(Together::reason).collect();
    Parcel {
        watches: ready.iter().map(|(_, waiting, _)| waiting.watch.clone()).collect(),
        is_digest: true,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        priority: ready.iter().map(|(.., priority)| *priority).max().unwrap_or_default(),
    }
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;
    use chrono_tz::Tz;

    use super::*;
    use crate::alert::fixture::now;
    use crate::model::Limit;
    use crate::schedule::Cron;

    /// A watch whose first alert was recorded so many seconds ago.
    fn waiting(watch: &str, seconds: i64) -> Waiting {
        let oldest = now() - TimeDelta::seconds(seconds);
        Waiting { watch: watch.to_owned(), oldest, grouped_at: None, storm: None }
    }

    fn rules(priority: Priority) -> WatchRules {
        WatchRules { priority, ..WatchRules::default() }
    }

    /// A limit of which `taken` tokens are taken.
    fn limited(burst: u32, taken: u32) -> (ChannelRules, ChannelState) {
        let limit = Limit { every: Duration::from_secs(180), burst };
        let bucket_full_at = limit::take(&limit, Timestamp::UNIX_EPOCH, taken, now());
        (
            ChannelRules { limit: Some(limit), ..ChannelRules::default() },
            ChannelState { bucket_full_at, ..ChannelState::default() },
        )
    }

    fn run(
        alerts: &[(Waiting, &WatchRules)],
        notice: Option<i64>,
        (rules, state): &(ChannelRules, ChannelState),
    ) -> Plan {
        let oldest_notice = notice.map(|seconds| now() - TimeDelta::seconds(seconds));
        plan(Queue { alerts, oldest_notice }, rules, state, Patience::Waits, now())
    }

    fn watches(plan: &Plan) -> Vec<String> {
        plan.parcels.iter().map(|parcel| parcel.watches.join("+")).collect()
    }

    #[test]
    fn what_is_due_leaves_by_urgency_and_age_and_the_rest_names_its_time() {
        let [low, normal, high] = [Priority::Low, Priority::Normal, Priority::High].map(rules);
        let alerts = [
            (waiting("low", 99), &low),
            (waiting("young", 40), &normal),
            (waiting("old", 60), &normal),
            (waiting("high", 31), &high),
            (waiting("waits", 10), &high),
        ];
        let plan = run(&alerts, None, &limited(10, 0));
        assert_eq!(watches(&plan), ["high", "old", "young", "low"]);
        assert!(plan.parcels.iter().all(|parcel| !parcel.is_digest && parcel.reason.is_none()));
        assert_eq!(plan.next_at, Some(now() + TimeDelta::seconds(20)));
    }

    #[test]
    fn an_empty_bucket_coalesces_and_drops_nothing() {
        let normal = rules(Priority::Normal);
        let alerts = [(waiting("a", 60), &normal), (waiting("b", 50), &normal), (waiting("c", 40), &normal)];
        for (taken, expected) in [(0, vec!["a", "b", "c"]), (7, vec!["a", "b", "c"]), (8, vec!["a+b+c"])] {
            let plan = run(&alerts, None, &limited(10, taken));
            assert_eq!(
                (watches(&plan), plan.next_at),
                (expected.into_iter().map(String::from).collect(), None)
            );
        }
        let together = run(&alerts, None, &limited(10, 9));
        assert_eq!(
            together.parcels[0].reason.as_deref(),
            Some("sent together: the channel's rate limit was reached")
        );
        let none = run(&alerts, None, &limited(10, 10));
        assert_eq!((none.parcels.len(), none.next_at), (0, Some(now() + TimeDelta::seconds(180))));
    }

    #[test]
    fn digests_share_a_message_and_others_do_not_wait_for_them() {
        let digest =
            |line: &str| WatchRules { digest: Cron::parse(line, Tz::UTC).ok(), ..WatchRules::default() };
        // It is 08:15.
        let (past, same, future) = (digest("0 8 * * *"), digest("10 8 * * *"), digest("0 9 * * *"));
        let normal = rules(Priority::Normal);
        let alerts = [
            (waiting("a", 3_600), &past),
            (waiting("b", 1_800), &same),
            (waiting("c", 1_800), &future),
            (waiting("d", 60), &normal),
        ];
        let plan = run(&alerts, None, &limited(10, 0));
        assert_eq!(watches(&plan), ["d", "a+b"]);
        assert_eq!((plan.parcels[1].is_digest, plan.parcels[1].reason.as_deref()), (true, None));
        assert_eq!(plan.next_at, Some(now() + TimeDelta::minutes(45)));
    }

    #[test]
    fn a_storm_is_one_message_with_its_reason() {
        let normal = rules(Priority::Normal);
        let storm = |watch| Waiting { storm: Some("nearly all is new".to_owned()), ..waiting(watch, 60) };
        let alerts = [(storm("a"), &normal), (storm("b"), &normal), (waiting("c", 60), &normal)];
        let plan = run(&alerts, None, &limited(10, 0));
        assert_eq!(watches(&plan), ["c", "a+b"]);
        assert_eq!(plan.parcels[1].reason.as_deref(), Some("nearly all is new"));
    }

    #[test]
    fn notices_and_alerts_share_the_tokens() {
        let normal = rules(Priority::Normal);
        let alerts = [(waiting("a", 60), &normal), (waiting("b", 50), &normal)];
        for (notice, taken, expected, next) in [
            (None, 0, &["a", "b"][..], None),
            (Some(60), 0, &["a", "b", "notices"], None),
            (Some(10), 0, &["a", "b"], Some(20)),
            (Some(60), 7, &["a", "b", "notices"], None),
            (Some(60), 8, &["a+b", "notices"], None),
            (Some(60), 9, &["a+b"], Some(180)),
            (Some(61), 9, &["notices"], Some(180)),
            (Some(61), 10, &[], Some(180)),
        ] {
            let plan = run(&alerts, notice, &limited(10, taken));
            let mut leaves = watches(&plan);
            leaves.extend(plan.notices.then(|| "notices".to_owned()));
            let next = next.map(|seconds| now() + TimeDelta::seconds(seconds));
            assert_eq!((leaves, plan.next_at), (expected.iter().map(|&name| name.into()).collect(), next));
        }
        let alone = run(&[], Some(60), &limited(10, 9));
        assert_eq!((alone.parcels.len(), alone.notices, alone.next_at), (0, true, None));
    }

    #[test]
    fn a_channel_that_is_never_idle_tells_of_both() {
        let normal = rules(Priority::High);
        // At every token an alert waits that is a minute old, and there is one notice.
        let (rules, mut state) = limited(1, 1);
        let limit = rules.limit.unwrap();
        let (mut now, noticed_at) = (now(), now());
        let mut told = Vec::new();
        for _ in 0..3 {
            now = limit::next_token_at(&limit, state.bucket_full_at, now);
            let oldest = now - TimeDelta::minutes(1);
            let alert = Waiting { oldest, ..waiting("busy", 0) };
            let alerts = [(alert, &normal)];
            let oldest_notice = (!told.contains(&"notice")).then_some(noticed_at);
            let plan = plan(Queue { alerts: &alerts, oldest_notice }, &rules, &state, Patience::Waits, now);
            told.extend(plan.parcels.iter().map(|_| "alert"));
            told.extend(plan.notices.then_some("notice"));
            state.bucket_full_at = limit::take(&limit, state.bucket_full_at, 1, now);
        }
        assert_eq!(told, ["notice", "alert", "alert"]);
    }
}
