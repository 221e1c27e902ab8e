//! Feeds, as configured and as the database remembers them.

use std::borrow::Cow;
use std::time::Duration;

use url::Url;

use super::{EntryKey, FeedId, Lang, Timestamp, masked, with_credentials};
use crate::schedule::{Rhythm, Schedule, SkipHints};

/// A polled URL, as configured.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Digest of [`url`](Self::url) as configured.
    pub id: FeedId,
    /// Always http or https.
    pub url: Url,
    /// The outlet's name; `None` takes the title that the feed gives itself, else the host.
    pub source: Option<String>,
    /// The language that the configuration declares: a prior for identification, not a verdict.
    pub lang: Option<Lang>,
    /// Lower-case ISO 3166-1 alpha-2 code of the outlet's country.
    pub country: Option<String>,
    /// The owner's labels, for `tag:` in queries.
    pub tags: Vec<String>,
    /// When it is polled.
    pub schedule: Schedule,
    /// The longest that wishes of its publisher (`max-age`, `ttl`) are honoured for; `None`: as for all
    /// feeds.
    pub max_wait: Option<Duration>,
    /// When its owner is told of its health; `None`: as of all feeds.
    pub tell_failures: Option<u32>,
    /// See [`HealthRule::silence`]; the inner `None`: never.
    pub tell_silence: Option<Option<Duration>>,
    /// Whether the first poll alerts of what it finds; usually it is a baseline and alerts nobody.
    pub alert_on_first_poll: bool,
    /// Whether the pages of new articles are fetched for their full text.
    pub full_text: bool,
}

impl Feed {
    /// A feed of which nothing else is said.
    pub fn plain(url: Url, schedule: Schedule) -> Self {
        Self {
            id: FeedId::of(url.as_str()),
            url,
            source: None,
            lang: None,
            country: None,
            tags: Vec::new(),
            schedule,
            max_wait: None,
            tell_failures: None,
            tell_silence: None,
            alert_on_first_poll: false,
            full_text: false,
        }
    }

    /// Its address as anybody may see it.
    pub fn shown_url(&self) -> Cow<'_, str> {
        masked(self.url.as_str())
    }

    /// Changes when its configuration changes.
    pub fn settings_digest(&self) -> Vec<u8> {
        let (schedule, tags) = (format!("{:?}", self.schedule), self.tags.join("\n"));
        let lang = self.lang.map(|lang| lang.to_string()).unwrap_or_default();
        let words = [self.source.as_deref(), self.country.as_deref()].map(Option::unwrap_or_default);
        EntryKey::of("settings", &[&schedule, &tags, &lang, words[0], words[1]]).as_bytes().to_vec()
    }
}

/// When the owner of a feed is told of its health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealthRule {
    /// After so many failed polls in a row; 0: never.
    pub failures: u32,
    /// After at least this long without a new entry, and ten times its usual gap; `None`: never.
    pub silence: Option<Duration>,
}

impl HealthRule {
    /// The rule for `feed`, where this is the one for all.
    pub fn of(self, feed: &Feed) -> Self {
        Self {
            failures: feed.tell_failures.unwrap_or(self.failures),
            silence: feed.tell_silence.unwrap_or(self.silence),
        }
    }
}

/// What was told of a feed and not taken back yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What.
    pub kind: AlarmKind,
    /// When.
    pub since: Timestamp,
}

/// What is wrong with a feed that a person should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// It fails.
    Failing,
    /// It answers, and has nothing new for far longer than usual.
    Silent,
}

impl AlarmKind {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Silent => "silent",
        }
    }

    /// Of what [`as_str`](Self::as_str) gave.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Failing, Self::Silent].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The validators of the last answer, byte for byte as received (RFC 9110, section 8.8), echoed in
/// the next request and never interpreted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, with its quotes and `W/`.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, not parsed.
    pub last_modified: Option<Vec<u8>>,
    /// Who sent them, where that was not the polled URL itself: they mean nothing to anybody else.
    pub url: Option<Url>,
}

impl Validators {
    /// Whether there is anything to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// What a failure means for the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// 410: the publisher ended it.
    Gone,
    /// 404: perhaps ended, perhaps a mistake.
    NotFound,
    /// 429: too many requests; the feed is well.
    RateLimited,
    /// A wall against robots; the feed is well.
    Blocked,
    /// Any other refusal (4xx): log-in needed, forbidden.
    Client,
    /// The server's fault (5xx), or an answer that fits no request of ours.
    Server,
    /// No connection, or no whole answer in time. When all feeds fail so, it is our network.
    Unreachable,
    /// An answer that cannot be used: too large, redirects without end, no trust, broken.
    Unusable,
    /// Not sent: the address guard refused the way.
    Refused,
}

