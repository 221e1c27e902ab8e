//! The daemon's heart: polls each feed when it is due, until told to stop.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::attempt::attempt;
use super::poll::save_waits;
use super::pulse::Pulse;
use super::room::Room;
use super::under_way::{Ended, UnderWay};
use super::{Ambient, Setup, pause};
use crate::alert::retry;
use crate::model::{Incident, Notice, NoticeKind, Timestamp};
use crate::schedule::{self, News, Signals};
use crate::store::Store;

/// Polls under way at once for each request that may be: those that wait for a busy host hold nobody
/// up.
const POLLS_PER_REQUEST: usize = 4;

/// How long polls under way may take after shutdown.
const LAST_POLLS: Duration = Duration::from_secs(5);

/// A step of the clock by more than this, beside what a sleep explains, is a jump.
const CLOCK_JUMP: TimeDelta = TimeDelta::minutes(2);

/// What the scheduler works with.
pub struct Scheduler {
    /// Replaced by a reload; a poll under way keeps the one it began with.
    pub setup: Arc<ArcSwap<Setup>>,
    /// The database.
    pub store: Store,
    /// Time and chance.
    pub ambient: Ambient,
    /// Rung when alerts were recorded.
    pub recorded: watch::Sender<()>,
    /// Rung by a reload.
    pub reloaded: watch::Receiver<()>,
    /// Beats as long as it comes round.
    pub pulse: Pulse,
    /// Ends it.
    pub shutdown: CancellationToken,
}

impl Scheduler {
    /// Polls until shutdown, then waits for the polls under way.
    pub async fn run(mut self) {
        self.take_up_waits().await;
        let mut room = Room::default();
        // News of the network, with the time when it was heard, until what follows from it is recorded.
        let mut untold = VecDeque::new();
        let mut polls = UnderWay::default();
        let mut expected = self.ambient.now();
        let mut paused_until = tokio::time::Instant::now();
        loop {
            self.pulse.beat(std::time::Instant::now());
            let now = self.ambient.now();
            if (now - expected).abs() > CLOCK_JUMP {
                warn!(
                    clock.step_s = (now - expected).num_seconds(),
                    "the clock jumped: the schedule is looked through"
                );
                self.resume(now).await;
            }
            if let Some(news) = self.setup.load().fetcher.news(now) {
                untold.push_back((news, now));
            }
            self.tell_news(&mut untold, now).await;
            let slept = tokio::time::Instant::now();
            let floor = self.setup.load().config.fetch.min_free_space;
            let wait = if slept < paused_until {
                paused_until - slept
            } else if !room.is_there(&self.store, floor, now) {
                pause::until(None, now)
            } else {
                self.start_due(now, &mut polls).await.unwrap_or_else(|error| {
                    error!("polling paused: {error:#}");
                    pause::AFTER_STORE_FAILURE
                })
            };
            if let Some(incident) = &room.untold
                && self.tell(incident, now).await
            {
                room.untold = None;
            }
            tokio::select! {
                () = self.shutdown.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
                changed = self.reloaded.changed() => if changed.is_err() { break },
                Some(end) = polls.next_end() => if end == Ended::StoreFailed {
                    // All that is due stays due: without a pause it would be asked again at once, in vain.
                    paused_until = tokio::time::Instant::now() + pause::AFTER_STORE_FAILURE;
                },
            }
            expected = now + TimeDelta::from_std(slept.elapsed()).unwrap_or_default();
        }
        let given_up = polls.finish(LAST_POLLS).await;
        if given_up > 0 {
            // A poll is stored whole or not at all: what is cut off here is polled again.
            info!(polls.under_way = given_up, "polls under way are given up");
            save_waits(&self.setup.load(), &self.store, self.ambient.now()).await;
        }
    }

