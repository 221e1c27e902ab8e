//! What is told of a poll: a report for people and programs, and lines of the log. Decides nothing.

use chrono::TimeDelta;
use tracing::{debug, info, warn};

use super::decide::Outcome;
use crate::model::{Feed, FeedState, PollIntent, source_name};
use crate::store::Committed;

/// How a poll ended, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollReport {
    /// The feed's configured URL, its user name and password masked.
    pub url: String,
    /// The outlet's name.
    pub source: String,
    /// In a word.
    pub status: PollStatus,
    /// Articles seen for the first time.
    pub new: usize,
    /// Known articles whose text changed.
    pub changed: usize,
    /// Known articles that did not.
    pub known: usize,
    /// Matches that were not recorded before.
    pub matches: usize,
    /// Those of them that alert nobody, since their articles were there before the feed was watched.
    pub baseline: usize,
    /// Alerts that were recorded for them.
    pub alerts: usize,
    /// Notices that were recorded.
    pub notices: usize,
    /// What had to be repaired in the answer.
    pub repairs: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// How a poll ended, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollStatus {
    /// An answer was read.
    Ok,
    /// 304: nothing new.
    Unchanged,
    /// The host asked earlier to be left alone: nothing was sent.
    Postponed,
    /// The network is down.
    Offline,
    /// See the error.
    Failed,
}

impl PollStatus {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unchanged => "unchanged",
            Self::Postponed => "postponed",
            Self::Offline => "offline",
            Self::Failed => "failed",
        }
    }
}

impl PollReport {
    pub(super) fn failed(feed: &Feed, state: &FeedState, error: String) -> Self {
        Self {
            url: feed.shown_url().into_owned(),
            source: source_name(feed.source.as_deref(), state.title.as_deref(), feed.url.as_str()).to_owned(),
            status: PollStatus::Failed,
            new: 0,
            changed: 0,
            known: 0,
            matches: 0,
            baseline: 0,
            alerts: 0,
            notices: 0,
            repairs: None,
            error: Some(error),
        }
    }
}

pub(super) fn status(outcome: &Outcome) -> PollStatus {
    match outcome {
        Outcome::Unchanged(_) => PollStatus::Unchanged,
        Outcome::Read(_) | Outcome::Pushed(_) => PollStatus::Ok,
        Outcome::Postponed(_) => PollStatus::Postponed,
        Outcome::Offline => PollStatus::Offline,
        Outcome::Failed(_) => PollStatus::Failed,
    }
}

pub(super) fn report(
    feed: &Feed,
    intent: &PollIntent,
    committed: &Committed,
    status: PollStatus,
) -> PollReport {
    let title = intent.state.title.as_deref();
    PollReport {
        url: feed.shown_url().into_owned(),
        source: source_name(feed.source.as_deref(), title, feed.url.as_str()).to_owned(),
        status,
        new: intent.new.len(),
        changed: intent.changed.len(),
        known: intent.seen.len().saturating_sub(intent.changed.len()),
        matches: committed.matches.len(),
        baseline: intent.baseline.len(),
        alerts: committed.alerts,
        notices: committed.notices,
        repairs: match status {
            PollStatus::Ok => intent.state.last_report.clone(),
            _ => None,
        },
        error: match status {
            PollStatus::Failed => intent.state.last_error.clone(),
            PollStatus::Offline => Some("nobody is in reach: the network is down".to_owned()),
            _ => None,
        },
    }
}

/// `late` is how long after it was due the poll was stored; negative for one that was not due.
pub(super) fn log(
    feed: &Feed,
    intent: &PollIntent,
    committed: &Committed,
    report: &PollReport,
    late: TimeDelta,
) {
    let next = intent.state.next_poll_at;
    let late_ms = late.num_milliseconds();
    if let (Some(error), PollStatus::Failed) = (&report.error, report.status) {
        warn!(feed.url = %feed.shown_url(), feed.failures = intent.state.failures, feed.next_poll_at = %next, poll.late_ms = late_ms, "poll failed: {error}");
    } else {
        debug!(
            feed.url = %feed.shown_url(),
            poll.status = report.status.as_str(),
            poll.new = report.new,
            poll.changed = report.changed,
            poll.known = report.known,
            poll.matches = report.matches,
            feed.repairs = intent.state.last_report.as_deref().unwrap_or_default(),
            feed.next_poll_at = %next,
            poll.late_ms = late_ms,
            "polled"
        );
    }
    if report.baseline > 0 {
        info!(
            feed.url = %feed.shown_url(),
            feed.articles = report.new,
            feed.baseline = report.baseline,
            "first read: what it carried before it was watched is stored, and its matches alert nobody"
        );
    }
    for found in intent.matches.iter().filter(|found| committed.matches.contains(&found.id)) {
        let article =
            intent.new.iter().chain(&intent.changed).find(|write| write.article.id == found.article);
        let title = article.map(|write| write.article.title.as_str()).unwrap_or_default();
        info!(
            watch.name = found.watch,
            article.id = %found.article,
            article.title = title,
            feed.url = %feed.shown_url(),
            "matched"
        );
    }
}