impl FailureKind {
    const ALL: [Self; 9] = [
        Self::Gone,
        Self::NotFound,
        Self::RateLimited,
        Self::Blocked,
        Self::Client,
        Self::Server,
        Self::Unreachable,
        Self::Unusable,
        Self::Refused,
    ];

    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Blocked => "blocked",
            Self::Client => "client",
            Self::Server => "server",
            Self::Unreachable => "unreachable",
            Self::Unusable => "unusable",
            Self::Refused => "refused",
        }
    }

    /// Of what [`as_str`](Self::as_str) gave.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Polls in a row that saw the same thing, which is not believed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The first of them.
    pub since: Timestamp,
    /// How many.
    pub polls: u32,
}

/// A permanent redirect that is not believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where it leads.
    pub to: Url,
    /// How often it was seen.
    pub seen: Repeated,
}

/// What the database remembers of a feed between polls.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedState {
    /// Whose.
    pub id: FeedId,
    /// The title that the feed gave itself; `None` before the first success.
    pub title: Option<String>,
    /// Saved only together with the articles of the answer they came with.
    pub validators: Validators,
    /// For how long the feed asked to be kept (`<ttl>`, `sy:updatePeriod`) in the last answer that
    /// carried it; `None`: it did not say.
    pub ttl: Option<Duration>,
    /// When it asked not to be polled.
    pub skip: SkipHints,
    /// When it is due.
    pub next_poll_at: Timestamp,
    /// `None` before the first poll.
    pub last_poll_at: Option<Timestamp>,
    /// The last poll that ended in 200 or 304 and was read; `None` makes the next one the baseline, as it is after
    /// answers that were empty, for a day.
    pub last_success_at: Option<Timestamp>,
    /// Failed polls since the last success.
    pub failures: u32,
    /// What the last failure means; `None` after a success.
    pub failure: Option<FailureKind>,
    /// Why the last poll failed; `None` after a success.
    pub last_error: Option<String>,
    /// What had to be repaired in the last answer; `None`: nothing.
    pub last_report: Option<String>,
    /// How much text its entries carry by themselves.
    pub brevity: Brevity,
    /// When its entries come.
    pub rhythm: Rhythm,
    /// How many the last answer carried that carried any.
    pub entries: u32,
    /// When entries may last have been lost: less than a third of what a poll found was known. `None`:
    /// never.
    pub gap_at: Option<Timestamp>,
    /// Until when the server asked for this feed to be left alone (`Retry-After`); `None`: it did not.
    pub wait_until: Option<Timestamp>,
    /// Where it is polled since it moved for good; `None`: at the configured URL.
    pub address: Option<Url>,
    /// Where it may be moving to.
    pub moving: Option<Move>,
    /// Answers of 410 in a row.
    pub gone: Option<Repeated>,
    /// When it was given up on, after its end was confirmed; `None`: it is polled.
    pub stopped_at: Option<Timestamp>,
    /// Whether the database was restored from a backup and the feed was not read since: what is new in it
    /// may have been told before.
    pub catching_up: bool,
    /// What its owner was told; `None`: nothing, or that it is well again.
    pub alarm: Option<Alarm>,
    /// Until when a hub pushes what is new; `None`: none does.
    pub lease_until: Option<Timestamp>,
    /// When it came into the configuration: what it published since is news. `None`: that was not noted.
    pub added_at: Option<Timestamp>,
    /// The first poll that ended in 200 and was read; `None`: there was none, or that was not noted.
    pub first_success_at: Option<Timestamp>,
    /// Since when it has been silent while somebody asked: its last new entry, moved on by the time in which
    /// nobody did. `None`: as [`rhythm`](Self::rhythm) says.
    pub quiet_since: Option<Timestamp>,
}

/// How many of a feed's latest entries carry no more than a headline and a teaser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brevity {
    /// New entries that were looked at.
    pub entries: u32,
    /// Those of them whose text is brief.
    pub brief: u32,
}

impl Brevity {
    /// Older entries count half beyond so many: a feed that changes its ways is noticed.
    const MEMORY: u64 = 200;
    /// Fewer entries tell nothing.
    const ENOUGH: u32 = 8;

    /// What is known after `newer` entries came in.
    pub fn and(self, newer: Self) -> Self {
        let sum = |a: u32, b: u32| u64::from(a) + u64::from(b);
        let (mut entries, mut brief) = (sum(self.entries, newer.entries), sum(self.brief, newer.brief));
        while entries > Self::MEMORY {
            (entries, brief) = (entries / 2, brief / 2);
        }
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self { entries: small(entries), brief: small(brief) }
    }

    /// Whether the feed carries headlines and teasers only: of its entries at least nine in ten.
    pub fn is_headlines_only(self) -> bool {
        self.entries >= Self::ENOUGH && u64::from(self.brief) * 10 >= u64::from(self.entries) * 9
    }
}