    /// Starts what is due and returns how long to wait for the next.
    async fn start_due(&self, now: Timestamp, polls: &mut UnderWay) -> anyhow::Result<Duration> {
        let setup = self.setup.load_full();
        let most = setup.config.fetch.concurrency.saturating_mul(POLLS_PER_REQUEST);
        // Asked at the end of every poll, the database would say each time what is due and waits: it is asked
        // for some at once.
        if polls.len() > most - most / 4 {
            return Ok(pause::until(None, now));
        }
        // Those under way are still due in the database: look past them.
        let wanted = most.saturating_add(polls.passed_over());
        let mut due = self.store.due_feeds(now, u32::try_from(wanted)?).await?;
        let moment = tokio::time::Instant::now();
        due.retain(|state| setup.feed(state.id).is_some() && polls.is_free(state.id, moment));
        let is_offline = setup.fetcher.offline_since().is_some();
        if is_offline {
            // One at a time, each time another one: the host of the first may be down for itself.
            due = match setup.fetcher.try_again(now) {
                Some(number) if !due.is_empty() => vec![due.swap_remove(number % due.len())],
                _ => Vec::new(),
            };
        }
        due.truncate(most.saturating_sub(polls.len()));
        for state in due {
            let (setup, store, ambient) = (setup.clone(), self.store.clone(), self.ambient.clone());
            let recorded = self.recorded.clone();
            polls.start(state.id, async move {
                let report = attempt(&setup, &store, &ambient, state).await?;
                if report.alerts + report.notices > 0 {
                    recorded.send_replace(());
                }
                Ok(())
            });
        }
        let next = self.store.next_due_after(now).await?;
        let wait = pause::until(next, now);
        Ok(if is_offline { pause::WHILE_OFFLINE } else { wait })
    }

    /// Keeps away from the hosts that asked an earlier run for it.
    async fn take_up_waits(&self) {
        let now = self.ambient.now();
        match self.store.host_waits(now).await {
            Ok(waits) => self.setup.load().fetcher.restore_waits(waits, now),
            Err(error) => error!("the waits of hosts are forgotten: {error:#}"),
        }
    }

    /// Tells whoever hears of feedwatch itself; tells whether that is recorded.
    async fn tell(&self, incident: &Incident, now: Timestamp) -> bool {
        let setup = self.setup.load();
        let notices: Vec<Notice> = incident.tell(&setup.config.notices.channels, now).collect();
        if notices.is_empty() {
            return true;
        }
        match self.store.record_notices(&notices).await {
            Ok(_) => {
                self.recorded.send_replace(());
                true
            }
            Err(error) => {
                error!("nobody is told of the {}: {error:#}", incident.subject);
                false
            }
        }
    }

    /// Tells when the network goes and when it is back, and then makes good what it did. What the database does
    /// not take stays in `untold`, and what came after it waits.
    async fn tell_news(&self, untold: &mut VecDeque<(News, Timestamp)>, now: Timestamp) {
        while let Some((news, heard_at)) = untold.front() {
            let done = match *news {
                News::Down { since } => self.network_is_down(since, *heard_at).await,
                News::Up { since, was_told } => self.network_is_back(since, was_told, *heard_at, now).await,
            };
            if !done {
                return;
            }
            untold.pop_front();
        }
    }

    async fn network_is_down(&self, since: Timestamp, heard_at: Timestamp) -> bool {
        warn!(outage.since = %since, "nobody is in reach: polling waits for the network");
        let text =
            "None of the last hosts could be reached. Polling waits for the network and blames no feed.";
        self.tell(&of_network(NoticeKind::Outage, since, "The network is down", text), heard_at).await
    }

    async fn network_is_back(
        &self,
        since: Timestamp,
        was_told: bool,
        heard_at: Timestamp,
        now: Timestamp,
    ) -> bool {
        if was_told {
            let minutes = (heard_at - since).num_minutes().max(1);
            let text = format!("It was down for {minutes} min. Everything that is due is polled now.");
            let over = of_network(NoticeKind::OutageOver, since, "The network is back", &text);
            if !self.tell(&over, heard_at).await {
                return false;
            }
        }
        if let Err(error) = self.store.forgive_unreachable(since, now).await {
            error!("feeds are still blamed for the network: {error:#}");
            return false;
        }
        let seconds = (heard_at - since).num_seconds();
        info!(outage.seconds = seconds, "the network is there: polling goes on");
        self.resume(now).await;
        true
    }

    /// Mends stored times that make no sense at `now`.
    async fn resume(&self, now: Timestamp) {
        if let Err(error) = resume(&self.setup.load(), None, &self.store, &self.ambient, now).await {
            error!("the schedule could not be looked through: {error:#}");
        }
    }
}

/// Told once for each time that the network goes, which began at `since`.
fn of_network(kind: NoticeKind, since: Timestamp, title: &str, text: &str) -> Incident {
    Incident {
        kind,
        subject: "network".to_owned(),
        occasion: since.timestamp_millis().to_string(),
        title: title.to_owned(),
        text: text.to_owned(),
    }
}