impl FeedState {
    /// The state of a feed that was never polled and is due at `due`.
    pub fn unpolled(id: FeedId, due: Timestamp) -> Self {
        Self {
            id,
            title: None,
            validators: Validators::default(),
            ttl: None,
            skip: SkipHints::default(),
            next_poll_at: due,
            last_poll_at: None,
            last_success_at: None,
            failures: 0,
            failure: None,
            last_error: None,
            last_report: None,
            brevity: Brevity::default(),
            rhythm: Rhythm::default(),
            entries: 0,
            gap_at: None,
            wait_until: None,
            address: None,
            moving: None,
            gone: None,
            stopped_at: None,
            catching_up: false,
            alarm: None,
            lease_until: None,
            added_at: None,
            first_success_at: None,
            quiet_since: None,
        }
    }
}

impl FeedState {
    /// Where `feed` is polled.
    pub fn polled_url(&self, feed: &Feed) -> Url {
        with_credentials(self.address.as_ref().unwrap_or(&feed.url).clone(), &feed.url)
    }

    /// How the feed is, in a word.
    pub fn status(&self) -> &'static str {
        match (self.failure, self.last_success_at) {
            _ if self.stopped_at.is_some() => "stopped",
            (Some(FailureKind::Blocked), _) => "blocked",
            (Some(FailureKind::RateLimited), _) => "rate limited",
            (Some(FailureKind::Gone), _) => "gone",
            (Some(FailureKind::NotFound), _) => "not found",
            _ if self.failures > 0 => "failing",
            _ if self.alarm.is_some() => "silent",
            (_, Some(_)) => "ok",
            (_, None) => "new",
        }
    }

    /// What its owner should know, the most pressing first; `None`: all is well.
    pub fn remark(&self) -> Option<String> {
        if let (Some(at), Some(error)) = (self.stopped_at, &self.last_error) {
            let day = at.format("%F");
            return Some(format!("not polled since {day}: {error}; remove it, or try `feedwatch poll`"));
        }
        let moved = || Some(format!("it moved for good to {}: change its url", self.address.as_ref()?));
        let gap = || {
            let at = self.gap_at?.format("%F %H:%M");
            Some(format!(
                "entries may have been lost before {at} UTC: fewer than a third were known; poll it more often"
            ))
        };
        self.last_error.clone().or_else(moved).or_else(gap).or_else(|| self.last_report.clone())
    }
}

/// The name people know a feed by: the configured source, else the feed's own title, else the host,
/// else the whole URL.
pub fn source_name<'a>(configured: Option<&'a str>, title: Option<&'a str>, url: &'a str) -> &'a str {
    let host = || {
        let after_scheme = url.split_once("://")?.1;
        let authority = after_scheme.split(['/', '?', '#']).next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        (!host.is_empty()).then_some(host)
    };
    configured.or(title.filter(|title| !title.is_empty())).or_else(host).unwrap_or(url)
}

/// A form of `url` that two addresses share which very likely lead to one feed: http or https, an end with
/// or without slash, and what follows `#` make no difference.
pub fn same_feed(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let port = match url.port() {
        None | Some(80 | 443) => String::new(),
        Some(port) => format!(":{port}"),
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_feed_are_recognised() {
        let key = |url: &str| same_feed(&Url::parse(url).unwrap());
        let one = key("https://Example.org/rss?x=1");
        for same in [
            "http://example.org/rss?x=1",
            "https://example.org:443/rss/?x=1#top",
            "http://example.org:80/rss?x=1",
            "https://user:pw@example.org./rss?x=1",
        ] {
            assert_eq!(key(same), one, "{same}");
        }
        for other in [
            "https://example.org/rss",
            "https://example.org/rss?x=2",
            "https://example.org/RSS?x=1",
            "https://example.org:8443/rss?x=1",
            "https://www.example.org/rss?x=1",
        ] {
            assert_ne!(key(other), one, "{other}");
        }
    }

    #[test]
    fn a_feed_of_headlines_is_recognised_once_enough_is_seen() {
        let of = |entries, brief| Brevity { entries, brief };
        for (seen, newer, expected) in [
            (of(0, 0), of(0, 0), false),
            (of(0, 0), of(7, 7), false),
            (of(0, 0), of(8, 8), true),
            (of(0, 0), of(10, 9), true),
            (of(0, 0), of(10, 8), false),
            (of(200, 200), of(40, 0), false),
            (of(200, 0), of(2_000, 2_000), true),
            (of(u32::MAX, 0), of(u32::MAX, u32::MAX), false),
        ] {
            assert_eq!(seen.and(newer).is_headlines_only(), expected, "{seen:?} {newer:?}");
        }
    }

    #[test]
    fn a_feed_is_named_by_the_best_that_is_known() {
        let url = "https://user:pw@example.org:8080/rss?x=//y";
        assert_eq!(source_name(Some("Kyodo"), Some("Kyodo News"), url), "Kyodo");
        assert_eq!(source_name(None, Some("Kyodo News"), url), "Kyodo News");
        assert_eq!(source_name(None, Some(""), url), "example.org:8080");
        assert_eq!(source_name(None, None, "odd"), "odd");
    }
}