/// Looks through the stored times, at the start, after a reload and when the clock jumped: pulls in what
/// a wrong clock put far away, spreads what a long sleep left overdue, and puts a schedule that differs
/// from the one in `previous` in force.
///
/// # Errors
/// When the database fails.
pub async fn resume(
    setup: &Setup,
    previous: Option<&Setup>,
    store: &Store,
    ambient: &Ambient,
    now: Timestamp,
) -> anyhow::Result<()> {
    let states = store.feed_states().await?;
    let limits = setup.limits();
    let mut moved = Vec::new();
    for state in &states {
        let Some(feed) = setup.feed(state.id) else { continue };
        // A poll in the future was made by a clock that was ahead, and so was all that follows from it.
        let ahead = state.last_poll_at.is_some_and(|at| at > now);
        let stored = if ahead { Timestamp::MAX_UTC } else { state.next_poll_at };
        let jitter = ambient.chance();
        let mut next = schedule::resume_at(stored, &feed.schedule, &limits, states.len(), now, jitter);
        let before = previous.and_then(|previous| previous.feed(state.id));
        if state.failures == 0 && before.is_some_and(|before| before.schedule != feed.schedule) {
            let fresh = schedule::next_poll_at(&feed.schedule, &Signals::default(), &limits, now, jitter);
            next = next.min(fresh);
        }
        if next != state.next_poll_at {
            moved.push((state.id, next));
        }
    }
    if !moved.is_empty() {
        store.reschedule(&moved).await?;
    }
    store.pull_in(now + retry::MAX_WAIT * 2, now).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::scripted::answer;
    use crate::pipeline::fixture::Desk;

    #[tokio::test]
    async fn news_of_the_network_that_cannot_be_recorded_is_kept_until_it_can() {
        let desk = Desk::with("", "[notices]\nchannels = [\"desk\"]").await;
        let now = desk.ambient.now();
        let (scheduler, mut untold) = (scheduler(&desk), VecDeque::new());
        untold.push_back((News::Down { since: now }, now));
        untold.push_back((News::Up { since: now, was_told: true }, now));
        desk.store.refuse("INSERT ON notice").await;
        scheduler.tell_news(&mut untold, now).await;
        assert_eq!(untold.len(), 2);
        desk.store.accept().await;
        scheduler.tell_news(&mut untold, now).await;
        assert_eq!(untold.len(), 0);
        assert_eq!(desk.store.waiting_notices("desk", 9).await.unwrap().len(), 2);
    }

    fn scheduler(desk: &Desk) -> Scheduler {
        Scheduler {
            setup: Arc::new(ArcSwap::from_pointee(Setup::build(desk.setup.config.clone()).unwrap())),
            store: desk.store.clone(),
            ambient: desk.ambient.clone(),
            recorded: watch::channel(()).0,
            reloaded: watch::channel(()).1,
            pulse: Pulse::new(std::time::Instant::now()),
            shutdown: CancellationToken::new(),
        }
    }

    #[tokio::test]
    async fn a_feed_of_which_nothing_can_be_stored_holds_up_no_other() {
        let desk = Desk::with("every = \"1s\"", "[[feed]]\nurl = \"URL/odd\"\nevery = \"1s\"").await;
        desk.publish(&[]);
        desk.put(
            "/odd",
            answer("200 OK", &[], "<rss version=\"2.0\"><channel><title>Odd</title></channel></rss>"),
        );
        desk.store.refuse("UPDATE ON feed WHEN new.url LIKE '%odd'").await;
        let config = desk.setup.config.clone();
        let (recorded, _) = watch::channel(());
        let (_reload, reloaded) = watch::channel(());
        let scheduler = Scheduler {
            setup: Arc::new(ArcSwap::from_pointee(Setup::build(config).unwrap())),
            store: desk.store.clone(),
            ambient: Ambient::system(),
            recorded,
            reloaded,
            pulse: Pulse::new(std::time::Instant::now()),
            shutdown: CancellationToken::new(),
        };
        let shutdown = scheduler.shutdown.clone();
        let polling = tokio::spawn(scheduler.run());
        while desk.asked("/feed") < 6 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Were all of them held up by it, both would have been asked as often.
        assert!(desk.asked("/odd") * 2 < desk.asked("/feed"), "{}", desk.asked("/odd"));
        shutdown.cancel();
        polling.await.unwrap();
    }
}
